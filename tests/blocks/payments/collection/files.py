"""Collection files for tests: barcodes, records, and the reader's answer in short."""

import io
from datetime import date, datetime

from madoguchi.blocks.payments.collection.kinds import DATA_KINDS
from madoguchi.blocks.payments.collection.reading import Reader
from madoguchi.blocks.payments.collection.records import JAPAN, Record
from madoguchi.blocks.payments.slips import barcode

PAID_AT = datetime(2026, 10, 5, 9, 44, tzinfo=JAPAN)


def make_barcode(amount=12_300, *, bill=1, issue=0, pay_by=date(2026, 12, 31)):
    """A slip's digits: client 12345, then the bill's 16 digits."""
    return barcode.compose(
        barcode.BarcodeParts(
            company_code="929023",
            free=f"12345{bill:016}",
            issue=issue,
            pay_by=pay_by,
            amount=amount,
        )
    )


def make_record(kind="01", *, amount=12_300, bill=1, paid_at=PAID_AT, digits=None, **values):
    settled = kind == "02"
    return Record(
        **{
            "line": 0,
            "data_kind": kind,
            "statement": DATA_KINDS[kind].statement,
            "paid_at": paid_at,
            "barcode": digits or make_barcode(amount, bill=bill),
            "amount": amount,
            "store": "0458762",
            "chain": "010",
            "taken_on": date(2026, 10, 6),
            "transfer_on": date(2026, 10, 20) if settled else None,
            **values,
        }
    )


def read(content, layout=None, **options):
    """The reader, read to its end, and the records that it gave."""
    reader = Reader(io.BytesIO(content), layout=layout, **options)
    return list(reader.records()), reader


def faults_of(content, layout=None, **options):
    """``[(line, code), …]``."""
    _records, reader = read(content, layout, **options)
    assert len(reader.faults.named) == min(reader.faults.count, reader.faults.MOST_NAMED)
    return [(fault.line, fault.code) for fault in reader.faults.named]


def without_lines(records):
    """As the writer was given them: numbers and the names of chains belong to the file."""
    return [record._replace(line=0, chain_name="") for record in records]


def swap(content, line, offset, text):
    """The file with some bytes of a line (from 1) written over."""
    lines = content.split(b"\r\n")
    found = lines[line - 1]
    new = text.encode("cp932") if isinstance(text, str) else text
    lines[line - 1] = found[:offset] + new + found[offset + len(new) :]
    return b"\r\n".join(lines)
