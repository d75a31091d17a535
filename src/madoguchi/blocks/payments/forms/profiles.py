"""Forms of the dated tables: each field with the format that its receiver asks for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.forms.debit import DayInput, DigitsField
from madoguchi.blocks.payments.models import ChannelChoice, Mandate
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock

LATEST_DAY = timedelta(days=5 * 366)
HIGHEST_AT_STORES = 999_999
"""Six digits: what the barcode can hold."""
LONGEST_CLIENT_NAME = 40


class DatedForm(forms.Form):
    """A row for one fee or for all, from a day on."""

    fee_kind = forms.ChoiceField(
        label=gettext_lazy("Fee"),
        help_text=gettext_lazy("A row for one fee goes before one for all."),
        required=False,
    )
    from_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Today or later. What is in force until then stays as it is."),
        widget=DayInput,
    )
    is_for_all = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["fee_kind"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 # declared above
        of_kinds = [(kind.code, fee_kind_label(kind.code)) for kind in fee_kinds]
        choices.choices = [("", _("All fees")), *of_kinds] if self.is_for_all else of_kinds
        choices.required = not self.is_for_all

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if not clock.today() <= day <= clock.today() + LATEST_DAY:
            raise ValidationError(_("Choose a day from today to five years from now."))
        return day

    def values(self) -> dict[str, Any]:
        """The fields of the row, without its day."""
        return {name: value for name, value in self.cleaned_data.items() if name != "from_on"}


class StoreForm(DatedForm):
    company_code = DigitsField(
        label=gettext_lazy("Company code (6 digits)"),
        help_text=gettext_lazy("GS1 code of the collecting agent, as in the contract."),
        digits=6,
    )
    client_code = DigitsField(label=gettext_lazy("Client code (5 digits)"), digits=5)
    highest_amount = forms.IntegerField(
        label=gettext_lazy("Highest amount (yen)"),
        help_text=gettext_lazy("A slip over more bears no barcode."),
        min_value=1,
        max_value=HIGHEST_AT_STORES,
        initial=300_000,
    )


class ElqrForm(DatedForm):
    office_code = DigitsField(label=gettext_lazy("Common payment office code (5 digits)"), digits=5)
    tax_office_code = DigitsField(label=gettext_lazy("Tax office code (3 digits)"), digits=3)
    item_number = DigitsField(label=gettext_lazy("Item number (3 digits)"), digits=3)


class DebitForm(DatedForm):
    client_code = DigitsField(label=gettext_lazy("Client code (10 digits)"), digits=10)
    client_name_kana = forms.CharField(
        label=gettext_lazy("Client name (kana)"),
        help_text=gettext_lazy("In any kana; it is kept as banks write it."),
        max_length=80,
    )
    bank_code = DigitsField(label=gettext_lazy("Bank (4 digits)"), digits=4)
    branch_code = DigitsField(label=gettext_lazy("Branch (3 digits)"), digits=3)
    account_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of account"),
        choices=[each for each in Mandate.Kind.choices if each[0] in "129"],
        widget=forms.RadioSelect,
        initial="1",
    )
    account_number = DigitsField(label=gettext_lazy("Account number (7 digits)"), digits=7)
    has_line_ends = forms.BooleanField(
        label=gettext_lazy("Records end with CRLF"),
        help_text=gettext_lazy("As the bank wants it. Without, they stand one after the other."),
        required=False,
        initial=True,
    )

    def clean_client_name_kana(self) -> str:
        kana = zengin.to_zengin_kana(self.cleaned_data["client_name_kana"])
        strange = zengin.strange_character(kana)
        if strange is not None:
            raise ValidationError(
                _("Banks do not take “%(character)s” in a name. Write it in katakana.")
                % {"character": strange}
            )
        if len(kana) > LONGEST_CLIENT_NAME:
            raise ValidationError(
                _("The name has more than %(most)d characters in half-width kana.")
                % {"most": LONGEST_CLIENT_NAME}
            )
        return kana


class OfficeForm(DatedForm):
    is_for_all = False
    department = forms.ChoiceField(label=gettext_lazy("Responsible department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["department"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 # declared above
        choices.choices = [
            ("", "–"),
            *((str(row.id), row.full_name) for row in identity.tree(clock.today())),
        ]

    def values(self) -> dict[str, Any]:
        values = super().values()
        return {"fee_kind": values["fee_kind"], "department_id": int(values["department"])}


class CostForm(DatedForm):
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=ChannelChoice.choices)
    yen_each = forms.DecimalField(
        label=gettext_lazy("Yen each"),
        help_text=gettext_lazy("What one payment costs the city, with tax."),
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
    )
    per_cent = forms.DecimalField(
        label=gettext_lazy("Per cent of the amount"),
        min_value=Decimal(0),
        max_value=Decimal(50),
        max_digits=5,
        decimal_places=3,
        initial=0,
    )


class DunningForm(DatedForm):
    stage = forms.IntegerField(
        label=gettext_lazy("Stage"),
        help_text=gettext_lazy("1 is the demand (督促状), 2 and on are reminders (催告書)."),
        min_value=1,
        max_value=9,
    )
    days_after_due = forms.IntegerField(
        label=gettext_lazy("Days after the due date"),
        help_text=gettext_lazy("Then it is drawn up; on a day off, on the next working day."),
        min_value=1,
        max_value=999,
    )
    days_to_pay = forms.IntegerField(
        label=gettext_lazy("Days to pay"),
        help_text=gettext_lazy("Counted from sending. 0: the stage is not used any more."),
        min_value=0,
        max_value=365,
    )
    fee = forms.IntegerField(
        label=gettext_lazy("Demand fee (yen)"),
        help_text=gettext_lazy("Only where an ordinance says so. It is owed from sending on."),
        min_value=0,
        max_value=9_999,
        initial=0,
    )
