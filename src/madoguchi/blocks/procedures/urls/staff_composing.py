"""Composing procedures: ``/staff/procedures/compose/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import staff_composing as views
from madoguchi.blocks.procedures.views import staff_previews, staff_sections

_VERSION = "compose/<slug:code>/versions/<int:number>"

urlpatterns = [
    path("compose/", views.compose, name="compose"),
    path("compose/add/", views.add, name="compose_add"),
    path("compose/<slug:code>/", views.procedure, name="compose_procedure"),
    path("compose/<slug:code>/start/", views.start, name="compose_start"),
    path("compose/<slug:code>/intake/", views.intake, name="compose_intake"),
    path("compose/<slug:code>/publish/", views.publish, name="compose_publish"),
    path("compose/<slug:code>/discard/", views.discard, name="compose_discard"),
    path(
        "compose/<slug:code>/draft/<slug:section>/",
        staff_sections.section_page,
        name="compose_section",
    ),
    path(f"{_VERSION}/", views.version, name="compose_version"),
    path(f"{_VERSION}/form/", staff_previews.form, name="compose_form"),
    path(f"{_VERSION}/form.pdf", staff_previews.form_pdf, name="compose_form_pdf"),
    path(
        f"{_VERSION}/letters/<slug:letter>.pdf",
        staff_previews.letter_pdf,
        name="compose_letter_pdf",
    ),
]
