"""Fee kinds: what a service tells payments of the bills that it issues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a slip is sent to. ``name`` is kept as its owner writes it; printed as it is."""

    name: str
    postal_code: str
    address: str
    number: str
    """The customer number as the payer knows it."""


@dataclass(frozen=True)
class FeeKind:
    """``number`` (two digits, unique in the city) begins the bill numbers of the kind.

    ``addressees(payers)`` gives the addressee of each payer reference that it knows.
    ``instalment_label(fiscal_year, instalment)`` is what the payer calls it: 第3期, 10・11月分.
    """

    code: str
    label: StrOrPromise
    number: str
    addressees: Callable[[Collection[str]], Mapping[str, Addressee]]
    instalment_label: Callable[[int, int], str]
    order: int = 100


fee_kinds: Registry[FeeKind] = Registry("fee kinds")
