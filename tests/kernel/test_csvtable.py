"""Uploaded tables: encodings, headings in any order, lines by number, and what is no table."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import csvtable
from madoguchi.kernel.csvtable import NoTable, Row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_reads_what_spreadsheets_save(encoding):
    content = "備考,金額,番号\r\n a ,1200, 0001 \r\n".encode(encoding)
    assert csvtable.read(content, ["番号", "金額"]) == [Row(2, {"番号": "0001", "金額": "1200"})]
    assert csvtable.read(content, ["番号"])[0]["番号"] == "0001"


def test_names_the_line_where_a_row_begins():
    content = '番号\n1\n\n"2\n3"\n,\n4\n'.encode()
    rows = csvtable.read(content, ["番号"])
    assert [(row.line, row["番号"]) for row in rows] == [(2, "1"), (4, "2\n3"), (7, "4")]


def test_a_short_row_has_empty_cells():
    assert csvtable.read(b"a,b\n1\n", ["a", "b"]) == [Row(2, {"a": "1", "b": ""})]


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"", "empty", ()),
        (b" \n", "empty", ()),
        (b"a\x00b", "binary", ()),
        (b"a\x81", "encoding", ()),
        (b"a,b\n1,2\n", "columns", ("c",)),
        (b'a\n"' + b"x" * 200_000, "binary", ()),
    ],
)
def test_what_is_no_table_says_why(content, code, what):
    with pytest.raises(NoTable) as refused:
        csvtable.read(content, ["a", *what])
    assert (refused.value.code, refused.value.what) == (code, what)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(csvtable, "MOST_ROWS", 2)
    assert len(csvtable.read(b"a\n1\n2\n", ["a"])) == 2
    with pytest.raises(NoTable, match="rows"):
        csvtable.read(b"a\n1\n2\n3\n", ["a"])


NOT_ROUND = "\x00¢£¬‖−〜"
CELL = st.text(st.characters(codec="cp932", exclude_characters=NOT_ROUND), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=5), st.sampled_from(["utf-8-sig", "cp932"]))
def test_what_was_written_is_read(pairs, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("甲", "乙"), *pairs])
    read = csvtable.read(out.getvalue().encode(encoding), ["甲", "乙"])
    kept = [(a.strip(), b.strip()) for a, b in pairs if a.strip() or b.strip()]
    assert [(row["甲"], row["乙"]) for row in read] == kept
