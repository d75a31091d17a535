from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class CardSandboxConfig(AppConfig):
    name = "madoguchi.blocks.cardsandbox"
    label = "cardsandbox"

    def ready(self) -> None:
        # the models are there by now
        from madoguchi.blocks.cardsandbox.service import SandboxProvider  # noqa: PLC0415 # as above
        from madoguchi.blocks.payments.rules.cards import card_providers  # noqa: PLC0415 # as above

        card_providers.register(SandboxProvider())
        checks.register(no_money_is_expected)


def no_money_is_expected(app_configs: object, **kwargs: Any) -> Sequence[checks.CheckMessage]:  # noqa: ARG001 # Django's signature
    """Warn where the sandbox takes the payments of what may be a real city."""
    if settings.DEBUG or settings.MADOGUCHI_DEMO:
        return []
    return [
        checks.Warning(
            "The card sandbox takes the card payments of this installation: no money moves.",
            hint="Set MADOGUCHI_CARD_PROVIDER to a real provider, or leave it empty.",
            id="cardsandbox.W001",
        )
    ]
