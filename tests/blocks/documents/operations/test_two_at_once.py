"""Two clerks at once, on two real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from madoguchi.blocks.documents import service
from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.refused import Refused
from tests.blocks.documents.factories import RECEIPT, plain_receipt, receipts_registered

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("signing_key"),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]


@pytest.fixture(autouse=True)
def _receipts() -> Iterator[None]:
    with receipts_registered():
        yield


def at_once(actions: list[Callable[[], object]]) -> list[str]:
    """Start all together, each on its own connection; what each gave or was refused with."""

    def run(action: Callable[[], object]) -> str:
        try:
            return type(action()).__name__
        except Refused as refused:
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def entries(action: str) -> int:
    """Of this test's documents: the audit log outlives a test that commits."""
    subjects = [f"documents.document:{document.pk}" for document in IssuedDocument.objects.all()]
    return AuditEntry.objects.filter(action=action, subject__in=subjects).count()


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_supersede_the_same_document_one_does(attempt: int) -> None:  # noqa: ARG001 # more than once
    earlier = service.issue(RECEIPT.code, lambda *_: plain_receipt(), by=None)
    start = Barrier(2)

    def make(_code: str, _address: str) -> bytes:
        start.wait(timeout=10)  # both are past every check that comes before
        return plain_receipt()

    def supersede() -> object:
        return service.issue(RECEIPT.code, make, by=None, supersedes=earlier.code)

    assert at_once([supersede, supersede]) == ["AlreadySuperseded", "Issued"]
    first, second = IssuedDocument.objects.order_by("pk")
    assert (first.code, first.superseded_by) == (earlier.code, second)
    assert entries("documents.issued") == 2


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_revoke_the_same_document_one_does(attempt: int) -> None:  # noqa: ARG001 # more than once
    issued = service.issue(RECEIPT.code, lambda *_: plain_receipt(), by=None)
    start = Barrier(2)

    def revoke() -> object:
        start.wait(timeout=10)
        return service.revoke(issued.code, by=None, reason="誤り")

    assert at_once([revoke, revoke]) == ["AlreadyRevoked", "NoneType"]
    assert entries("documents.revoked") == 1
