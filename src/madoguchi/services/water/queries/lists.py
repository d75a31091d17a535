"""The list of meters that are to be read, as a table for a spreadsheet or a handheld."""

import csv
import io
from datetime import date

from madoguchi.services.water.queries.desk import ListLine
from madoguchi.services.water.queries.readings import known_contracts, without_reading
from madoguchi.services.water.rules.upload import DAY, ESTIMATE, INDEX, NOTE, NUMBER, TURNED

METER, PLACE, BEFORE = "メーター番号", "設置場所", "前回指針"


def list_of_meters(period: date) -> bytes:
    """UTF-8 with BOM, as spreadsheets open it; what begins like a formula is quoted."""
    contracts = list(without_reading(period))
    known = known_contracts([each.number for each in contracts], since=period)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([NUMBER, METER, PLACE, BEFORE, DAY, INDEX, ESTIMATE, TURNED, NOTE])
    for contract in contracts:
        line = ListLine(known[contract.number], period)
        place = _plain(contract.address)
        writer.writerow(
            [contract.number, _plain(contract.meter_number), place, line.previous_m3, *[""] * 5]
        )
    return out.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
