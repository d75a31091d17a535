"""Documents entered, superseded and revoked."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from madoguchi.blocks.documents import service
from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.rules import read_code
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import NotRegistered, audit_actions
from tests.blocks.documents.factories import (
    RECEIPT,
    issue_receipt,
    make_receipt,
    plain_receipt,
    receipts_registered,
)
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _receipts() -> Iterator[None]:
    with receipts_registered(), clock.frozen(NOW):
        yield


def entries() -> list[tuple[str, str, dict[str, str]]]:
    return [
        (entry.action, entry.subject, entry.detail)
        for entry in AuditEntry.objects.filter(action__startswith="documents.").order_by("sequence")
    ]


class TestIssue:
    def test_what_was_made_is_signed_and_entered(self) -> None:
        issued = service.issue(RECEIPT.code, make_receipt, by=None)
        document = IssuedDocument.objects.get()
        assert issued.digest == hashlib.sha256(issued.pdf).hexdigest()
        assert (document.code, document.kind, document.digest, document.issued_at) == (
            issued.code,
            "tests.receipt",
            issued.digest,
            NOW,
        )
        assert b"/ETSI.CAdES.detached" in issued.pdf
        assert read_code(issued.code) == issued.code

    def test_the_maker_is_told_the_code_and_where_to_verify_it(self, settings: Settings) -> None:
        settings.BASE_URL = "https://city.example/"
        told: list[str] = []

        def make(code: str, address: str) -> bytes:
            told.extend((code, address))
            return plain_receipt()

        issued = service.issue(RECEIPT.code, make, by=None)
        written = service.written_code(issued.code)
        assert told == [written, f"https://city.example/verify/{written}/"]

    def test_codes_differ(self) -> None:
        assert len({issue_receipt().code for _ in range(3)}) == 3

    def test_the_log_tells_who_issued_what(self) -> None:
        clerk = make_user("clerk")
        issued = service.issue(RECEIPT.code, lambda *_: plain_receipt(), by=clerk)
        subject = f"documents.document:{IssuedDocument.objects.get().pk}"
        detail = {"kind": "tests.receipt", "digest": issued.digest}
        assert entries() == [("documents.issued", subject, detail)]
        assert AuditEntry.objects.get(action="documents.issued").actor == str(clerk.pk)
        assert {"documents.issued", "documents.revoked"} <= {each.code for each in audit_actions}

    def test_an_unknown_kind_is_refused_before_anything_is_made(self) -> None:
        with pytest.raises(NotRegistered):
            service.issue("tests.none", lambda *_: pytest.fail("made"), by=None)

    def test_nothing_is_entered_where_making_fails(self) -> None:
        def fail(_code: str, _address: str) -> bytes:
            raise service.MissingGlyph("😀")

        with pytest.raises(service.MissingGlyph):
            service.issue(RECEIPT.code, fail, by=None)
        assert (IssuedDocument.objects.count(), entries()) == (0, [])

    def test_nothing_is_entered_where_nothing_can_be_signed(self, settings: Settings) -> None:
        settings.MADOGUCHI_SIGNING_KEY = None
        with pytest.raises(service.SigningNotConfigured):
            issue_receipt()
        assert (IssuedDocument.objects.count(), entries()) == (0, [])


class TestSupersede:
    def test_the_earlier_one_points_at_the_newer(self) -> None:
        earlier = issue_receipt()
        newer = issue_receipt(supersedes=service.written_code(earlier.code))
        first, second = IssuedDocument.objects.order_by("pk")
        assert (first.superseded_by, second.code) == (second, newer.code)
        assert entries()[-1][2]["supersedes"] == f"documents.document:{first.pk}"

    def test_only_once(self) -> None:
        earlier = issue_receipt()
        issue_receipt(supersedes=earlier.code)
        with pytest.raises(service.AlreadySuperseded):
            issue_receipt(supersedes=earlier.code)
        assert (IssuedDocument.objects.count(), len(entries())) == (2, 2)

    def test_one_after_the_other(self) -> None:
        codes = [issue_receipt().code]
        for _ in range(2):
            codes.append(issue_receipt(supersedes=codes[-1]).code)
        found = [str(service.check(code).status) for code in codes]
        assert found == ["superseded", "superseded", "genuine"]

    @pytest.mark.parametrize("code", ["0000000000000000", "no code"])
    def test_what_was_never_issued(self, code: str) -> None:
        with pytest.raises(service.NotIssued):
            issue_receipt(supersedes=code)
        assert IssuedDocument.objects.count() == 0


class TestRevoke:
    def test_from_now_on_it_is_revoked(self) -> None:
        issued = issue_receipt()
        with clock.frozen(NOW + timedelta(days=1)):
            service.revoke(service.written_code(issued.code), by=None, reason=" 金額の誤り ")
        document = IssuedDocument.objects.get()
        assert document.revoked_at == NOW + timedelta(days=1)
        assert entries()[-1] == (
            "documents.revoked",
            f"documents.document:{document.pk}",
            {"kind": "tests.receipt", "reason": "金額の誤り"},
        )

    def test_only_once(self) -> None:
        issued = issue_receipt()
        service.revoke(issued.code, by=None, reason="誤り")
        with (
            clock.frozen(NOW + timedelta(days=1)),
            pytest.raises(service.AlreadyRevoked),
        ):
            service.revoke(issued.code, by=None, reason="誤り")
        assert (IssuedDocument.objects.get().revoked_at, len(entries())) == (NOW, 2)

    def test_a_reason_is_needed(self) -> None:
        issued = issue_receipt()
        with pytest.raises(service.RevocationReasonMissing):
            service.revoke(issued.code, by=None, reason=" ")
        assert IssuedDocument.objects.get().revoked_at is None

    @pytest.mark.parametrize("code", ["0000000000000000", "no code"])
    def test_what_was_never_issued(self, code: str) -> None:
        with pytest.raises(service.NotIssued):
            service.revoke(code, by=None, reason="誤り")
