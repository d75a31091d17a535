from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AUDIT_WORDS = (
    ("water.contracts_added", _("Water contracts were added")),
    ("water.contract_changed", _("A water contract was changed")),
    ("water.contract_ended", _("A water contract was ended")),
    ("water.contract_erased", _("What was held on a water contract was erased")),
    ("water.readings_recorded", _("Meter readings were recorded")),
    ("water.bills_made", _("Water bills were made")),
    ("water.bill_taken_back", _("A water bill was taken back")),
    ("water.tariff_added", _("A water tariff was laid down")),
    ("water.tax_rate_added", _("A rate of consumption tax was laid down")),
    ("water.terms_added", _("Billing terms were laid down")),
)
AUDIT_PARTICULARS = {
    "changed": pgettext_lazy("audit log", "changed"),
    "contracts": pgettext_lazy("audit log", "contracts"),
    "first": _("first number"),
    "last_day": _("last day"),
    "per_cent": _("per cent"),
    "source": _("laid down by"),
}


class WaterConfig(AppConfig):
    name = "madoguchi.services.water"
    label = "water"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above
        from madoguchi.services.water import evidence  # noqa: PLC0415 # as above
        from madoguchi.services.water.rules import access  # noqa: PLC0415 # as above

        evidence.register()
        _tell_payments()
        _offer_to_residents()
        registries.roles.register(
            registries.RoleDefinition(
                code=access.CLERK,
                label=_("Water desk"),
                description=_("Looks after water contracts and readings, makes water bills."),
                order=50,
            )
        )
        registries.name_audit(
            AUDIT_WORDS, registries.AuditParticular.of("water", AUDIT_PARTICULARS)
        )


def _tell_payments() -> None:
    """The fee kind of water bills, and where their payers are looked up."""
    from madoguchi.blocks.payments import service as payments  # noqa: PLC0415 # models are there
    from madoguchi.services.water.queries import contracts  # noqa: PLC0415 # as above

    payments.fee_kinds.register(
        payments.FeeKind(
            code=contracts.FEE_KIND,
            label=_("Water and sewer charges"),
            number="10",
            addressees=contracts.addressees,
            instalment_label=contracts.instalment_label,
            order=10,
        )
    )
    payments.payer_directories.register(
        payments.PayerDirectory(
            code=contracts.FEE_KIND,
            label=_("Water charges"),
            find=contracts.find_payer,
            order=10,
        )
    )


def _offer_to_residents() -> None:
    """The card and the pages of water in the site's search; erasure of an ended contract."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now
    from madoguchi.services.water.operations.contracts import (  # noqa: PLC0415 # as above
        erase_contract,
    )
    from madoguchi.services.water.queries.search import search_pages  # noqa: PLC0415 # as above

    registries.service_cards.register(
        registries.ServiceCard(
            code="water",
            title=_("Water charges"),
            summary=_("What water costs, how to pay it, and paying by card."),
            url_name="water:index",
            life_events=("moving_in", "moving_out", "housing"),
            order=30,
        )
    )
    registries.search_sources.register(
        registries.SearchSource(
            code="water", label=_("Water charges"), search=search_pages, order=30
        )
    )
    registries.erasure_hooks.register(
        registries.ErasureHook(
            code="water",
            label=_("Water contracts that have ended, by their customer number"),
            erase=erase_contract,
        )
    )
