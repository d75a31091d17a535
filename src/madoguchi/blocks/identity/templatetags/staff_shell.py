"""The frame of the staff side: menu, account, breadcrumb. ``{% load staff_shell %}``."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.menu import admin_menu
from wagtail.admin.telepath import JSContext, adapter
from wagtail.admin.templatetags.wagtailadmin_tags import avatar_url
from wagtail.admin.ui import sidebar

from madoguchi.blocks.identity import queries

register = template.Library()


@adapter("wagtail.sidebar.MainMenuModule", base=sidebar.BaseSidebarAdapter)
class StaffMenuModule:
    """Wagtail's menu, with the person's name as it is written and our own account pages."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def js_args(self) -> Sequence[Any]:
        account = [
            sidebar.LinkMenuItem(
                "account", _("My account"), reverse("identity_staff:account"), icon_name="user"
            ),
            sidebar.LinkMenuItem(
                "site", _("Public pages"), reverse("site:home"), icon_name="globe"
            ),
            sidebar.ActionMenuItem(
                "logout", _("Sign out"), reverse("account_logout"), icon_name="logout"
            ),
        ]
        user = self.request.user
        return [
            admin_menu.render_component(self.request),
            account,
            {"name": str(user), "avatarUrl": avatar_url(user, size=50)},
        ]


@register.simple_tag(takes_context=True)
def staff_sidebar(context: Context) -> SafeString:
    """The data from which Wagtail's script draws the side bar."""
    modules = [
        sidebar.WagtailBrandingModule(),
        sidebar.SearchModule(SimpleNamespace(url=reverse("site:search"))),
        StaffMenuModule(context["request"]),
    ]
    return json_script({"modules": JSContext().pack(modules)}, element_id="wagtail-sidebar-props")


@register.inclusion_tag("staff/links.html", takes_context=True)
def staff_links(context: Context) -> dict[str, Any]:
    """The same menu as plain links, where no script runs."""
    return {"links": queries.staff_links(context["request"].user)}


@register.inclusion_tag("staff/breadcrumb.html")
def staff_breadcrumb(*parts: str) -> dict[str, Any]:
    """``{% staff_breadcrumb url label url label here %}``; the staff home stands in front."""
    return staff_breadcrumb_of(parts)


@register.inclusion_tag("staff/breadcrumb.html")
def staff_breadcrumb_of(parts: Sequence[str]) -> dict[str, Any]:
    """The same of one sequence that a view handed over."""
    links = [
        {"url": url, "label": label}
        for url, label in zip(parts[0 : len(parts) - 1 : 2], parts[1::2], strict=True)
    ]
    return {"links": links, "here": parts[-1] if len(parts) % 2 else ""}
