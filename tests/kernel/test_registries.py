from collections.abc import Iterator

import pytest

from madoguchi.kernel import registries
from madoguchi.kernel.registries import (
    CodeTaken,
    ErasureHook,
    HomeFigure,
    HomeFigures,
    HomeNotice,
    HomeNotices,
    NotRegistered,
    Registry,
    RoleDefinition,
    SearchHit,
    SearchSource,
    ServiceCard,
    StaffMenuItem,
)


def card(code: str, order: int = 100) -> ServiceCard:
    return ServiceCard(code, f"Title of {code}", "", "plan:index", order=order)


@pytest.fixture
def cards() -> Registry[ServiceCard]:
    return Registry("cards")


def test_items_come_by_order_then_code(cards: Registry[ServiceCard]) -> None:
    for item in (card("c"), card("b"), card("z", 1)):
        assert cards.register(item) is item
    assert [item.code for item in cards] == ["z", "b", "c"]
    assert len(cards) == 3


def test_items_without_order_come_by_code() -> None:
    hooks: Registry[ErasureHook] = Registry("hooks")
    for code in ("b", "a"):
        hooks.register(ErasureHook(code, code, erase=len))
    assert [hook.code for hook in hooks] == ["a", "b"]


def test_a_code_is_taken_once(cards: Registry[ServiceCard]) -> None:
    cards.register(card("a"))
    with pytest.raises(CodeTaken, match="cards: the code 'a' is taken"):
        cards.register(card("a", 2))
    assert [item.order for item in cards] == [100]


def test_items_are_found_by_code(cards: Registry[ServiceCard]) -> None:
    item = cards.register(card("a"))
    assert cards["a"] is item
    assert cards.get("a") is item
    assert cards.get("b") is None
    assert "a" in cards
    assert "b" not in cards
    with pytest.raises(NotRegistered, match="cards: nothing has the code 'b'"):
        cards["b"]


def test_an_item_can_be_taken_out(cards: Registry[ServiceCard]) -> None:
    cards.register(card("a"))
    cards.unregister("a")
    assert list(cards) == []
    with pytest.raises(NotRegistered):
        cards.unregister("a")


@pytest.fixture
def mark() -> Iterator[str]:
    """A code in every registry, taken out again afterwards."""
    code = "test.mark"
    yield code
    for registry in (
        registries.service_cards,
        registries.search_sources,
        registries.staff_menu,
        registries.roles,
        registries.erasure_hooks,
        registries.home_figures,
        registries.home_notices,
    ):
        registry.unregister(code)


def test_every_registry_takes_its_own_kind(mark: str) -> None:
    hit = SearchHit("窓口", "/", "procedure")
    figure = HomeFigure("17", "initiatives", "in the plan", "/plan/")
    notice = HomeNotice("closed tomorrow")
    registries.service_cards.register(card(mark))
    registries.search_sources.register(SearchSource(mark, "", lambda _, limit: [hit] * limit))
    registries.staff_menu.register(StaffMenuItem(mark, "", "plan_staff:due", "list-ul"))
    registries.roles.register(RoleDefinition(mark, "", ""))
    registries.erasure_hooks.register(ErasureHook(mark, "", erase=len))
    registries.home_figures.register(HomeFigures(mark, lambda: [figure]))
    registries.home_notices.register(HomeNotices(mark, lambda: [notice]))
    assert registries.search_sources[mark].search("窓口", 2) == [hit, hit]
    assert registries.home_figures[mark].load() == [figure]
    assert registries.home_notices[mark].load() == [notice]
    assert registries.staff_menu[mark].roles == frozenset()
    assert registries.roles[mark].needs_department is False
    assert registries.erasure_hooks[mark].erase("abc") == 3
