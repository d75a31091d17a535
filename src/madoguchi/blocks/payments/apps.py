from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "madoguchi.blocks.payments"
    label = "payments"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.blocks.payments.queries.audit_words import (  # noqa: PLC0415 # as above
            particulars,
        )
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
        registries.name_audit((), particulars())
        _name_ledger_actions()
        _name_collection_actions()
        _name_slip_actions()
        _name_card_actions()
        _name_debit_actions()


def _offer_to_payers() -> None:
    """The card on the home page, receipts, erasure, and the words of their audit entries."""
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
    registries.name_audit(
        (
            ("payments.receipt_issued", _("A receipt was issued")),
            ("payments.receipt_erased", _("A receipt was erased")),
            ("payments.card_erased", _("A saved card was erased")),
        )
    )


def _name_ledger_actions() -> None:
    """The words of the audit entries of bills, the ledger and the daily close."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now

    registries.name_audit(
        (
            ("payments.bills_issued", _("Bills were issued")),
            ("payments.bill_cancelled", _("A bill was cancelled")),
            ("payments.booked", _("Money was booked")),
            ("payments.payment_assigned", _("A payment was assigned to a bill")),
            ("payments.refund_decided", _("A refund was decided")),
            ("payments.refund_paid", _("A refund was paid")),
            ("payments.refund_failed", _("A refund failed")),
            ("payments.refund_withdrawn", _("A refund was withdrawn")),
            ("payments.written_off", _("A bill was written off")),
            ("payments.write_off_reversed", _("A write-off was reversed")),
            ("payments.day_closed", _("A day was closed")),
        )
    )


def _name_collection_actions() -> None:
    """The words of the audit entries of collection files and the work list."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now

    registries.name_audit(
        (
            ("payments.collection_read", _("A collection file was read")),
            ("payments.work_item_resolved", _("A matter of the work list was dealt with")),
            ("payments.work_item_asked", _("The collector was asked about a matter")),
        )
    )


def _name_card_actions() -> None:
    """The words of the audit entries of card payments."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now

    registries.name_audit(
        (
            ("payments.card_started", _("A payer began to pay by card")),
            ("payments.card_challenge", _("The card company asked the holder to confirm")),
            ("payments.card_succeeded", _("A bill was paid by card")),
            ("payments.card_declined", _("A card was declined")),
            ("payments.card_abandoned", _("An attempt to pay by card was given up")),
            ("payments.card_saved", _("A payer registered a card")),
            ("payments.card_removed", _("A registered card was removed")),
            ("payments.cards_charged", _("Registered cards were charged")),
            ("payments.card_refund_sent", _("A refund was sent to the card provider")),
            ("payments.card_refund_returned", _("A refund came back from the card company")),
            ("payments.card_disputed", _("A card holder disputed a payment")),
            ("payments.cards_reconciled", _("A day was laid beside the card provider's")),
        )
    )


def _name_debit_actions() -> None:
    """The words of the audit entries of bank debit, demands, contracts and rates."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now

    registries.name_audit(
        (
            ("payments.mandate_registered", _("A debit mandate was registered")),
            ("payments.mandate_ended", _("A debit mandate was ended")),
            ("payments.mandate_erased", _("A debit mandate was erased")),
            ("payments.debit_run_made", _("A debit run was made")),
            ("payments.debit_file_taken", _("A debit file was taken")),
            ("payments.debit_result_read", _("The answer to a debit run was read")),
            ("payments.demands_drawn_up", _("Demands were drawn up")),
            ("payments.demands_sent", _("Demands were sent")),
            ("payments.profile_added", _("A row of contracts or rates was added")),
            ("payments.profile_withdrawn", _("A row of contracts or rates was taken back")),
        )
    )


def _name_slip_actions() -> None:
    """The words of the audit entries of slips and billing runs."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now

    registries.name_audit(
        (
            ("payments.slips_made", _("Slips were made")),
            ("payments.slip_reissued", _("A slip was reissued")),
            ("payments.run_started", _("A billing run was started")),
            ("payments.run_finished", _("A billing run was finished")),
            ("payments.run_files_discarded", _("Files of billing runs were removed")),
        )
    )
