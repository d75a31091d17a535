from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "madoguchi.services.fees"
    label = "fees"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above
        from madoguchi.services.fees import evidence  # noqa: PLC0415 # as above
        from madoguchi.services.fees.operations.payers import erase_payer  # noqa: PLC0415 # as above

        evidence.register()
        _tell_payments()
        registries.service_cards.register(
            registries.ServiceCard(
                code="fees",
                title=_("Fees and how to pay them"),
                summary=_("Long-term-care premium, nursery fee, municipal housing rent."),
                url_name="fees:index",
                order=40,
            )
        )
        registries.erasure_hooks.register(
            registries.ErasureHook(
                code="fees",
                label=_("Names and addresses of those who owe fees, by customer number"),
                erase=erase_payer,
            )
        )
        registries.name_audit(
            (
                ("fees.payer_added", _("A payer of fees was added")),
                ("fees.payer_changed", _("Name or address of a payer was changed")),
                ("fees.payer_erased", _("Name and address of a payer were erased")),
                ("fees.assessed", _("Fees were decided")),
                ("fees.billed", _("Bills were made of decided fees")),
                ("fees.rule_added", _("An instalment rule was added")),
            ),
            registries.AuditParticular.of(
                "fees",
                {
                    "at_stores": _("payable at stores"),
                    "cancelled": _("bills cancelled"),
                    "from": _("since the fiscal year"),
                },
            ),
        )


def _tell_payments() -> None:
    """The fee kinds and where their payers are looked up."""
    from madoguchi.blocks.payments.rules.fee_kinds import FeeKind, fee_kinds  # noqa: PLC0415 # the models are there by now
    from madoguchi.blocks.payments.rules.payer_access import (  # noqa: PLC0415 # as above
        PayerDirectory,
        payer_directories,
    )
    from madoguchi.services.fees.models import KindChoice  # noqa: PLC0415 # as above
    from madoguchi.services.fees.queries import payers  # noqa: PLC0415 # as above
    from madoguchi.services.fees.rules import fee_kind_code  # noqa: PLC0415 # as above

    for number, kind in (
        ("21", KindChoice.CARE),
        ("22", KindChoice.NURSERY),
        ("23", KindChoice.RENT),
    ):
        fee_kinds.register(
            FeeKind(
                code=fee_kind_code(kind.value),
                label=kind.label,
                number=number,
                addressees=payers.addressees,
                instalment_label=payers.instalment_label,
                order=int(number),
            )
        )
    payer_directories.register(
        PayerDirectory(code="fees", label=_("Care, nursery, housing"), find=payers.find_reference)
    )
