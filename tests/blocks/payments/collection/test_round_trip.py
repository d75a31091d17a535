"""Any records survive a file; no damage to a file changes what is booked without being told."""

import io
import tracemalloc
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.blocks.payments.collection import fields
from madoguchi.blocks.payments.collection.reading import Reader
from madoguchi.blocks.payments.collection.records import JAPAN, Ill
from madoguchi.blocks.payments.collection.writing import write
from madoguchi.blocks.payments.slips import barcode
from tests.blocks.payments.collection.files import make_barcode, make_record, read, without_lines

FIRST = datetime(2020, 1, 1, tzinfo=JAPAN)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
barcodes = st.builds(
    lambda company, free, issue, pay_by, amount: barcode.compose(
        barcode.BarcodeParts(f"{company:06}", f"{free:021}", issue, pay_by, amount)
    ),
    st.integers(0, 10**6 - 1),
    st.integers(0, 10**21 - 1),
    st.integers(0, 9),
    st.none() | days,
    st.integers(1, 999_999),
)
minutes = st.builds(lambda minute: FIRST + timedelta(minutes=minute), st.integers(0, 5_000_000))
records = st.builds(
    lambda kind, digits, paid_at, store, chain, taken_on, transfer_on: make_record(
        kind,
        digits=digits,
        amount=int(digits[37:43]),
        paid_at=paid_at,
        store=f"{store:07}",
        chain=chain,
        taken_on=taken_on,
        transfer_on=transfer_on,
    ),
    st.sampled_from(["01", "02", "03"]),
    barcodes,
    minutes,
    st.integers(0, 9_999_999),
    st.sampled_from(["", "010", "0020", "999"]),
    days,
    st.none() | days,
)
layouts = st.sampled_from(["a", "b", "csv"])
line_ends = st.sampled_from([b"\r\n", b"\n"])


@given(st.lists(records, min_size=1, max_size=8), layouts, line_ends)
def test_what_was_written_is_read(given_records, layout, line_end):
    found, reader = read(write(given_records, layout, line_end=line_end))
    assert (without_lines(found), reader.faults.named) == (given_records, [])
    assert reader.layout == layout


def money(found):
    return [(each.barcode, each.amount) for each in found]


@settings(max_examples=300)
@given(st.lists(records, min_size=1, max_size=4), layouts, st.data())
def test_a_file_that_was_cut_is_refused_or_says_what_came_before_the_cut(items, layout, data):
    content = write(items, layout)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    found, reader = read(cut, layout)
    if reader.faults:
        return
    if layout == "csv":  # a CSV has no end of its own: rows that are whole are read, later ones not
        assert without_lines(found) == items[: len(found)]
    else:
        assert without_lines(found) == items
        assert len(content) - len(cut) <= 2


@settings(max_examples=500)
@given(
    st.lists(records, min_size=1, max_size=3),
    layouts,
    st.booleans(),
    st.sampled_from([b"\r\n", b"\n", b""]),
    st.data(),
)
def test_one_byte_that_was_changed_never_changes_the_money_in_silence(
    items, layout, is_named, line_end, data
):
    content = write(items, layout, line_end=line_end if layout != "csv" else b"\r\n")
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]
    found, reader = read(changed, layout if is_named else None)
    assert reader.faults or money(found) == money(items)


@settings(max_examples=300)
@given(st.binary(max_size=600), st.none() | layouts)
def test_no_bytes_break_the_reader(content, layout):
    found, reader = read(content, layout)
    assert found == [] or reader.layout is not None


@given(st.binary(max_size=300), st.integers(1, 120), layouts)
def test_no_bytes_inside_a_good_file_break_the_reader(junk, at, layout):
    content = write([make_record(), make_record("02")], layout)
    read(content[:at] + junk + content[at:], layout)


@given(barcodes | st.text("0123456789", min_size=44, max_size=44) | st.text(max_size=46))
def test_the_quick_check_agrees_with_the_slips_own(digits):
    try:
        parts = barcode.parse(digits)
        expected = parts.amount if not parts.needs_stamp and parts.amount else None
    except barcode.BadBarcode:
        expected = None
    try:
        found = fields.barcode_amount(digits)
    except Ill:
        found = None
    assert found == expected


# size


class Endless(io.RawIOBase):
    """A file of many records that lies nowhere: made while it is read."""

    def __init__(self, head, block, times, tail):
        self._parts = (head, block, times, tail)
        self.seek(0)

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        assert (offset, whence) == (0, 0)
        self._chunks = self._made()
        self._rest = b""
        return 0

    def _made(self):
        head, block, times, tail = self._parts
        yield head
        for _ in range(times):
            yield block
        yield tail

    def readinto(self, buffer):
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def peak_of(stream, layout):
    tracemalloc.start()
    try:
        reader = Reader(stream, layout=layout)
        count = sum(1 for _record in reader.records())
        return count, reader.faults.count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("layout", ["a", "csv"])
def test_memory_does_not_grow_with_the_file(layout):
    items = [
        make_record(bill=number, paid_at=FIRST + timedelta(minutes=number)) for number in range(100)
    ]
    lines = write(items, layout).splitlines(keepends=True)
    head, block = lines[0], b"".join(lines[1:101])
    tail = b"".join(lines[101:]).replace(b"8000100", b"8      ", 1)

    def size(times):
        end = tail if layout == "csv" else b"8".ljust(120) + b"\r\n" + lines[-1]
        return peak_of(io.BufferedReader(Endless(head, block, times, end)), layout)

    few, many = size(20), size(400)
    assert (few[:2], many[:2]) == ((2_000, 0), (40_000, 0))
    assert many[2] < few[2] + 200_000


@pytest.mark.parametrize("layout", ["a", "b", "csv", None])
def test_an_endless_line_takes_little_memory(layout):
    head = write([make_record()], layout or "a")
    stream = io.BufferedReader(Endless(head, b"9" * 65_536, 300, b"\r\n"))
    _count, faults, peak = peak_of(stream, layout)
    assert faults > 0
    assert peak < 2_000_000


def test_a_key_is_the_same_in_every_layout():
    digits = make_barcode()
    keys = {
        read(write([make_record(store="0458762")], layout))[0][0].payment_key
        for layout in ("a", "b", "csv")
    }
    assert keys == {f"store:{digits}:0458762:202610050944"}
