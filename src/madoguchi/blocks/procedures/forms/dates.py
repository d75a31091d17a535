"""A day as people say it: in an era or in western years."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.kernel import fiscal

WESTERN: Final = ""
ERAS: Final = {era.letter: era for era in fiscal.ERAS}
_DIGITS: Final = str.maketrans("０１２３４５６７８９", "0123456789")

YEAR_NEEDED: Final = _(
    "Write the western year with four digits, or choose the era in which you count."
)
NO_SUCH_DAY: Final = _("There is no such day. Please check year, month and day.")
NOT_WHOLE: Final = _("Write year, month and day.")


class DayWidget(forms.MultiWidget):
    """Era, year, month, day. ``autocomplete`` is `bday` where it is the person's own."""

    template_name = "procedures/widgets/day.html"

    def __init__(self, *, autocomplete: str = "") -> None:
        choices = [
            (WESTERN, pgettext_lazy("calendar", "Western year")),
            *((letter, era.name) for letter, era in reversed(ERAS.items())),
        ]
        parts = [
            forms.Select(choices=choices),
            *(
                forms.TextInput(attrs=self._attrs(autocomplete, part, length))
                for part, length in (("year", 4), ("month", 2), ("day", 2))
            ),
        ]
        super().__init__(parts)

    @staticmethod
    def _attrs(autocomplete: str, part: str, length: int) -> dict[str, str]:
        token = f"{autocomplete}-{part}" if autocomplete else "off"
        return {"inputmode": "numeric", "maxlength": str(length), "autocomplete": token}

    def decompress(self, value: Any) -> list[str]:
        if not value:
            return [WESTERN, "", "", ""]
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return [WESTERN, str(day.year), str(day.month), str(day.day)]


class DayField(forms.MultiValueField):
    """Gives an ISO date, or "" for a day that was left blank."""

    widget = DayWidget

    def __init__(self, *, autocomplete: str = "", **kwargs: Any) -> None:
        parts = tuple(forms.CharField(required=False) for _part in range(4))
        kwargs.setdefault("widget", DayWidget(autocomplete=autocomplete))
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> str:
        """What was written, checked as a whole. A year of one or two digits needs its era."""
        given = [str(part or "").translate(_DIGITS).strip() for part in (value or [""] * 4)]
        era, *numbers = (given + [""] * 4)[:4]
        if not any(numbers):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        if not all(numbers):
            raise ValidationError(NOT_WHOLE, code="whole")
        return self.compress([era, *numbers])

    def compress(self, data_list: Any) -> str:
        era, year, month, day = data_list
        known = ERAS.get(era)
        if year == "元" and known is not None:
            year = "1"
        try:
            number, *rest = int(year), int(month), int(day)
        except ValueError:
            raise ValidationError(NO_SUCH_DAY, code="date") from None
        if known is None and number < 1000:
            raise ValidationError(YEAR_NEEDED, code="year")
        try:
            return date(known.fiscal_year(number) if known else number, *rest).isoformat()
        except (ValueError, OverflowError):
            raise ValidationError(NO_SUCH_DAY, code="date") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(DayWidget().decompress(initial) != data)
