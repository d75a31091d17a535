"""Several import the same file, and files that overlap, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from madoguchi.blocks.payments.models import CollectionFile, FactRecord, LedgerEntry, Payment
from madoguchi.blocks.payments.operations.collection import read_collection
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.kernel import clock
from tests.blocks.payments.collection.paid import TODAY, file_of, make_paper, said

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("two_kinds"),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]


def at_once(*contents):
    """Each file on its own connection, all starting together."""
    start = Barrier(len(contents))

    def run(content):
        try:
            start.wait(timeout=30)
            with clock.frozen(TODAY):
                return read_collection(name="f.txt", content=content, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(run, contents))


@pytest.fixture
def papers():
    with clock.frozen(TODAY):
        return [make_paper(1_000 + number) for number in range(30)]


def settled(papers):
    of = balances([paper.bill_id for paper in papers])
    return [of[paper.bill_id].settled for paper in papers]


def test_one_file_sixteen_times_at_once(papers):
    content = file_of(*(said(paper, "02") for paper in papers))
    results = at_once(*[content] * 16)
    assert sorted((each.is_known, each.new) for each in results) == [
        (False, 30),
        *[(True, 0)] * 15,
    ]
    assert CollectionFile.objects.count() == 1
    assert settled(papers) == [paper.amount for paper in papers]
    assert LedgerEntry.objects.filter(event="settled").count() == 30


@pytest.mark.parametrize("attempt", range(3))
def test_files_that_overlap_in_different_order(papers, attempt):
    """Every statement lies in several files, in another order in each."""
    statements = [said(paper, kind) for paper in papers for kind in ("01", "02")]
    files = [
        file_of(*(statements[start:] + statements[:start])[: 40 + attempt])
        for start in range(0, 60, 5)
    ]
    files += [file_of(*reversed(statements[10:50])), file_of(*statements[::2])]
    results = at_once(*files)
    assert sum(each.new for each in results) == 60
    assert FactRecord.objects.count() == 60
    assert Payment.objects.count() == 30
    assert settled(papers) == [paper.amount for paper in papers]
    entries = LedgerEntry.objects.filter(payment__isnull=False)
    money = sum(
        entry.amount * ((entry.debit == "settled") - (entry.credit == "settled"))
        for entry in entries
    )
    assert money == sum(paper.amount for paper in papers)
