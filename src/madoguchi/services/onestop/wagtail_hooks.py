"""The one-stop window on the staff side: its entries in the menu and its panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu
from madoguchi.services.onestop.queries.calls import waiting_calls
from madoguchi.services.onestop.queries.handing import WAITING, hand_overs
from madoguchi.services.onestop.rules import access

for _code, _label, _icon, _order, _roles in (
    ("desk", _("One-stop window"), "desktop", 301, access.DESK_ROLES),
    ("calls", _("Calls to the window"), "mobile-alt", 302, frozenset(access.READERS)),
    ("hand_overs", _("Hand-over lists"), "clipboard-list", 303, frozenset(access.READERS)),
    ("contracts", _("Contracted intake"), "table", 304, access.DESK_ROLES),
    ("windows", _("Windows and ways of serving"), "list-ul", 305, access.WINDOW_READERS),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"onestop.{_code}",
            label=_label,
            url_name=f"onestop_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=_roles,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """Calls and hand-overs that wait, on the staff home; nothing where nothing does."""
    actor = identity.acting_as(request.user)
    if not access.is_city(actor):
        return ""
    calls = waiting_calls(actor)
    handed = hand_overs(actor, state=WAITING).count()
    if not calls and not handed:
        return ""
    context = {"calls": calls, "handed": handed}
    return render_to_string("onestop/staff/panel.html", context, request)


staff_home_panels.register(StaffPanel(code="onestop", render=render_panel, order=20))
