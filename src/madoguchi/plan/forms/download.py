"""What may be asked of a download's address."""

from django import forms

from madoguchi.plan.queries.exporting import Format


class DownloadForm(forms.Form):
    """``format`` is part of the path, ``theme`` a number in the query string."""

    format = forms.ChoiceField(choices=[(each.value, each.value) for each in Format])
    theme = forms.IntegerField(required=False, min_value=0)
