"""Forms of the desk."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.models import ChannelChoice
from madoguchi.kernel import clock

LATEST_PAY_BY = timedelta(days=366)


class FindForm(forms.Form):
    """What somebody says or holds out at the counter."""

    q = forms.CharField(
        label=gettext_lazy("Bill number, barcode or customer number"),
        required=False,
        max_length=120,
    )


class CounterForm(forms.Form):
    """Money that lies on the counter. ``act``: the form sent twice is money taken once."""

    act = forms.RegexField(regex=r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    amount = forms.IntegerField(label=gettext_lazy("Amount received (yen)"), min_value=1)


class ReissueForm(forms.Form):
    """Until when the new slip can be paid."""

    pay_by = forms.DateField(
        label=gettext_lazy("To be paid by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_pay_by(self) -> Any:
        day = self.cleaned_data["pay_by"]
        today = clock.today()
        if not today <= day <= today + LATEST_PAY_BY:
            raise ValidationError(_("Choose a day from today to a year from now."))
        return day


class ReasonForm(forms.Form):
    """Why; it is kept in the audit log."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Without names or addresses: the reason is kept for good."),
        max_length=200,
    )


class WriteOffForm(ReasonForm):
    """``step`` is what the page offered: the form sent twice does not undo itself."""

    OFF, BACK = "off", "back"
    step = forms.ChoiceField(choices=[(OFF, OFF), (BACK, BACK)], widget=forms.HiddenInput)


class RefundForm(ReasonForm):
    """How much goes back, and on which way."""

    amount = forms.IntegerField(label=gettext_lazy("Amount to refund (yen)"), min_value=1)
    channel = forms.ChoiceField(
        label=gettext_lazy("Refunded by"), choices=[], widget=forms.RadioSelect
    )
    field_order = ("amount", "channel", "reason")

    def __init__(self, *args: Any, by_card: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(ChannelChoice.COUNTER.value, _("Bank transfer or cash"))]
        if by_card:
            choices.insert(0, (ChannelChoice.CARD.value, _("To the card that paid")))
        self.fields["channel"].choices = choices  # type: ignore[attr-defined] # a choice field
        self.fields["channel"].initial = choices[0][0]


class RefundEndForm(forms.Form):
    """How a refund ended."""

    status = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[
            ("paid", gettext_lazy("Paid back")),
            ("failed", gettext_lazy("Failed")),
            ("withdrawn", gettext_lazy("Withdrawn")),
        ],
        widget=forms.RadioSelect,
    )
