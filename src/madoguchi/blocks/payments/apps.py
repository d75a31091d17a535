from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "madoguchi.blocks.payments"
    label = "payments"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.blocks.payments.queries import audit_words  # noqa: PLC0415 # as above
        from madoguchi.blocks.payments.rules import access  # noqa: PLC0415 # as above
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above

        for order, (code, label, description) in enumerate(
            (
                (
                    access.TREASURY,
                    _("Treasury"),
                    _("Runs bills, reads collection files, closes days, decides refunds."),
                ),
                (
                    access.COLLECTOR,
                    _("Collecting staff"),
                    _("Looks after the bills of the own department's fees."),
                ),
            )
        ):
            registries.roles.register(
                registries.RoleDefinition(
                    code=code,
                    label=label,
                    description=description,
                    needs_department=code == access.COLLECTOR,
                    reads_audit=code == access.TREASURY,
                    order=30 + order,
                )
            )
        _offer_to_payers()
        registries.name_audit(audit_words.ACTIONS.items(), audit_words.particulars())


def _offer_to_payers() -> None:
    """The card on the home page, receipts, and erasure."""
    # the models are there by now
    from madoguchi.blocks.documents.service import (  # noqa: PLC0415 # as above
        DocumentKind,
        document_kinds,
    )
    from madoguchi.blocks.payments.operations.erasure import erase_payer  # noqa: PLC0415 # as above
    from madoguchi.blocks.payments.rules import access  # noqa: PLC0415 # as above
    from madoguchi.kernel import registries  # noqa: PLC0415 # as above

    registries.service_cards.register(
        registries.ServiceCard(
            code="payments",
            title=_("Pay and look up bills"),
            summary=_("What you have to pay, paying by card, and what you have paid."),
            url_name="payments:entry",
            order=30,
        )
    )
    document_kinds.register(
        DocumentKind("payments.receipt", _("Receipt"), roles=frozenset({access.TREASURY}))
    )
    registries.erasure_hooks.register(
        registries.ErasureHook(
            code="payments",
            label=_("Bank accounts, cards and receipts, by payer reference"),
            erase=erase_payer,
        )
    )
