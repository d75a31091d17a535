"""Closing a day: nothing is typed in."""

from django import forms


class CloseForm(forms.Form):
    """A press of the button; what stands in the way becomes its error."""
