"""The life-event guide, for everybody: ``/procedures/``."""

from django.urls import path

from madoguchi.blocks.procedures.views import guide as views

urlpatterns = [
    path("", views.index, name="index"),
    path("about/<slug:code>/", views.about, name="about"),
    path("guide/<slug:event>/", views.start, name="start"),
    path("guide/<slug:event>/ask/", views.ask, name="ask"),
    path("guide/<slug:event>/ask/<slug:question>/", views.question, name="question"),
    path("guide/<slug:event>/list/", views.personal_list, name="list"),
    path("guide/<slug:event>/deadlines.ics", views.deadlines, name="deadlines"),
    path("guide/<slug:event>/again/", views.again, name="again"),
]
