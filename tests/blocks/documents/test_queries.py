"""What the world is told of a document, and what not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from madoguchi.blocks.documents import service
from madoguchi.blocks.documents.rules import code_of
from madoguchi.kernel import clock
from tests.blocks.documents.factories import issue_receipt, receipts_registered

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=clock.TOKYO)
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _receipts() -> Iterator[None]:
    with receipts_registered(), clock.frozen(NOW):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("signing_key")
class TestVerdict:
    def verdict(
        self, issued: service.Issued, status: str, ended_at: datetime | None = None
    ) -> service.Verdict:
        return service.Verdict(
            service.Status(status), issued.code, "領収書", NOW, ended_at, issued.digest
        )

    def test_genuine(self) -> None:
        issued = issue_receipt()
        assert service.check(issued.code) == self.verdict(issued, "genuine")

    def test_in_any_spelling(self) -> None:
        issued = issue_receipt()
        written = service.written_code(issued.code).lower()
        assert service.check(f" {written} ") == self.verdict(issued, "genuine")

    def test_superseded(self) -> None:
        issued = issue_receipt()
        with clock.frozen(LATER):
            issue_receipt(supersedes=issued.code)
        assert service.check(issued.code) == self.verdict(issued, "superseded", LATER)

    def test_revoked(self) -> None:
        issued = issue_receipt()
        with clock.frozen(LATER):
            service.revoke(issued.code, by=None, reason="誤り")
        assert service.check(issued.code) == self.verdict(issued, "revoked", LATER)

    def test_revoked_counts_for_more_than_superseded(self) -> None:
        issued = issue_receipt()
        issue_receipt(supersedes=issued.code)
        with clock.frozen(LATER):
            service.revoke(issued.code, by=None, reason="誤り")
        assert service.check(issued.code) == self.verdict(issued, "revoked", LATER)

    @pytest.mark.parametrize("code", [code_of(5), code_of(5)[:-1] + "0", "", "x" * 5000])
    def test_unknown(self, code: str) -> None:
        issue_receipt()
        assert service.check(code) == service.Verdict(service.Status.UNKNOWN)

    def test_a_kind_that_is_no_longer_there_is_told_by_its_code(self) -> None:
        issued = issue_receipt()
        service.document_kinds.unregister("tests.receipt")
        try:
            assert service.check(issued.code).kind_label == "tests.receipt"
        finally:
            service.document_kinds.register(service.DocumentKind("tests.receipt", "領収書"))

    def test_by_the_file(self) -> None:
        issued = issue_receipt()
        assert service.check_file(issued.digest) == self.verdict(issued, "genuine")
        assert service.check_file("0" * 64) == service.Verdict(service.Status.UNKNOWN)


def test_the_box_shows_code_and_address_and_draws_the_whole_address() -> None:
    code, address = "0000-0000-0000-0000", "https://city.example/verify/0000-0000-0000-0000/"
    with translation.override("ja"):
        block = service.verification_block(code, address)
    assert (block["title"], block["code"], block["address"]) == (
        "確認用コード",
        code,
        "https://city.example/verify/",
    )
    assert block["alt"] == f"{address} のQRコード"
    assert 'viewBox="0 0 41 41"' in block["symbol"]  # version 4: 33 modules and the quiet zone
