"""Collection files: booked as a whole, once; a faulty one not at all."""

import io
from datetime import timedelta

import pytest

from madoguchi.blocks.payments.models import CollectionFile, FactRecord, Payment, WorkItem
from madoguchi.blocks.payments.operations.collection import (
    IN_MEMORY,
    CollectionResult,
    FileFaulty,
    read_collection,
)
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.collection.files import PAID_AT, make_barcode, swap
from tests.blocks.payments.collection.paid import TODAY, file_of, make_paper, said
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(TODAY):
        yield


def take(content, name="20261006.txt", **options):
    return read_collection(name=name, content=content, by=options.pop("by", None), **options)


def counted(result):
    return result.is_known, result.new, result.known, result.work_items


def ledger_of(*papers):
    of = balances([paper.bill_id for paper in papers])
    return [(of[each.bill_id].provisional, of[each.bill_id].settled) for each in papers]


@pytest.mark.parametrize("layout", ["a", "b", "csv"])
def test_a_file_is_booked(layout):
    one, two = make_paper(12_300), make_paper(4_560)
    clerk = make_user("clerk", "payments_treasury")
    result = take(file_of(said(one), said(two, "02"), layout=layout), by=clerk)
    assert counted(result) == (False, 2, 0, 0)
    assert ledger_of(one, two) == [(12_300, 0), (0, 4_560)]
    file = CollectionFile.objects.get()
    assert (file.name, file.layout, file.records, file.new_records, file.amount) == (
        "20261006.txt",
        layout,
        2,
        2,
        16_860,
    )
    assert (file.read_by, file.read_at) == (clerk, TODAY)
    assert file.summary["provisional"] == [1, 12_300]
    assert file.summary["settlement"] == [1, 4_560]
    entry = AuditEntry.objects.get(action="payments.collection_read")
    assert (entry.subject, entry.detail["new"]) == (f"payments.collection_file:{file.pk}", 2)
    assert set(FactRecord.objects.values_list("source", flat=True)) == {
        f"file:{file.pk}:2",
        f"file:{file.pk}:3",
    }
    payment = Payment.objects.get(bill=one.bill)
    assert payment.key == f"store:{one.barcode}:0458762:202610050944"
    chain = "セブン-イレブン" if layout == "csv" else "010"
    assert (payment.paid_at, payment.reference) == (PAID_AT, f"{chain} 0458762")


def test_the_same_file_again_books_nothing_and_says_so():
    content = file_of(said(make_paper()))
    first = take(content)
    again = take(content, name="another name.txt")
    assert again == CollectionResult(first.file, is_known=True)
    assert (CollectionFile.objects.count(), FactRecord.objects.count()) == (1, 1)


def test_parts_that_overlap_are_counted_apart():
    papers = [make_paper(1_000 + number) for number in range(4)]
    statements = [said(paper, "02") for paper in papers]
    assert counted(take(file_of(*statements[:3]))) == (False, 3, 0, 0)
    assert counted(take(file_of(*statements[1:]))) == (False, 1, 2, 0)
    assert ledger_of(*papers) == [(0, 1_000 + number) for number in range(4)]


@pytest.mark.parametrize("layouts", [("a", "b"), ("b", "a"), ("a", "csv"), ("csv", "b")])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_settlement_before_the_provisional_receipt_and_in_any_layout(layouts, order):
    paper = make_paper()
    files = [
        file_of(said(paper, kind), layout=layout)
        for kind, layout in zip(("01", "02"), layouts, strict=True)
    ]
    for place in order:
        assert counted(take(files[place]))[:2] == (False, 1)
    assert ledger_of(paper) == [(0, 12_300)]
    assert Payment.objects.count() == 1


def test_a_reversal_after_the_settlement_is_looked_at():
    paper = make_paper()
    take(file_of(said(paper, "02")))
    assert counted(take(file_of(said(paper, "03")))) == (False, 1, 0, 1)
    assert ledger_of(paper) == [(0, 12_300)]
    assert WorkItem.objects.get().kind == "reversed_settled"


def test_a_barcode_that_nobody_knows_is_never_lost():
    result = take(file_of(said(make_barcode(9_999, bill=9_000_000_000_000_077), "02")))
    assert counted(result) == (False, 1, 0, 1)
    item = WorkItem.objects.get()
    assert (item.kind, item.step, item.amount, item.payment.state) == (
        "unknown_barcode",
        "assign",
        9_999,
        "settled",
    )


def test_what_stands_twice_in_a_file_is_booked_once_and_named():
    paper, other = make_paper(), make_paper(500)
    content = file_of(said(paper), said(other), said(paper), said(paper))
    result = take(content)
    assert counted(result) == (False, 2, 2, 0)
    assert result.file.summary["repeated"] == [(4, 2), (5, 2)]
    assert result.file.summary["repeated_count"] == 2
    later = said(paper, paid_at=PAID_AT + timedelta(minutes=1))
    assert take(file_of(said(paper), later)).file.summary["repeated"] == []


def test_notes_of_the_reader_are_kept():
    assert take(file_of(said(make_paper()), layout="b")).file.summary["notes"] == [
        "trailer_unknown"
    ]


FAULTY = {
    "30 February": lambda content: swap(content, 3, 3, "20260230"),
    "25:00": lambda content: swap(content, 3, 11, "2500"),
    "one digit of a barcode": lambda content: swap(content, 3, 40, "9"),
    "UTF-8": lambda content: swap(content, 3, 90, "ｦ".encode()),
    "a count that does not fit": lambda content: swap(content, 5, 1, "000004"),
    "cut off": lambda content: content[:-150],
    "cut off between records": lambda content: content[: 122 * 3],
    "empty": lambda _content: b"",
    "a PDF": lambda content: b"%PDF-1.7\n" + content,
    "UTF-16": lambda content: content.decode("cp932").encode("utf-16"),
    "binary": lambda content: content + b"\x00\xff",
    "one huge line": lambda content: content.replace(b"\r\n", b" "),
}


@pytest.mark.parametrize("damage", FAULTY.values(), ids=FAULTY)
def test_nothing_of_a_faulty_file_is_booked(damage):
    papers = [make_paper(1_000 + number) for number in range(3)]
    content = damage(file_of(*(said(paper, "02") for paper in papers)))
    with pytest.raises(FileFaulty) as caught:
        take(content, layout="a")
    assert caught.value.faults.count >= 1
    assert caught.value.faults.named[0].code
    counts = [model.objects.count() for model in (CollectionFile, Payment, FactRecord, WorkItem)]
    assert counts == [0, 0, 0, 0]
    assert not AuditEntry.objects.filter(action="payments.collection_read").exists()


def test_a_payment_of_tomorrow_is_refused():
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(FileFaulty) as caught:
        take(file_of(said(make_paper(), paid_at=tomorrow)))
    assert [(each.line, each.code) for each in caught.value.faults.named] == [(2, "future")]


def test_a_file_of_another_city_s_agent_says_its_totals_elsewhere(settings):
    content = swap(file_of(said(make_paper())), 3, 1, "       00000001" + " " * 10)
    with pytest.raises(FileFaulty):
        take(content)
    settings.MADOGUCHI_COLLECTION_TRAILERS = {"a": "8:8/-"}
    assert counted(take(content)) == (False, 1, 0, 0)


def test_a_stream_larger_than_memory_is_read(tmp_path):
    """Its bytes go through a file of ours: blanks behind the end are passed over."""
    content = file_of(said(make_paper()))
    path = tmp_path / "large.txt"
    path.write_bytes(content + b"\r\n" * (IN_MEMORY // 2 + 1))
    with path.open("rb") as stream:
        result = read_collection(name=path.name, stream=stream, by=None)
    assert counted(result) == (False, 1, 0, 0)
    assert take(path.read_bytes()).is_known


def test_a_stream_that_is_no_file_is_read():
    class Pipe(io.RawIOBase):
        def __init__(self, content):
            self._left = io.BytesIO(content)

        def readable(self):
            return True

        def readinto(self, buffer):
            return self._left.readinto(memoryview(buffer)[:7])

    stream = io.BufferedReader(Pipe(file_of(said(make_paper()))))
    assert counted(read_collection(name="pipe", stream=stream, by=None)) == (False, 1, 0, 0)
