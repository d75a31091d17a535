"""Fee kinds that no service of the installation offers, for tests of payments alone."""

from collections.abc import Callable, Iterator

import pytest

from madoguchi.blocks.payments.rules.cards import card_providers
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from tests.blocks.payments.cards import Failing
from tests.blocks.payments.factories import KINDS


@pytest.fixture
def two_kinds() -> Iterator[None]:
    """``test.one`` and ``test.two``, while the test runs."""
    for kind in KINDS:
        fee_kinds.register(kind)
    yield
    for kind in KINDS:
        fee_kinds.unregister(kind.code)


@pytest.fixture
def bad_line() -> Iterator[Callable[..., Failing]]:
    """Puts a provider that fails in some calls in the place of the sandbox."""
    usual = card_providers["sandbox"]

    def put(*calls: str, **how: bool) -> Failing:
        card_providers.unregister("sandbox")
        return card_providers.register(Failing(*calls, **how))

    yield put
    card_providers.unregister("sandbox")
    card_providers.register(usual)
