"""Receipts: one for each payment that left no paper, signed, the same ever after."""

import hashlib
import shutil
import subprocess
from io import BytesIO

import pytest
from pypdf import PdfReader

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.payments.models import Payment, Receipt
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.payer import (
    NoReceipt,
    ReceiptErased,
    erase_receipts,
    issue_receipt,
)
from madoguchi.blocks.payments.queries.receipts import addressee_of
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.city.models import CityProfile
from tests.blocks.payments.factories import (
    ONE,
    PROVISIONAL,
    SETTLEMENT,
    bill_fact,
    make_bill,
    make_slip,
    store_fact,
)

PDFSIG = shutil.which("pdfsig")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("two_kinds", "signing_key", "own_files"),
]


@pytest.fixture
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def paid(channel=Channel.CARD, kind=SETTLEMENT, **given):
    bill = make_bill(12_300, **given)
    book([bill_fact(bill, kind, channel=channel, name=bill.number)], by=None)
    return Payment.objects.get(bill=bill)


def content(receipt):
    with receipt.file.open("rb") as file:
        return file.read()


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


class TestIssuing:
    def test_what_it_says(self):
        CityProfile.objects.create(name="架空市", contact="電話 000")
        payment = paid()
        receipt = issue_receipt(payment_id=payment.pk, by=None)
        text = text_of(content(receipt))
        for words in (
            "12,300円",
            "納入 花子",
            "架空市",
            "試験料",
            "令和8年度",
            "第1期",
            payment.bill.number,
            "2026年6月10日",
            "クレジットカード",
        ):
            assert words in text

    @pytest.mark.parametrize("channel", [Channel.CARD, Channel.DEBIT])
    def test_the_same_bytes_and_code_ever_after(self, channel):
        payment = paid(channel)
        first = issue_receipt(payment_id=payment.pk, by=None)
        before = content(first)
        again = issue_receipt(payment_id=payment.pk, by=None)
        assert (again.pk, again.code, content(again)) == (first.pk, first.code, before)
        actions = AuditEntry.objects.filter(action="payments.receipt_issued")
        assert [each.subject for each in actions] == [f"payments.receipt:{first.code}"]

    def test_anyone_can_verify_it_and_learns_nothing_of_the_payer(self):
        receipt = issue_receipt(payment_id=paid().pk, by=None)
        verdict = documents.check(receipt.code)
        assert (verdict.status, str(verdict.kind_label)) == ("genuine", "領収書")
        assert verdict.digest == hashlib.sha256(content(receipt)).hexdigest()
        assert "花子" not in repr(verdict)

    @pytest.mark.skipif(PDFSIG is None, reason="pdfsig comes with Debian's poppler-utils")
    def test_the_signature_holds_and_one_changed_byte_breaks_it(self, tmp_path):
        pdf = content(issue_receipt(payment_id=paid().pk, by=None))
        assert "Signature is Valid" in signature_of(tmp_path / "good.pdf", pdf)
        changed = bytearray(pdf)
        changed[len(pdf) // 3] ^= 1
        assert "Signature is Valid" not in signature_of(tmp_path / "bad.pdf", bytes(changed))

    def test_none_for_what_is_not_settled(self):
        bill = make_bill(500)
        book([store_fact(make_slip(bill), PROVISIONAL)], by=None)
        with pytest.raises(NoReceipt):
            issue_receipt(payment_id=bill.payments.get().pk, by=None)

    @pytest.mark.parametrize("channel", [Channel.STORE, Channel.COUNTER])
    def test_none_beside_the_paper_that_was_handed_out(self, channel):
        with pytest.raises(NoReceipt):
            issue_receipt(payment_id=paid(channel).pk, by=None)
        assert Receipt.objects.count() == 0

    def test_none_for_money_of_no_bill(self):
        book([bill_fact("9999999999999999", amount=500)], by=None)
        with pytest.raises(NoReceipt):
            issue_receipt(payment_id=Payment.objects.get().pk, by=None)

    def test_nothing_is_kept_where_the_city_cannot_sign(self, settings):
        settings.MADOGUCHI_SIGNING_KEY = None
        with pytest.raises(documents.SigningNotConfigured):
            issue_receipt(payment_id=paid().pk, by=None)
        assert Receipt.objects.count() == 0


class TestAddressee:
    def test_a_name_that_the_font_cannot_show_is_left_out(self):
        strange = FeeKind(
            "test.three",
            "x",
            "92",
            lambda payers: dict.fromkeys(payers, Addressee("\U0001f600 花子", "", "", "7")),
            lambda _year, _instalment: "",
        )
        fee_kinds.register(strange)
        try:
            assert addressee_of(make_bill(kind="test.three")) == ("7", "")
        finally:
            fee_kinds.unregister("test.three")

    def test_a_kind_whose_service_is_gone_leaves_the_number(self):
        bill = make_bill(payer="test:0000007")
        bill.fee_kind = "gone"
        assert addressee_of(bill) == ("0000007", "")

    def test_a_payer_whom_the_service_knows(self):
        bill = make_bill(kind=ONE, payer="test:0000007")
        assert addressee_of(bill) == ("test:0000007", "納入 花子")


class TestErasing:
    def test_the_file_goes_and_the_code_stays(self, django_capture_on_commit_callbacks):
        payment = paid(payer="test:1")
        other = paid(payer="test:2")
        receipt = issue_receipt(payment_id=payment.pk, by=None)
        kept = issue_receipt(payment_id=other.pk, by=None)
        storage, name = receipt.file.storage, receipt.file.name
        with django_capture_on_commit_callbacks(execute=True):
            assert erase_receipts(payer="test:1") == 1
        assert not storage.exists(name)
        assert documents.check(receipt.code).status == "genuine"
        with pytest.raises(ReceiptErased):
            issue_receipt(payment_id=payment.pk, by=None)
        assert issue_receipt(payment_id=other.pk, by=None).code == kept.code
        assert erase_receipts(payer="test:1") == 0


def signature_of(path, pdf):
    path.write_bytes(pdf)
    done = subprocess.run([PDFSIG or "pdfsig", path], capture_output=True, text=True, check=False)
    return done.stdout
