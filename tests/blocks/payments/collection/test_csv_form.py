"""The CSV form: heading or none, cp932 or UTF-8, the two places in which the amount stands."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.payments.collection.kinds import chain_name
from madoguchi.blocks.payments.collection.records import JAPAN
from madoguchi.blocks.payments.collection.writing import write
from madoguchi.blocks.payments.rules.channels import FactKind
from tests.blocks.payments.collection.files import (
    faults_of,
    make_barcode,
    make_record,
    read,
    without_lines,
)

HEADING = (
    "種別,収納日,収納時刻,バーコード情報,ユーザー使用欄１,ユーザー使用欄２,印紙フラグ,金額,"
    "コンビニ本部コード,コンビニ名,コンビニ店舗コード,振込日,データ作成日"
)
RECORDS = [make_record("01"), make_record("02", amount=4_560, bill=2), make_record("81", bill=3)]


def row(**changes):
    """A row as the agent writes it, with changes by place."""
    cells = {
        "kind": "01",
        "day": "20261005",
        "time": "944",
        "barcode": f"EAN{make_barcode(12_300)}",
        "user_1": "450000",
        "user_2": "00000000010",
        "stamp": "0",
        "amount": "12300",
        "chain": "010",
        "name": '"セブン－イレブン"',
        "store": "458762",
        "transfer": "0",
        "made": "20261006",
        **changes,
    }
    return ",".join(cells.values())


def file(*rows, heading=HEADING, encoding="cp932"):
    return "".join(f"{line}\r\n" for line in (*filter(None, [heading]), *rows)).encode(encoding)


def test_a_row_by_hand():
    records, reader = read(file(row(), row(kind="02", time="0", transfer="20261020")))
    assert (reader.layout, reader.faults.named, reader.notes) == ("csv", [], ["no_trailer"])
    assert records == [
        make_record(line=2, chain_name="セブン-イレブン"),
        make_record(
            "02", line=3, chain_name="セブン-イレブン", paid_at=datetime(2026, 10, 5, tzinfo=JAPAN)
        ),
    ]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("heading", [HEADING, HEADING.replace("１", "1").replace("２", "2"), ""])
def test_any_encoding_with_heading_or_without(encoding, heading):
    records, reader = read(file(row(), heading=heading, encoding=encoding))
    assert (len(records), reader.faults.named) == (1, [])


def test_the_encoding_is_found_in_the_first_line_that_shows_it():
    assert faults_of(file(row(name="LAWSON"), row(), heading="", encoding="cp932")) == []
    mixed = file(row(), heading="", encoding="utf-8") + file(row(), heading="")
    assert faults_of(mixed) == [(2, "encoding_csv")]
    broken = file(row(name="x")).replace(b"x", b"\x81\x20")
    assert faults_of(broken) == [(2, "encoding_csv")]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_what_was_written_is_read(encoding, line_end):
    records, reader = read(write(RECORDS, "csv", encoding=encoding, line_end=line_end))
    assert (without_lines(records), reader.faults.named) == (RECORDS, [])


def test_real_time_data_is_provisional():
    (record,), _reader = read(file(row(kind="81")))
    assert (record.data_kind, record.statement) == ("81", FactKind.PROVISIONAL)


@pytest.mark.parametrize("kind", ["12", "22"])
def test_postal_transfers_are_no_store_payments(kind):
    assert faults_of(file(row(), row(kind=kind))) == [(3, "kind_postal")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "1"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"day": "20260230"}, "date"),
        ({"day": "2026/10/5"}, "date"),
        ({"time": "2500"}, "time"),
        ({"time": "960"}, "time"),
        ({"time": "09:44"}, "time"),
        ({"time": ""}, "time"),
        ({"barcode": "EAN"}, "barcode_length"),
        ({"barcode": f"JAN{make_barcode()}"}, "barcode_length"),
        ({"barcode": f"EAN{make_barcode()[:-1]}9"}, "barcode_check_digit"),
        ({"amount": "-12300"}, "amount_negative"),
        ({"amount": "▲12300"}, "amount_negative"),
        ({"amount": "0"}, "amount_zero"),
        ({"amount": ""}, "amount_digits"),
        ({"amount": "1.23e4"}, "amount_digits"),
        ({"amount": "１２３００"}, "amount_digits"),
        ({"amount": "1012300"}, "amount_overflow"),
        ({"amount": "9" * 400}, "amount_overflow"),
        ({"amount": "12301"}, "amount_differs"),
        ({"amount": "012300"}, ""),
        ({"stamp": "1"}, "stamp_differs"),
        ({"stamp": ""}, "stamp_differs"),
        ({"chain": "ロー"}, "code"),
        ({"store": ""}, "store"),
        ({"store": "12345678"}, "store"),
        ({"transfer": "20260931"}, "date"),
        ({"transfer": ""}, ""),
        ({"made": ""}, "date"),
        ({"name": '"a'}, "csv"),
        ({"name": "a\x07"}, "control"),
        ({"name": "a,b"}, "columns"),
        ({"name": "x" * 5000}, "line_too_long"),
    ],
)
def test_an_ill_row_is_named(changes, code):
    assert faults_of(file(row(), row(**changes))) == ([(3, code)] if code else [])


def test_blank_lines_and_the_old_end_mark_are_passed_over():
    assert faults_of(file(row(), "", row()) + b"\x1a") == []


def test_another_heading():
    assert faults_of(file(row(), heading=HEADING.replace("金額", "税込金額"))) == [(1, "heading")]


def test_a_chain_that_is_not_in_the_table_keeps_the_agents_name():
    (record,), _reader = read(file(row(chain="999", name="新しい店")))
    assert (record.chain, record.chain_name) == ("999", "新しい店")


def test_names_of_chains_are_dated():
    assert chain_name("csv", "020", date(2026, 1, 1)) == "ローソン"
    assert chain_name("csv", "020", date(2021, 12, 31)) == ""
    assert chain_name("a", "020", date(2026, 1, 1)) == ""


def test_a_day_without_payments():
    assert faults_of(file()) == []
