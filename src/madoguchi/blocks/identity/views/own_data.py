"""What a resident's account keeps of its owner: corrected by the owner, shown on my page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.forms import OwnDataForm
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.views.access import user_of
from madoguchi.blocks.identity.views.entrance import after_of, for_residents
from madoguchi.kernel.pages.forms import posted

TOLD = "identity_told"
"""Where the session keeps what the authentication app said, until its owner takes it over."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def change(request: HttpRequest, resident: User) -> HttpResponse:
    """Name, address and the like, filled in wherever they are asked for again."""
    form = OwnDataForm(posted(request), values=queries.own_values(resident))
    if form.is_bound and form.is_valid():
        operations.keep_own_values(user=resident, values=form.values(), by=resident)
        messages.success(request, _("Your data are saved."))
        return redirect(after_of(request))
    status = 422 if form.is_bound else 200
    context = {"form": form, "after": after_of(request), "offer": request.session.get(TOLD)}
    return render(request, "identity/residents/own_data.html", context, status=status)


def own_data_part(request: HttpRequest) -> str:
    """On my page: what the account keeps."""
    rows = queries.own_rows(user_of(request))
    return render_to_string("identity/residents/part_own_data.html", {"rows": rows}, request)


def ways_in_part(request: HttpRequest) -> str:
    """On my page: by what its owner signs in."""
    resident = user_of(request)
    context = {"ways": queries.ways_in(resident), "resident": resident}
    return render_to_string("identity/residents/part_ways_in.html", context, request)
