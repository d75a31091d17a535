"""A charge and a tariff in words, for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from madoguchi.kernel.money import Yen, thousands
from madoguchi.services.water.rules.tariff import Charge, Component, Line, Scale, Tariff


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a charge: what it is, how it is reckoned, what it comes to."""

    label: str
    reckoned: str
    amount: str


@dataclass(frozen=True, slots=True)
class Section:
    """Water or sewer."""

    title: str
    rows: tuple[Row, ...]
    exclusive: str
    total: str


@dataclass(frozen=True, slots=True)
class Price:
    """A line of a tariff."""

    label: str
    price: str


@dataclass(frozen=True, slots=True)
class PriceTable:
    title: str
    rows: tuple[Price, ...]


def number_text(number: Decimal) -> str:
    """With separators, without zeros at the end: 131.5 and 2,180."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yen_text(amount: Decimal) -> str:
    return _("%(amount)s yen") % {"amount": number_text(amount)}


def sections(charge: Charge) -> list[Section]:
    """How a charge is made up, component by component."""
    found = [_section(_("Water charge"), charge.water)]
    if charge.sewer is not None:
        found.append(_section(_("Sewer charge"), charge.sewer))
    return found


def _section(title: str, component: Component) -> Section:
    base = Row(_("Base charge"), "", yen_text(component.base))
    return Section(
        title,
        (base, *map(_row, component.lines)),
        yen_text(component.exclusive),
        str(Yen(component.total)),
    )


def _row(line: Line) -> Row:
    reckoned = f"{number_text(line.m3)} m³ × {yen_text(line.yen)}"
    return Row(_range(line.from_m3, line.up_to_m3), reckoned, yen_text(line.amount))


def _range(lower: Decimal | int, upper: Decimal | int | None) -> str:
    """From above one limit to the next: 17–40 m³."""
    if upper is None:
        if not lower:
            return _("Every m³")
        return _("Above %(lower)s m³") % {"lower": number_text(Decimal(lower))}
    if not lower:
        return _("Up to %(upper)s m³") % {"upper": number_text(Decimal(upper))}
    return _("Above %(lower)s up to %(upper)s m³") % {
        "lower": number_text(Decimal(lower)),
        "upper": number_text(Decimal(upper)),
    }


def price_tables(tariff: Tariff) -> list[PriceTable]:
    """The tariff as it is published: exclusive of tax, for two months."""
    bases = (
        Price(_("Pipe of %(size)s mm") % {"size": size}, yen_text(yen))
        for size, yen in sorted(tariff.base.items())
    )
    sewer_base = Price(_("Base charge"), yen_text(tariff.sewer_base))
    return [
        PriceTable(_("Water: base charge by pipe size"), tuple(bases)),
        PriceTable(_("Water: volume charge for each m³"), tuple(_steps(tariff.water))),
        PriceTable(_("Sewer"), (sewer_base, *_steps(tariff.sewer))),
    ]


def _steps(scale: Scale) -> Iterable[Price]:
    if scale.included_m3:
        yield Price(
            _("Up to %(upper)s m³") % {"upper": thousands(scale.included_m3)},
            _("in the base charge"),
        )
    lower = scale.included_m3
    for step in scale.steps:
        yield Price(_range(lower, step.up_to), yen_text(step.yen))
        lower = step.up_to or lower
