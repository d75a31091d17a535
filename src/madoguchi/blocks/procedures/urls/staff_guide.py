"""The guide's rules on the staff side: ``/staff/procedures/guide/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import staff_guide as views
from madoguchi.blocks.procedures.views import staff_guide_drafts as drafts

urlpatterns = [
    path("guide/", views.versions, name="guide"),
    path("guide/add/", drafts.add, name="guide_add"),
    path("guide/<int:number>/", views.version, name="guide_version"),
    path("guide/<int:number>/events/<slug:event>/", views.event, name="guide_event"),
    path("guide/<int:number>/guide.yaml", views.download, name="guide_download"),
    path("guide/<int:number>/changes/", views.changes, name="guide_changes"),
    path("guide/<int:number>/try/<slug:event>/", views.try_out, name="guide_try"),
    path("guide/<int:number>/edit/", drafts.edit, name="guide_edit"),
    path("guide/<int:number>/replace/", drafts.replace, name="guide_replace"),
    path("guide/<int:number>/publish/", drafts.publish, name="guide_publish"),
    path("guide/<int:number>/withdraw/", drafts.withdraw, name="guide_withdraw"),
]
