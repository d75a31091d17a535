"""Forms of the water desk."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.models import Contract
from madoguchi.services.water.operations.readings import Entry, Unusual
from madoguchi.services.water.rules.meter import METER_TURNS_AT, Exchange

EARLIEST_START = date(1900, 1, 1)
LATEST_START = timedelta(days=366)
PIPES = (13, 20, 25, 30, 40, 50, 75, 100, 150, 200)


def add_refusal(form: forms.Form, refused: Refused, field: str | None = None) -> None:
    """Show what an operation refused, at a field where it belongs to one."""
    form.add_error(field, str(refused))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def number_input() -> forms.NumberInput:
    return forms.NumberInput(attrs={"inputmode": "numeric"})


def index_field(*, required: bool, label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=METER_TURNS_AT - 1,
        widget=number_input(),
        **kwargs,
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Customer number, name, address or meter"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class ContractForm(forms.Form):
    """What may be changed of a contract."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    name_kana = forms.CharField(label=gettext_lazy("Name (kana)"), max_length=100, required=False)
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"), max_length=8, help_text=gettext_lazy("Like 123-4567.")
    )
    address = forms.CharField(label=pgettext_lazy("postal", "Address"), max_length=200)
    pipe_mm = forms.TypedChoiceField(
        label=gettext_lazy("Pipe size"),
        coerce=int,
        choices=[(size, f"{size} mm") for size in PIPES],
        initial=20,
    )
    has_sewer = forms.BooleanField(
        label=gettext_lazy("Drains into the sewer"), required=False, initial=True
    )
    reads_in_even_months = forms.TypedChoiceField(
        label=pgettext_lazy("meter", "Read in"),
        coerce=lambda value: value == "True",
        choices=[
            ("True", gettext_lazy("even months")),
            ("False", gettext_lazy("odd months")),
        ],
        widget=forms.RadioSelect,
        initial="True",
    )

    def clean_postal_code(self) -> str:
        code = str(self.cleaned_data["postal_code"]).strip()
        digits = re.fullmatch(r"([0-9]{3})-?([0-9]{4})", code, re.ASCII)
        if digits is None:
            raise ValidationError(_("Write the seven digits, like 123-4567."))
        return f"{digits[1]}-{digits[2]}"


class NewContractForm(ContractForm):
    number = forms.RegexField(
        label=gettext_lazy("Customer number"),
        help_text=gettext_lazy("Leave it empty, and the next free number is given."),
        regex=r"\A[0-9A-Za-z]{1,10}\Z",
        max_length=10,
        required=False,
    )
    meter_number = forms.CharField(label=gettext_lazy("Meter number"), max_length=20)
    start_index_m3 = index_field(required=True, label=gettext_lazy("Meter at the start (m³)"))
    started_on = forms.DateField(label=gettext_lazy("Started on"), widget=DayInput)

    field_order = ("number", "name", "name_kana", "postal_code", "address", "started_on")

    def clean_started_on(self) -> date:
        day: date = self.cleaned_data["started_on"]
        if not EARLIEST_START <= day <= clock.today() + LATEST_START:
            raise ValidationError(_("Check the year: choose a day from 1900 to a year from now."))
        return day


class EndForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("Last day of use"), widget=DayInput)
    index_m3 = index_field(
        required=False,
        label=gettext_lazy("What the meter shows (m³)"),
        help_text=gettext_lazy("Leave it empty, and the last use is estimated."),
    )
    rolled_over = forms.BooleanField(
        label=gettext_lazy("The meter has passed 99999"), required=False
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked again: the use is that high"), required=False
    )


HOW_READ, HOW_ESTIMATE, HOW_TURNED = "read", "estimate", "turned"
HOW = [
    (HOW_READ, pgettext_lazy("how an index came about", "as read")),
    (HOW_ESTIMATE, pgettext_lazy("how an index came about", "estimated")),
    (HOW_TURNED, pgettext_lazy("how an index came about", "passed 99999")),
]


class ReadingForm(forms.Form):
    """One reading with everything that may be said of it."""

    read_on = forms.DateField(label=gettext_lazy("Read on"), widget=DayInput)
    index_m3 = index_field(
        required=False,
        label=gettext_lazy("What the meter shows (m³)"),
        help_text=gettext_lazy("Of an estimate it may stay empty."),
    )
    how = forms.ChoiceField(label=gettext_lazy("How"), choices=HOW, initial=HOW_READ)
    removed_at_m3 = index_field(
        required=False,
        label=gettext_lazy("Old meter, where it was exchanged (m³)"),
    )
    installed_at_m3 = index_field(
        required=False, label=gettext_lazy("New meter when it was put in (m³)")
    )
    meter_number = forms.CharField(
        label=gettext_lazy("Number of the new meter"), max_length=20, required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked again: the use is that high"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_old = given.get("removed_at_m3") is not None
        if not has_old and (given.get("installed_at_m3") is not None or given.get("meter_number")):
            self.add_error("removed_at_m3", _("Write what the old meter showed last."))
        return given

    def entry(self, number: str, period: date) -> Entry:
        given = self.cleaned_data
        exchange = None
        if given["removed_at_m3"] is not None:
            exchange = Exchange(given["removed_at_m3"], given["installed_at_m3"] or 0)
        return Entry(
            number=number,
            period=period,
            read_on=given["read_on"],
            index_m3=given["index_m3"],
            is_estimate=given["how"] == HOW_ESTIMATE,
            rolled_over=given["how"] == HOW_TURNED,
            exchange=exchange,
            meter_number=given["meter_number"],
            note=given["note"],
            confirmed=given["confirmed"],
        )


class RowForm(forms.Form):
    """A line of the list: what one meter shows."""

    index_m3 = index_field(required=False, label=gettext_lazy("Meter now"))
    how = forms.ChoiceField(
        label=gettext_lazy("How"), choices=HOW, initial=HOW_READ, required=False
    )
    confirmed = forms.BooleanField(label=gettext_lazy("Looked again"), required=False)

    def __init__(self, data: Any, *, contract: Contract) -> None:
        super().__init__(data, prefix=contract.number)
        self.contract = contract
        self.asks_confirmation = False
        label = f"{contract.number} {contract.name}"
        self.fields["index_m3"].widget.attrs |= {
            "aria-label": label,
            "data-next": "",
            "autocomplete": "off",
        }
        self.fields["how"].widget.attrs |= {"aria-label": f"{label} {_('How')}"}

    @property
    def is_filled(self) -> bool:
        given = self.cleaned_data
        return given.get("index_m3") is not None or given.get("how") == HOW_ESTIMATE

    def entry(self, *, period: date, read_on: date) -> Entry:
        given = self.cleaned_data
        return Entry(
            number=self.contract.number,
            period=period,
            read_on=read_on,
            index_m3=given["index_m3"],
            is_estimate=given["how"] == HOW_ESTIMATE,
            rolled_over=given["how"] == HOW_TURNED,
            confirmed=given["confirmed"],
        )

    def refuse(self, refused: Refused) -> None:
        self.add_error("index_m3", str(refused))
        self.asks_confirmation = isinstance(refused, Unusual)


class DayForm(forms.Form):
    """The day on which a page of meters was read."""

    read_on = forms.DateField(label=gettext_lazy("Read on"), widget=DayInput)

    def __init__(self, *args: Any, period: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"read_on": min(clock.today(), _end_of(period))})
        super().__init__(*args, **kwargs)


def _end_of(period: date) -> date:
    return period.replace(day=28)


def row_forms(contracts: Sequence[Contract], data: Any = None) -> list[RowForm]:
    return [RowForm(data, contract=contract) for contract in contracts]


class UploadForm(forms.Form):
    """A file, or the content of one that was uploaded before and waits for a confirmation."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        help_text=gettext_lazy(
            "With the columns お客様番号, 検針日 and 指針; 推定, 一周 and 備考 may be there. UTF-8"
            " or Shift_JIS. Lines without an index are left out."
        ),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked again: these uses are that high"), required=False
    )

    def __init__(self, *args: Any, most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_bytes = most_bytes
        self.asks_confirmation = False

    def keep(self, content: str) -> None:
        """Ask for nothing but a confirmation: the file need not be chosen again."""
        self.data = {**self.data.dict(), "kept": content}  # type: ignore[attr-defined] # a QueryDict
        self.asks_confirmation = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        if file is None and not given.get("kept") and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        if file is not None and file.size > self.most_bytes:
            self.add_error(
                "file",
                _("The file is larger than %(megabytes)d MB.")
                % {"megabytes": self.most_bytes // 2**20},
            )
        return given


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It is kept in the audit log. Leave names out."),
    )


class MoveForm(forms.Form):
    """What if: a share of the payments of one channel through another."""

    share = forms.DecimalField(
        label=gettext_lazy("Share (%)"), min_value=0, max_value=100, max_digits=4, decimal_places=1
    )
    old = forms.ChoiceField(label=pgettext_lazy("channel", "from"))
    new = forms.ChoiceField(label=pgettext_lazy("channel", "to"))

    def __init__(self, *args: Any, channels: Collection[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(channels)
