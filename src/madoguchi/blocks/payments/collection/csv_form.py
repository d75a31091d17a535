"""Reading the CSV form of an agent (DSK): thirteen columns, a heading or none."""

import csv
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final

from madoguchi.blocks.payments.collection import fields, lines
from madoguchi.blocks.payments.collection.kinds import chain_name
from madoguchi.blocks.payments.collection.profiles import CSV
from madoguchi.blocks.payments.collection.recognising import UTF8_BOM
from madoguchi.blocks.payments.collection.records import JAPAN, Faults, Ill, Record

COLUMNS: Final = (
    "種別",
    "収納日",
    "収納時刻",
    "バーコード情報",
    "ユーザー使用欄1",
    "ユーザー使用欄2",
    "印紙フラグ",
    "金額",
    "コンビニ本部コード",
    "コンビニ名",
    "コンビニ店舗コード",
    "振込日",
    "データ作成日",
)
SYMBOLOGY: Final = "EAN"
"""Letters before the barcode's digits."""


def records(stream: BinaryIO, faults: Faults) -> Iterator[Record]:
    """Every row that is right; what is wrong with the others goes to ``faults``."""
    decoder = _Decoder()
    for number, line, is_too_long in lines.text_lines(stream):
        if lines.is_after_the_end(line):
            continue
        try:
            if is_too_long:
                raise Ill("line_too_long", limit=lines.LONGEST_LINE)
            cells = _cells(decoder.text(line, is_first=number == 1))
            if number == 1 and _is_heading(cells):
                continue
            yield _record(number, cells)
        except Ill as ill:
            faults.add(number, ill.code, **ill.values)


class _Decoder:
    """UTF-8 or cp932: the first line with more than ASCII decides, and the rest must follow."""

    def __init__(self) -> None:
        self._encoding = ""

    def text(self, line: bytes, *, is_first: bool) -> str:
        if is_first and line.startswith(UTF8_BOM):
            self._encoding = "utf-8"
            line = line.removeprefix(UTF8_BOM)
        if line.isascii():
            return line.decode("ascii")
        for encoding in [self._encoding] if self._encoding else ["utf-8", "cp932"]:
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            self._encoding = encoding
            return text
        raise Ill("encoding_csv")


def _cells(text: str) -> list[str]:
    if not text.isprintable():
        raise Ill("control")
    try:
        cells = next(csv.reader([text], strict=True))
    except csv.Error:
        raise Ill("csv", found=fields.shown(text)) from None
    if len(cells) != len(COLUMNS):
        raise Ill("columns", found=len(cells), wanted=len(COLUMNS))
    return [cell.strip(" ") for cell in cells]


def _is_heading(cells: list[str]) -> bool:
    if cells[0].isascii():
        return False
    names = [unicodedata.normalize("NFKC", cell) for cell in cells]
    for name, wanted in zip(names, COLUMNS, strict=True):
        if name != wanted:
            raise Ill("heading", found=fields.shown(name), wanted=wanted)
    return True


def _record(number: int, cells: list[str]) -> Record:
    kind_code, paid_on, paid_time, symbol, _user_1, _user_2, stamp, amount = cells[:8]
    chain, name, store, transfer_on, made_on = cells[8:]
    kind = fields.data_kind(kind_code, CSV)
    assert kind.statement is not None  # noqa: S101 # data_kind refuses what states nothing
    paid_at = datetime.combine(fields.day(paid_on), fields.clock_time(paid_time), JAPAN)
    barcode = symbol.removeprefix(SYMBOLOGY)
    stated, in_barcode = fields.amount(amount), fields.barcode_amount(barcode)
    if stated != in_barcode:
        raise Ill("amount_differs", stated=stated, barcode=in_barcode)
    if stamp != barcode[36]:
        raise Ill("stamp_differs", stated=fields.shown(stamp), barcode=barcode[36])
    chain = fields.code(chain, COLUMNS[8])
    return Record(
        line=number,
        data_kind=kind.code,
        statement=kind.statement,
        paid_at=paid_at,
        barcode=barcode,
        amount=stated,
        store=fields.store(store),
        chain=chain,
        chain_name=chain_name(CSV, chain, paid_at.date()) or fields.shown(name),
        taken_on=fields.day(made_on),
        transfer_on=fields.day_or_blank(transfer_on),
    )
