"""What visitors enter to verify a document, and staff to find and revoke one."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.documents.rules import CODE_LENGTH, DocumentKind, Mistyped, read_code

WRONG: Final = {
    "signs": gettext_lazy(
        "This has a character that no code has. Codes are made of the digits 0 to 9 and of"
        " letters from A to Z."
    ),
    "length": gettext_lazy("A code has %(length)d characters. Check whether one is missing."),
    "check": gettext_lazy(
        "There is a typing error in the code. Compare it with the document once more."
    ),
}


class CodeForm(forms.Form):
    """``code`` comes out as it is kept; a typing error is told apart from an unknown code."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        max_length=60,
        help_text=gettext_lazy(
            "16 characters, printed beside the QR code. Capital or small letters, with or without"
            " hyphens."
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "d-code",
            }
        ),
        error_messages={
            "required": gettext_lazy("Enter the code that is printed on the document.")
        },
    )

    def clean_code(self) -> str:
        return _read(self.cleaned_data["code"])


class FileForm(forms.Form):
    """``file`` comes out as its digest; the file itself is not kept."""

    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy("The file is compared and not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": gettext_lazy("Choose the file that you have received.")},
    )

    def clean_file(self) -> str:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        most: int = settings.MADOGUCHI_MAX_UPLOAD_BYTES
        if (file.size or 0) > most:
            raise forms.ValidationError(
                _("The file is larger than %(megabytes)d MB.") % {"megabytes": most // 2**20}
            )
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        return digest.hexdigest()


class DocumentFilter(forms.Form):
    """Narrows the list of what was issued; ``code`` comes out as it is kept, or empty."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, kinds: Iterable[DocumentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All kinds")), *((kind.code, kind.label) for kind in kinds)]

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return _read(typed) if typed else ""


class RevokeForm(forms.Form):
    """Why a document is taken back, and that it is the right one."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy(
            "Kept in the audit log and shown to nobody outside. Leave out names and addresses."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why the document is revoked.")},
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have compared the code. Revoking cannot be undone."),
        error_messages={"required": gettext_lazy("Confirm that this is the document.")},
    )


def _read(typed: str) -> str:
    """The code as it is kept. Raises ValidationError with the kind of typing error."""
    try:
        return read_code(typed)
    except Mistyped as mistyped:
        message = str(WRONG[mistyped.wrong])
        raise forms.ValidationError(message % {"length": CODE_LENGTH}) from None
