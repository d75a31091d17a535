"""The city that this installation serves."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.city import rules


def validate_key_colour(value: str) -> None:
    """Refuse what is no colour, and colours in which text on white cannot be read."""
    if not rules.is_colour(value):
        raise ValidationError(_("Write the colour as # and six hexadecimal digits."))
    if rules.contrast_on_white(value) < rules.MINIMUM_CONTRAST:
        raise ValidationError(
            _("Text in this colour cannot be read on white. Choose a darker one (4.5:1 or more).")
        )


class CityProfile(models.Model):
    """Name, code, mark and key colour. There is one row at most: ``is_only`` is unique."""

    is_only = models.BooleanField(default=True, unique=True, editable=False)
    name = models.CharField(_("name of the city"), max_length=60)
    name_kana = models.CharField(_("reading"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    code = models.CharField(
        _("local government code"), max_length=6, blank=True, help_text=_("Six digits.")
    )
    mark = models.CharField(
        _("mark"), max_length=2, blank=True, help_text=_("One or two characters shown as emblem.")
    )
    key_colour = models.CharField(
        _("key colour"),
        max_length=7,
        default=rules.DEFAULT_KEY_COLOUR,
        validators=[validate_key_colour],
    )
    contact = models.CharField(_("whom to ask"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("city profile")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_only=True), name="city_is_only"),
        ]

    def __str__(self) -> str:
        return self.name
