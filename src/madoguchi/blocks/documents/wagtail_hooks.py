"""The staff side's entry: shown where an app of this installation issues documents."""

from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents.rules import document_kinds
from madoguchi.blocks.identity.service import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.registries import StaffMenuItem, staff_menu

# Wagtail imports this module once all apps are ready, so every kind is known
KINDS_ROLES = frozenset(role for kind in document_kinds for role in kind.roles)

if len(document_kinds):
    staff_menu.register(
        StaffMenuItem(
            code="documents.documents",
            label=_("Issued documents"),
            url_name="documents_staff:documents",
            icon="doc-full-inverse",
            order=790,
            roles=frozenset({ADMINISTRATOR, AUDITOR}).union(
                *(kind.roles for kind in document_kinds)
            ),
        )
    )
