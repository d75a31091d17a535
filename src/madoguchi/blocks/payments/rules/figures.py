"""How paying goes: shares of channels, their parts of the collection rate, and what a move of
payers from one channel to another would cost or save."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")
HUNDRED = Decimal(100)


def per_cent(part: int, whole: int) -> Decimal | None:
    """With one decimal place; None where there is no whole."""
    if whole <= 0:
        return None
    return (HUNDRED * part / whole).quantize(TENTH, ROUND_HALF_UP)


def each(cost: Decimal, count: int) -> Decimal | None:
    """Average cost of a payment in yen with one decimal place; None without payments."""
    return (cost / count).quantize(TENTH, ROUND_HALF_UP) if count else None


def parts_of_rate[K](
    amounts: Mapping[K, int], *, assessed: int, collected: int
) -> dict[K, Decimal | None]:
    """What each channel brought of the collection rate, in points of per cent.

    What was collected is divided as the payments are, so that the parts come to the rate even
    where payments were refunded or came for bills that are not due yet.
    """
    paid = sum(amounts.values())
    return {
        key: per_cent(amount * collected, assessed * paid) if paid else per_cent(0, assessed)
        for key, amount in amounts.items()
    }


@dataclass(frozen=True, slots=True)
class Rate:
    """What a payment costs: yen each, and per cent of its amount."""

    yen_each: Decimal
    per_cent: Decimal

    def of(self, amount: Decimal) -> Decimal:
        return self.yen_each + amount * self.per_cent / HUNDRED


@dataclass(frozen=True, slots=True)
class Move:
    """So many payments through another channel: what they cost now and would cost then."""

    count: int
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


def move(*, count: int, amount: int, share: Decimal, old: Rate, new: Rate) -> Move:
    """If ``share`` per cent of the payments of a channel were made through another one.

    ``count`` and ``amount`` are all payments of the channel in a year. They are taken to keep
    their average amount; what is below one yen is rounded.
    """
    moved = int((count * share / HUNDRED).quantize(Decimal(1), ROUND_HALF_UP))
    average = Decimal(amount) / count if count else Decimal(0)
    return Move(moved, _yen(moved * old.of(average)), _yen(moved * new.of(average)))


def _yen(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
