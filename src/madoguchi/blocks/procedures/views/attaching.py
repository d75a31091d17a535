"""A place for the file of each document, on the applicant's page and on that of the window."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.forms.filling import FileForm
from madoguchi.blocks.procedures.operations.attachments import attach_to_all
from madoguchi.blocks.procedures.queries.drafts import ToAttach
from madoguchi.kernel.refused import Refused


def attach_chosen(
    request: HttpRequest, offered: Sequence[ToAttach], *, by: User | None
) -> FileForm | None:
    """Attach the file that was sent for one of the documents offered, and say so; else the form
    that says what is wrong with it. Raises Http404."""
    wanted = request.POST.get("document", "")
    chosen = next((each for each in offered if each.name == wanted), None)
    if chosen is None:
        raise Http404
    form = FileForm(request.POST, request.FILES, auto_id=_ids(chosen))
    if not form.is_valid():
        return form
    file = form.cleaned_data["file"]
    try:
        attach_to_all(
            applications=chosen.applications,
            document=chosen.document.code,
            name=file.name,
            content=file.read(),
            by=by,
        )
    except Refused as refused:
        form.add_error("file", str(refused))
        return form
    messages.success(request, _("“%(name)s” was attached.") % {"name": file.name})
    return None


def places(offered: Sequence[ToAttach], wrong: FileForm | None) -> list[tuple[ToAttach, FileForm]]:
    """Each document with its form; ``wrong`` is that of one of them, as it came."""
    return [
        (each, wrong if wrong and wrong.auto_id == _ids(each) else FileForm(auto_id=_ids(each)))
        for each in offered
    ]


def _ids(document: ToAttach) -> str:
    return f"{document.anchor}-%s"
