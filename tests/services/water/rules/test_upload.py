"""Uploaded readings: encodings, columns, faults by line."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.csvtable import NoTable
from madoguchi.services.water.rules.upload import Fault, FaultCode, Line, Upload, read

HEAD = "お客様番号,検針日,指針,推定,一周,備考\n"


def given_rows(*rows, head=HEAD, encoding="utf-8"):
    return read((head + "\n".join(rows)).encode(encoding))


def line(place=2, **changes):
    values = {
        "line": place,
        "number": "0000001",
        "read_on": date(2026, 12, 5),
        "index_m3": 140,
        "is_estimate": False,
        "rolled_over": False,
        "note": "",
    }
    return Line(**{**values, **changes})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_as_spreadsheets_save_it(encoding):
    found = given_rows("0000001,2026-12-05,140,,,犬に注意", encoding=encoding)
    assert (found.lines, found.faults, found.unread) == ((line(note="犬に注意"),), (), 0)


@pytest.mark.parametrize(
    "day", ["2026-12-05", "2026/12/5", "2026.12.05", "20261205", "２０２６/12/5"]
)
def test_days_as_people_write_them(day):
    assert given_rows(f"0000001,{day},140").lines == (line(),)


@pytest.mark.parametrize("index", ["140", "１４０", " 140 "])
def test_full_width_digits(index):
    assert given_rows(f"0000001,2026-12-05,{index}").lines == (line(),)


def test_thousands_may_be_parted():
    assert given_rows('0000001,2026-12-05,"1,140"').lines == (line(index_m3=1140),)


@pytest.mark.parametrize("mark", ["1", "○", "〇", "Yes", "有"])
def test_marks(mark):
    found = given_rows(f"0000001,2026-12-05,,{mark},", f"0000002,2026-12-05,15,,{mark}")
    assert found.lines == (
        line(index_m3=None, is_estimate=True),
        line(3, number="0000002", index_m3=15, rolled_over=True),
    )


def test_the_optional_columns_may_be_missing_and_others_may_be_there():
    found = given_rows("住所,140,0000001,2026-12-05", head="設置場所,指針,お客様番号,検針日\n")
    assert found.lines == (line(),)


def test_lines_without_an_index_were_not_read():
    found = given_rows("0000001,,", "0000002,2026-12-05,", "0000003,2026-12-05,7")
    assert (len(found.lines), found.unread, found.faults) == (1, 2, ())


@pytest.mark.parametrize(
    ("row", "heading", "code", "value"),
    [
        (",2026-12-05,140", "お客様番号", FaultCode.MISSING, ""),
        ("0000001,,140", "検針日", FaultCode.MISSING, ""),
        ("0000001,,,1", "検針日", FaultCode.MISSING, ""),
        ("0000001,2026-02-30,140", "検針日", FaultCode.NO_DAY, "2026-02-30"),
        ("0000001,12/5,140", "検針日", FaultCode.NO_DAY, "12/5"),
        ("0000001,2026125,140", "検針日", FaultCode.NO_DAY, "2026125"),
        ("0000001,2026-12-05,abc", "指針", FaultCode.NO_NUMBER, "abc"),
        ("0000001,2026-12-05,-5", "指針", FaultCode.NO_NUMBER, "-5"),
        ("0000001,2026-12-05,1.5", "指針", FaultCode.NO_NUMBER, "1.5"),
        ("0000001,2026-12-05,9999999999", "指針", FaultCode.NO_NUMBER, "9999999999"),
        ("0000001,2026-12-05,140,x", "推定", FaultCode.NO_MARK, "x"),
        ("0000001,2026-12-05,140,,x", "一周", FaultCode.NO_MARK, "x"),
        ("0000001,2026-12-05,140,,," + "あ" * 201, "備考", FaultCode.TOO_LONG, "あ" * 201),
    ],
)
def test_faults_name_line_and_column(row, heading, code, value):
    found = given_rows("0000009,2026-12-05,1", row)
    assert found.faults == (Fault(3, heading, code, value),)
    assert [each.number for each in found.lines] == ["0000009"]


def test_a_number_stands_once():
    found = given_rows("0000001,2026-12-05,140", "0000001,2026-12-06,150")
    assert found.faults == (Fault(3, "お客様番号", FaultCode.TWICE, "0000001"),)


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"", "empty", ()),
        (b"\x00", "binary", ()),
        ("お客様番号,指針\n".encode(), "columns", ("検針日",)),
        (b"a,b\n", "columns", ("お客様番号", "検針日", "指針")),
        (b"a\x81", "encoding", ()),
    ],
)
def test_what_is_no_such_table(content, code, what):
    with pytest.raises(NoTable) as refused:
        read(content)
    assert (refused.value.code, refused.value.what) == (code, what)


def outcome(content):
    try:
        return read(content)
    except NoTable as problem:
        return problem.code


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_reason(content):
    found = outcome(HEAD.encode() + content)
    assert isinstance(found, Upload) or found in {"binary", "encoding"}


cells = st.tuples(
    st.integers(0, 10**6),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.none() | st.integers(0, 99_999),
    st.booleans(),
)


@given(st.lists(cells, unique_by=lambda row: row[0], max_size=6))
def test_what_was_written_is_read(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["お客様番号", "検針日", "指針", "推定"])
    for number, day, index, estimate in rows:
        writer.writerow([number, day, "" if index is None else index, int(estimate)])
    found = read(out.getvalue().encode("cp932"))
    assert found.faults == ()
    assert [(each.number, each.read_on, each.index_m3) for each in found.lines] == [
        (str(number), day, index)
        for number, day, index, estimate in rows
        if index is not None or estimate
    ]
