"""Contracts, readings, tariffs and bills for tests, made through the operations."""

from datetime import date
from decimal import Decimal

from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.operations import contracts, readings, tariffs
from madoguchi.services.water.operations.contracts import NewContract
from madoguchi.services.water.operations.readings import Entry
from madoguchi.services.water.rules.tariff import Step

D = Decimal
FIRST_DAY = date(2024, 4, 1)
DECEMBER = date(2026, 12, 1)
OCTOBER = date(2026, 10, 1)


def make_tariff(from_on=FIRST_DAY, *, base=None, **changes):
    """Base 1,540 (13 mm) or 2,180 yen (20 mm) with 16 m³, then 130 and 200 yen; sewer alike."""
    return tariffs.add_tariff(
        **{
            "from_on": from_on,
            "base": base or {13: 1540, 20: 2180},
            "included_m3": 16,
            "steps": [Step(40, D(130)), Step(None, D(200))],
            "sewer_base": 1200,
            "sewer_included_m3": 16,
            "sewer_steps": [Step(None, D(100))],
            "source": "水道事業給水条例",
            "by": None,
            **changes,
        }
    )


def make_prices():
    make_tariff()
    tariffs.add_tax_rate(from_on=date(2019, 10, 1), per_cent=D(10), by=None)


def new_contract(number="0000001", **changes):
    return NewContract(
        **{
            "number": number,
            "name": "山田 太郎",
            "name_kana": "ヤマダ タロウ",
            "postal_code": "999-0001",
            "address": "見本市本町1-2-3",
            "pipe_mm": 20,
            "meter_number": f"M{number}",
            "start_index_m3": 100,
            "started_on": FIRST_DAY,
            **changes,
        }
    )


def make_contract(number="0000001", **changes) -> Contract:
    return contracts.add_contract(contract=new_contract(number, **changes), by=None)


def make_reading(number="0000001", index=140, read_on=date(2026, 12, 5), **changes) -> Reading:
    """As found in the database; unusual use counts as looked at."""
    entry = Entry(
        **{"number": number, "read_on": read_on, "index_m3": index, "confirmed": True, **changes}
    )
    return readings.record_reading(entry=entry, by=None)
