"""The two fixed-length layouts: what is read, what is refused and why."""

from datetime import date

import pytest

from madoguchi.blocks.payments.collection.profiles import (
    LAYOUT_A,
    LAYOUT_B,
    PROFILES,
    BadTrailers,
    Trailer,
    configured,
)
from madoguchi.blocks.payments.collection.writing import DoesNotFit, Heading, write
from madoguchi.blocks.payments.rules.channels import FactKind
from tests.blocks.payments.collection.files import (
    faults_of,
    make_barcode,
    make_record,
    read,
    swap,
    without_lines,
)

RECORDS = [
    make_record("01", amount=12_300, bill=1),
    make_record("02", amount=4_560, bill=2),
    make_record("03", amount=12_300, bill=1),
]
FILE = {layout: write(RECORDS, layout) for layout in ("a", "b")}
BARCODE_AT = {"a": 16, "b": 15}


def test_a_record_of_layout_a_written_by_hand():
    digits = make_barcode(12_300)
    data = f"202202610050944X{digits}   0458762 5202610062026102020261021   010" + " " * 18
    content = "\r\n".join(
        ["1" + " " * 119, data, "8000001000000012300" + " " * 101, "9" + " " * 119]
    )
    records, reader = read(content.encode("cp932"))
    assert reader.faults.named == []
    assert [each._asdict() for each in records] == [
        make_record(
            "02",
            line=2,
            accounted_on=date(2026, 10, 21),
        )._asdict()
    ]
    assert (reader.layout, reader.notes, reader.count, reader.amount) == ("a", [], 1, 12_300)


def test_a_record_of_layout_b_written_by_hand():
    digits = make_barcode(12_300)
    header = ("12026100692902312345" + "ﾏﾄﾞｸﾞﾁｼ").encode("cp932").ljust(120)
    data = f"201202610050944{digits}   045876220261006        {' ' * 8}{' ' * 8}0010" + " " * 15
    lines = [header.replace(b"929023", b"29023"), data.encode(), b"8".ljust(120), b"9".ljust(120)]
    lines[0] = lines[0].ljust(120)
    records, reader = read(b"\r\n".join(lines) + b"\r\n")
    assert reader.faults.named == []
    assert without_lines(records) == [make_record("01", chain="0010")]
    assert (reader.layout, reader.notes) == ("b", ["trailer_unknown"])


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b""])
def test_any_line_end_reads_the_same(layout, line_end):
    records, reader = read(write(RECORDS, layout, line_end=line_end))
    assert (reader.layout, reader.faults.named) == (layout, [])
    assert without_lines(records) == RECORDS
    assert {kind: (tally.count, tally.amount) for kind, tally in reader.tallies.items()} == {
        FactKind.PROVISIONAL: (1, 12_300),
        FactKind.SETTLEMENT: (1, 4_560),
        FactKind.REVERSAL: (1, 12_300),
    }


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize("rest", [b"\x1a", b"\r\n\r\n", b"\r\n\x1a\r\n"])
def test_blank_lines_and_the_old_end_mark_may_follow(layout, rest):
    assert faults_of(FILE[layout] + rest) == []


@pytest.mark.parametrize("layout", ["a", "b"])
def test_a_day_without_payments(layout):
    content = write([], layout)
    assert faults_of(content) == [(0, "layout_ambiguous")]
    assert faults_of(content, layout) == []


def test_several_parts_each_with_its_trailer():
    one = write(RECORDS[:1], "a").removesuffix(b"9" + b" " * 119 + b"\r\n")
    records, reader = read(one + write(RECORDS[1:], "a"))
    assert (without_lines(records), reader.faults.named) == (RECORDS, [])


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize(
    ("offset", "text", "code"),
    [
        (0, "3", "record_type"),
        (1, "04", "kind"),
        (1, "81", "kind"),
        (1, "12", "kind"),
        (3, "20260230", "date"),
        (3, "2026130 ", "date"),
        (3, "１０月", "date"),
        (3, "19990101", "date"),
        (11, "2500", "time"),
        (11, "0960", "time"),
        (11, " 944", "time"),
        (3, b"\x00", "binary"),
        (3, b"\x01", "control"),
        (3, b"\x81\x20", "encoding"),
        (2, b"\x83\x41", "cut_character"),
    ],
)
def test_an_ill_field_is_named_with_its_line(layout, offset, text, code):
    line = 0 if code == "binary" else 3
    assert faults_of(swap(FILE[layout], 3, offset, text), layout) == [(line, code)]


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize(
    ("at", "text", "code"),
    [
        (0, "92", "barcode_identifier"),
        (8, " ", "barcode_not_digits"),
        (8, "x", "barcode_not_digits"),
        (28, "5", "barcode_check_digit"),
        (43, "x", "barcode_not_digits"),
    ],
)
def test_an_ill_barcode_is_named(layout, at, text, code):
    content = swap(FILE[layout], 3, BARCODE_AT[layout] + at, text)
    assert faults_of(content, layout) == [(3, code)]


def _with_check_digit(digits):
    total = sum(int(each) * (3 if at % 2 == 0 else 1) for at, each in enumerate(digits[:43]))
    return digits[:43] + str(-total % 10)


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize(
    ("at", "text", "code"),
    [
        (30, "260230", "barcode_date"),
        (36, "1", "barcode_stamp"),
        (36, "2", "barcode_stamp"),
        (37, "000000", "amount_zero"),
    ],
)
def test_a_barcode_that_adds_up_but_says_what_cannot_be(layout, at, text, code):
    digits = make_barcode(4_560, bill=2)
    digits = _with_check_digit(digits[:at] + text + digits[at + len(text) :])
    content = swap(FILE[layout], 3, BARCODE_AT[layout], digits)
    assert faults_of(content, layout) == [(3, code)]


def test_a_slip_without_a_last_day_is_taken():
    record = make_record(digits=make_barcode(12_300, pay_by=None))
    assert without_lines(read(write([record], "a"))[0]) == [record]


@pytest.mark.parametrize("layout", ["a", "b"])
def test_the_store_is_needed_and_compared_with_zeros_in_front(layout):
    at = {"a": 63, "b": 62}[layout]
    assert faults_of(swap(FILE[layout], 2, at, " " * 7)) == [(2, "store")]
    assert faults_of(swap(FILE[layout], 2, at, "ﾐｾ     ")) == [(2, "store")]
    records, _reader = read(swap(FILE[layout], 2, at, "458762 "))
    assert records[0].store == "0458762"


def test_a_chain_code_of_other_signs():
    assert faults_of(swap(FILE["a"], 2, 96, "ｾﾌﾞﾝ  ")) == [(2, "code")]


def test_planned_days_may_be_blank_or_zero_but_not_wrong():
    assert faults_of(swap(FILE["a"], 2, 80, "00000000")) == []
    assert faults_of(swap(FILE["a"], 2, 80, "20260931")) == [(2, "date")]


def test_a_payment_of_tomorrow():
    assert faults_of(FILE["a"], today=date(2026, 10, 4)) == [
        (2, "future"),
        (3, "future"),
        (4, "future"),
    ]
    assert faults_of(FILE["a"], today=date(2026, 10, 5)) == []


# the order of records


def _lines(layout):
    return FILE[layout].split(b"\r\n")[:-1]


@pytest.mark.parametrize("layout", ["a", "b"])
@pytest.mark.parametrize(
    ("order", "faults"),
    [
        ([1, 2, 3, 4, 5], [(1, "order")]),
        ([0, 1, 2, 3, 5], [(5, "order")]),
        ([0, 1, 2, 3, 4], [(5, "no_end")]),
        ([0, 1, 2, 3], [(4, "no_end")]),
        ([0, 1, 2, 3, 4, 5, 5], [(7, "order")]),
        ([0, 1, 2, 3, 4, 5, 1], [(7, "order"), (7, "no_end")]),
        ([0, 0, 1, 2, 3, 4, 5], [(2, "order")]),
    ],
)
def test_header_data_trailer_end_in_this_order(layout, order, faults):
    lines = _lines(layout)
    assert faults_of(b"\r\n".join(lines[at] for at in order), layout) == faults


def test_lines_of_another_length_are_counted_in_bytes():
    lines = _lines("a")
    lines[1] = lines[1][:-1]
    lines[2] += b" "
    lines[3] = lines[3][:-1] + "円".encode("cp932")
    _records, reader = read(b"\r\n".join(lines))
    assert [(each.line, each.code, each.values["found"]) for each in reader.faults.named] == [
        (2, "length", 119),
        (3, "length", 121),
        (4, "length", 121),
    ]


# the trailer


def test_a_trailer_that_does_not_add_up():
    _records, reader = read(swap(FILE["a"], 5, 1, "000004000000029161"))
    assert [(each.line, each.code, dict(each.values)) for each in reader.faults.named] == [
        (5, "trailer_count", {"stated": 4, "read": 3}),
        (5, "trailer_total", {"stated": 29_161, "read": 29_160}),
    ]


def test_a_trailer_that_leaves_its_totals_out():
    records, reader = read(swap(FILE["a"], 5, 1, " " * 18))
    assert (len(records), reader.faults.named, reader.notes) == (3, [], ["trailer_blank"])


def test_a_trailer_with_other_signs_in_its_totals():
    assert faults_of(swap(FILE["a"], 5, 1, "00000x")) == [(5, "trailer_digits")]


def test_totals_where_a_city_says_that_they_are():
    profiles = configured({"a": "none", "b": "10:8/20:10"})
    assert profiles["a"].trailer == Trailer()
    assert profiles["b"].trailer == Trailer(count=(10, 8), total=(20, 10))
    content = write(RECORDS, "b", profiles=profiles)
    assert content.split(b"\r\n")[4] == b"8         00000003  0000029160".ljust(120)
    assert faults_of(content, profiles=profiles) == []
    assert faults_of(swap(content, 5, 17, "4"), profiles=profiles) == [(5, "trailer_count")]
    assert faults_of(swap(FILE["a"], 5, 1, "x"), profiles=profiles) == []
    assert configured({"a": "1:6/-"})["a"].trailer == Trailer(count=(1, 6))


@pytest.mark.parametrize(
    "setting",
    [
        {"c": "none"},
        {"a": "1:6"},
        {"a": "1:6/7"},
        {"a": "0:6/7:12"},
        {"a": "1:6/110:12"},
        {"a": ""},
    ],
)
def test_a_setting_that_says_no_places(setting):
    with pytest.raises(BadTrailers):
        configured(setting)


# many faults, hostile files


def test_a_hundred_faults_are_named_and_the_rest_counted():
    records = [make_record(bill=number) for number in range(1, 251)]
    lines = write(records, "a").split(b"\r\n")
    lines[1:251] = [line[:3] + b"20260230" + line[11:] for line in lines[1:251]]
    found, reader = read(b"\r\n".join(lines))
    assert (found, reader.faults.count, len(reader.faults.named)) == ([], 250, 100)


@pytest.mark.parametrize("layout", [None, "a", "b", "csv"])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"PK\x03\x04rest", "archive"),
        (FILE["a"].decode("cp932").encode("utf-16"), "utf16"),
        (FILE["a"].decode("cp932").encode("utf-16-le"), "utf16"),
        (FILE["a"].decode("cp932").encode("utf-16-be"), "utf16"),
        (bytes(range(256)) * 4, "binary"),
    ],
)
def test_what_is_no_text_is_refused_as_a_whole(layout, content, code):
    assert faults_of(content, layout) == [(0, code)]


@pytest.mark.parametrize(
    "content", [b"hello\r\n", "収納".encode("cp932"), b"2" * 119, b"\xff" * 120]
)
def test_what_has_no_layout(content):
    assert [code for _line, code in faults_of(content)] == ["layout_unknown"]


def test_a_file_that_fits_both_layouts_is_asked_about():
    lines = _lines("a")[:2] + _lines("b")[1:2]
    assert faults_of(b"\r\n".join(lines)) == [(0, "layout_ambiguous")]


def test_the_other_layout_than_was_named():
    assert faults_of(FILE["a"], "b") == [(line, "date") for line in (1, 2, 3, 4)]
    assert faults_of(FILE["a"], "csv")[0] == (1, "columns")


def test_a_value_that_does_not_fit_is_not_written():
    with pytest.raises(DoesNotFit):
        write([make_record(chain="1234567")], "a")


def test_a_header_as_an_agent_writes_it():
    heading = Heading(date(2026, 10, 6), agent="29023", biller="12345", biller_name="ﾏﾄﾞｸﾞﾁｼ")
    first = write([], "b", heading=heading).split(b"\r\n")[0]
    assert first.decode("cp932") == f"120261006{'29023'}{'12345'}{'ﾏﾄﾞｸﾞﾁｼ'}".ljust(120)


def test_the_tables_fill_their_records():
    assert set(PROFILES) == {"a", "b"}
    for profile in (LAYOUT_A, LAYOUT_B):
        for table in profile.records.values():
            assert sum(field.length for field in table) == 120
