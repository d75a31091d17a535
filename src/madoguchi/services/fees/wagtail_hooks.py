"""The fees on the staff side: their entries in the menu and their panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.rules import access
from madoguchi.kernel import clock
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu
from madoguchi.services.fees.models import KindChoice
from madoguchi.services.fees.queries.desk import waiting
from madoguchi.services.fees.rules import fee_kind_code

for _code, _label, _icon, _order, _roles in (
    ("payers", _("Payers of fees"), "user", 400, access.ALL_ROLES),
    (
        "choose_year",
        _("Make bills of fees"),
        "doc-full",
        410,
        frozenset({access.TREASURY, access.COLLECTOR}),
    ),
    ("rules", _("Instalment rules"), "calendar", 420, access.ALL_ROLES),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"fees.{_code}",
            label=_label,
            url_name=f"fees_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=_roles,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """Decisions that wait to be billed, for those who may bill them."""
    actor = identity.acting_as(request.user)
    today = clock.today()
    kinds = [
        kind
        for kind in KindChoice.values
        if access.may_serve_kind(actor, payments.responsible_department(fee_kind_code(kind), today))
    ]
    found = waiting(kinds)
    if not found:
        return ""
    return render_to_string("fees/staff/panel.html", {"waiting": found}, request)


staff_home_panels.register(StaffPanel(code="fees", render=render_panel, order=40))
