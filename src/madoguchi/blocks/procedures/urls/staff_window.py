"""Entering for a resident at the window: ``/staff/procedures/window/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import staff_window as views
from madoguchi.blocks.procedures.views import staff_window_documents as documents

urlpatterns = [
    path("window/", views.window, name="window"),
    path("window/afresh/", views.window_afresh, name="window_afresh"),
    path("window/<str:number>/", views.window_fill, name="window_fill"),
    path("window/<str:number>/check/", views.window_check, name="window_check"),
    path("window/<str:number>/documents/", documents.window_documents, name="window_documents"),
    path(
        "window/<str:number>/documents/<slug:public_id>/take-back/",
        documents.window_take_back,
        name="window_take_back",
    ),
    path("window/<str:number>/forms.pdf", views.window_pdf, name="window_pdf"),
    path("window/<str:number>/done/", views.window_done, name="window_done"),
    path(
        "window/<str:number>/of/<slug:procedure>/take-off/",
        views.window_leave,
        name="window_leave",
    ),
]
