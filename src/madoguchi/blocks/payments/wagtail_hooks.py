"""Payments on the staff side: their entries in the menu and their panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments.queries.closing import days_due
from madoguchi.blocks.payments.queries.desk import waiting_runs
from madoguchi.blocks.payments.queries.work import count_open
from madoguchi.blocks.payments.rules import access
from madoguchi.kernel import clock
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu

for _code, _label, _icon, _order, _roles in (
    ("bills", _("Bills and payments"), "search", 200, access.ALL_ROLES),
    ("work", _("Work list of payments"), "tasks", 210, access.ALL_ROLES),
    ("runs", _("Billing runs"), "doc-full", 220, access.READS_EVERYTHING),
    ("collection", _("Collection files"), "upload", 230, access.READS_EVERYTHING),
    ("debit_runs", _("Bank debit"), "order", 240, access.READS_EVERYTHING),
    ("mandates", _("Debit mandates"), "form", 245, access.ALL_ROLES),
    ("demands", _("Demands"), "mail", 250, access.READS_EVERYTHING),
    ("cards", _("Card payments"), "key", 260, access.READS_EVERYTHING),
    ("close_list", _("Daily close"), "calendar-check", 270, access.READS_EVERYTHING),
    ("profiles", _("Contracts and rates"), "cog", 280, access.READS_EVERYTHING),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"payments.{_code}",
            label=_label,
            url_name=f"payments_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=_roles,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """What waits, for those who read everything; nothing for others or where nothing does."""
    if not access.reads_everything(identity.acting_as(request.user)):
        return ""
    due = days_due()
    waiting = {
        **waiting_runs(clock.today()),
        "work": count_open(None),
        "days": len(due),
        "first_day": due[0] if due else None,
    }
    return render_to_string("payments/staff/panel.html", {"waiting": waiting}, request)


staff_home_panels.register(StaffPanel(code="payments", render=render_panel, order=20))
