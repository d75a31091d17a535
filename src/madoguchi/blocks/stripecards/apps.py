from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class StripeCardsConfig(AppConfig):
    name = "madoguchi.blocks.stripecards"
    label = "stripecards"

    def ready(self) -> None:
        # the models that payments needs are there by now
        from madoguchi.blocks.payments.rules.cards import card_providers  # noqa: PLC0415 # as above
        from madoguchi.blocks.stripecards.service import from_settings  # noqa: PLC0415 # as above

        card_providers.register(from_settings())
        checks.register(keys_are_there)


def keys_are_there(app_configs: object, **kwargs: Any) -> Sequence[checks.CheckMessage]:  # noqa: ARG001 # Django's signature
    """Name the settings without which no card can be charged."""
    if settings.MADOGUCHI_CARD_PROVIDER != "stripe":
        return []
    needed = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET")
    return [
        checks.Error(
            f"Stripe takes the card payments, but {name} is not set.", id="stripecards.E001"
        )
        for name in needed
        if not getattr(settings, name)
    ]
