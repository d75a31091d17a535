"""Composing procedures: ``/staff/procedures/compose/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import staff_composing as views
from madoguchi.blocks.procedures.views import staff_sections

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
    path("compose/<slug:code>/versions/<int:number>/", views.version, name="compose_version"),
]
