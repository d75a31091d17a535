"""The frame of the staff side: menu, account, breadcrumb. ``{% load staff_shell %}``."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.template.context import Context
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.telepath import JSContext, adapter
from wagtail.admin.templatetags.wagtailadmin_tags import avatar_url
from wagtail.admin.ui import sidebar

from madoguchi.blocks.identity import queries
from madoguchi.blocks.identity.queries import StaffLink

register = template.Library()


@adapter("wagtail.sidebar.MainMenuModule", base=sidebar.BaseSidebarAdapter)
class StaffMenuModule:
    """Wagtail's menu with our entries, our account pages, and the name as its owner writes it.

    Wagtail's own menu is not asked at all: it would look up permissions on pages, images and
    documents, which nobody here has.
    """

    def __init__(self, user: AbstractBaseUser, links: Sequence[StaffLink]) -> None:
        self.user = user
        self.links = links

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
        menu = [
            sidebar.LinkMenuItem(link.code, link.label, link.url, icon_name=link.icon)
            for link in self.links
        ]
        return [menu, account, {"name": str(self.user), "avatarUrl": avatar_url(self.user, 50)}]


@register.simple_tag(takes_context=True)
def staff_menu(context: Context) -> tuple[StaffLink, ...]:
    """``{% staff_menu as links %}``: what the signed-in person may open."""
    return queries.staff_links(context["request"].user)


@register.simple_tag(takes_context=True)
def staff_sidebar(context: Context, links: Sequence[StaffLink]) -> SafeString:
    """The data from which Wagtail's script draws the side bar."""
    modules = [
        sidebar.WagtailBrandingModule(),
        sidebar.SearchModule(SimpleNamespace(url=reverse("site:search"))),
        StaffMenuModule(context["request"].user, links),
    ]
    return json_script({"modules": JSContext().pack(modules)}, element_id="wagtail-sidebar-props")


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
