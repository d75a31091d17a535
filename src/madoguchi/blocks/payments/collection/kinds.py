"""Data kinds and chains: codes of the agents with their meaning, as tables."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from madoguchi.blocks.payments.rules.channels import FactKind


@dataclass(frozen=True, slots=True)
class DataKind:
    """``statement`` is what the kind says of a payment; None: refused, for ``refusal``."""

    code: str
    name: str
    statement: FactKind | None
    layouts: frozenset[str]
    refusal: str = ""


EVERYWHERE: Final = frozenset({"a", "b", "csv"})
DSK: Final = frozenset({"csv"})

DATA_KINDS: Final = {
    kind.code: kind
    for kind in (
        DataKind("01", "速報", FactKind.PROVISIONAL, EVERYWHERE),
        DataKind("02", "確報", FactKind.SETTLEMENT, EVERYWHERE),
        DataKind("03", "速報取消", FactKind.REVERSAL, EVERYWHERE),
        # told within minutes, before the provisional one of the next day, and without a transfer
        # date: it announces money and settles nothing (our reading; no public text says more)
        DataKind("81", "リアルタイム", FactKind.PROVISIONAL, DSK),
        # a post office is no store: no time of day, the due date in the barcode is overwritten
        # with 999999, and a correction states another amount than its barcode
        DataKind("12", "郵便振替", None, DSK, "kind_postal"),
        DataKind("22", "郵便振替訂正", None, DSK, "kind_postal"),
    )
}


@dataclass(frozen=True, slots=True)
class Chain:
    """A name of a chain's code, from a day on. ``scheme`` is who gave the codes."""

    scheme: str
    code: str
    name: str
    from_on: date


_DSK_2022: Final = (
    ("010", "セブン-イレブン"),
    ("020", "ローソン"),
    ("030", "ファミリーマート"),
    ("050", "デイリーヤマザキ"),
    ("080", "ミニストップ"),
    ("530", "PayB"),
    ("730", "ポプラ"),
    ("760", "セイコーマート"),
    ("780", "au PAY"),
    ("800", "d払い"),
    ("820", "PayPay"),
    ("890", "MMK"),
    ("910", "郵便振替"),
    ("911", "郵便振替（窓口）"),
)

CHAINS: Final = tuple(Chain("csv", code, name, date(2022, 1, 1)) for code, name in _DSK_2022)
"""As far as they are public. A code that is missing here is taken as it is, never refused."""


def chain_name(scheme: str, code: str, on: date) -> str:
    """The name of a chain on a day; empty where it is not known."""
    known = [
        chain
        for chain in CHAINS
        if chain.scheme == scheme and chain.code == code and chain.from_on <= on
    ]
    return max(known, key=lambda chain: chain.from_on).name if known else ""
