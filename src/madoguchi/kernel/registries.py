"""Where apps meet without knowing one another: each registers what it offers at start-up.

A registry is filled in `AppConfig.ready()` and read by the site, the staff side and the plan.
Labels may be lazily translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

    from madoguchi.kernel.text import Segment


class Coded(Protocol):
    @property
    def code(self) -> str: ...


class CodeTaken(ValueError):
    """Two things were registered under one code."""


class NotRegistered(LookupError):
    """Nothing is registered under the code."""


class Registry[T: Coded]:
    """Things by their code; iterated by their `order` where they have one, then by code."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add an item and give it back. Raises CodeTaken."""
        if item.code in self._items:
            raise CodeTaken(f"{self.name}: the code {item.code!r} is taken")
        self._items[item.code] = item
        return item

    def unregister(self, code: str) -> None:
        """Take an item out, as a test does after itself. Raises NotRegistered."""
        del self._items[self[code].code]

    def __getitem__(self, code: str) -> T:
        if code not in self._items:
            raise NotRegistered(f"{self.name}: nothing has the code {code!r}")
        return self._items[code]

    def get(self, code: str) -> T | None:
        return self._items.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._items.values(), key=_place))

    def __len__(self) -> int:
        return len(self._items)


def _place(item: Coded) -> tuple[int, str]:
    return getattr(item, "order", 0), item.code


@dataclass(frozen=True)
class ServiceCard:
    """A service on the home page. `life_events` are codes such as `moving_in`."""

    code: str
    title: StrOrPromise
    summary: StrOrPromise
    url_name: str
    life_events: tuple[str, ...] = ()
    order: int = 100


@dataclass(frozen=True)
class SearchHit:
    """One result; `kind` says what it is (an initiative), `where` in which field it was found."""

    title: StrOrPromise
    url: str
    kind: StrOrPromise
    excerpt: tuple[Segment, ...] = ()
    where: StrOrPromise = ""


@dataclass(frozen=True)
class SearchSource:
    """`search(query, limit)` gives at most `limit` hits, best first."""

    code: str
    label: StrOrPromise
    search: Callable[[str, int], Sequence[SearchHit]]
    order: int = 100


@dataclass(frozen=True)
class StaffMenuItem:
    """Shown to staff who hold one of `roles`; to all staff when it is empty."""

    code: str
    label: StrOrPromise
    url_name: str
    icon: str
    order: int = 100
    roles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class StaffPanel:
    """A part of the staff home: `render(request)` gives safe HTML, or "" where nothing is due."""

    code: str
    render: Callable[[HttpRequest], str]
    order: int = 100


@dataclass(frozen=True)
class RoleDefinition:
    """`needs_department`: the role is held for one department and what lies below it.

    `reads_audit`: whoever holds it may open the audit log on the staff side.
    """

    code: str
    label: StrOrPromise
    description: StrOrPromise
    needs_department: bool = False
    reads_audit: bool = False
    order: int = 100


@dataclass(frozen=True)
class ActorRoles:
    """`load(user)` gives the codes of the roles that a user holds now, for the audit log."""

    code: str
    load: Callable[[AbstractBaseUser], Iterable[str]]


@dataclass(frozen=True)
class AuditAction:
    """What the code of an audit entry (`plan.report_submitted`) means, for its readers."""

    code: str
    label: StrOrPromise


@dataclass(frozen=True)
class AuditParticular:
    """What a key in the detail of an area's entries means: `code` is `payments.stage`, the area
    and the key; `show` puts a value that is a code into words."""

    code: str
    label: StrOrPromise
    show: Callable[[str], StrOrPromise] = str

    @staticmethod
    def of(area: str, words: Mapping[str, StrOrPromise]) -> list[AuditParticular]:
        """Those of an area whose values need no words of their own."""
        return [AuditParticular(f"{area}.{key}", label) for key, label in words.items()]


@dataclass(frozen=True)
class ErasureHook:
    """`erase(person)` removes what the app holds on a person, named by the sign that the app gave
    out for them, and says how many rows that were."""

    code: str
    label: StrOrPromise
    erase: Callable[[str], int]


@dataclass(frozen=True)
class MyPagePart:
    """A part of a resident's own page: `render(request)` gives safe HTML, or "" where there is
    nothing to show. Whoever opens the page is signed in as a resident."""

    code: str
    render: Callable[[HttpRequest], str]
    order: int = 100


@dataclass(frozen=True)
class OwnData:
    """What an app holds on a resident with an account, for the one whom it is about.

    `export(user)` gives it as plain data (JSON can hold it), keys in words; `erase(user)` removes
    what may be removed and says how many rows that were; `kept(user)` gives, in words, what must
    stay and why.
    """

    code: str
    label: StrOrPromise
    export: Callable[[AbstractBaseUser], Mapping[str, object]]
    erase: Callable[[AbstractBaseUser], int]
    kept: Callable[[AbstractBaseUser], Sequence[str]] = lambda _user: ()
    order: int = 100


@dataclass(frozen=True)
class LifeEvent:
    """A large plain link on the home page: moving in, a birth, a death."""

    title: StrOrPromise
    url: str
    summary: StrOrPromise = ""


@dataclass(frozen=True)
class LifeEvents:
    """`load()` gives life events in their order."""

    code: str
    load: Callable[[], Sequence[LifeEvent]]
    order: int = 100


@dataclass(frozen=True)
class HomeFigure:
    value: str
    unit: StrOrPromise
    label: StrOrPromise
    url: str


@dataclass(frozen=True)
class HomeFigures:
    code: str
    load: Callable[[], Sequence[HomeFigure]]
    order: int = 100


@dataclass(frozen=True)
class HomeNotice:
    text: StrOrPromise
    url: str = ""
    on: date | None = None


@dataclass(frozen=True)
class HomeNotices:
    code: str
    load: Callable[[], Sequence[HomeNotice]]
    order: int = 100


service_cards: Registry[ServiceCard] = Registry("service cards")
search_sources: Registry[SearchSource] = Registry("search sources")
staff_menu: Registry[StaffMenuItem] = Registry("staff menu")
staff_home_panels: Registry[StaffPanel] = Registry("panels of the staff home")
roles: Registry[RoleDefinition] = Registry("roles")
actor_roles: Registry[ActorRoles] = Registry("actor roles")
audit_actions: Registry[AuditAction] = Registry("audit actions")
audit_particulars: Registry[AuditParticular] = Registry("audit particulars")
erasure_hooks: Registry[ErasureHook] = Registry("erasure hooks")
my_page_parts: Registry[MyPagePart] = Registry("parts of a resident's page")
own_data: Registry[OwnData] = Registry("own data")
life_events: Registry[LifeEvents] = Registry("life events")
home_figures: Registry[HomeFigures] = Registry("home figures")
home_notices: Registry[HomeNotices] = Registry("home notices")


def name_audit(
    actions: Iterable[tuple[str, StrOrPromise]], particulars: Iterable[AuditParticular] = ()
) -> None:
    """Give the words of an app's audit entries. Raises CodeTaken."""
    for code, label in actions:
        audit_actions.register(AuditAction(code, label))
    for particular in particulars:
        audit_particulars.register(particular)
