"""The upload of a collection file."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.operations.collection import LONGEST_NAME
from madoguchi.blocks.payments.queries.collection_words import LAYOUT_CHOICES


class UploadForm(forms.Form):
    """A file, and its layout where it cannot be told from the file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "As the stores’ agent sent it: 120 bytes a record, or CSV. Nothing is booked where "
            "anything in it is wrong."
        ),
        max_length=LONGEST_NAME,
        allow_empty_file=True,
    )
    layout = forms.ChoiceField(label=gettext_lazy("Layout"), choices=LAYOUT_CHOICES, required=False)

    def clean_file(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.MADOGUCHI_MAX_UPLOAD_BYTES
        if (upload.size or 0) > most:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(megabytes)d MB. Larger files are read with "
                    "the command import_collection."
                )
                % {"megabytes": most // 2**20}
            )
        return upload
