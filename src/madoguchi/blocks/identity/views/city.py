"""The city's profile."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity.views.access import require_administrator, require_reader
from madoguchi.kernel.city import operations
from madoguchi.kernel.city.forms import CityProfileForm
from madoguchi.kernel.city.queries import current_city


@require_http_methods(["GET", "HEAD", "POST"])
def city(request: HttpRequest) -> HttpResponse:
    """Name, code, mark and key colour; auditors read them."""
    can_change = require_reader(request)
    profile = current_city()
    form = CityProfileForm(request.POST or None, instance=profile)
    if request.method == "POST":
        administrator = require_administrator(request)
        if form.is_valid():
            operations.set_profile(by=administrator, **form.cleaned_data)
            messages.success(request, _("The profile was saved."))
            return redirect("identity_staff:city")
    facts = [{"label": field.label, "value": field.value() or _("not set")} for field in form]
    return render(
        request,
        "identity/city.html",
        {"form": form, "facts": facts, "can_change": can_change},
        status=422 if form.is_bound and form.errors else 200,
    )
