"""Staff addresses: billing runs."""

from django.urls import path

from madoguchi.blocks.payments.views import runs

urlpatterns = [
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.run_start, name="run_start"),
    path("runs/<slug:public_id>/", runs.run, name="run"),
    path("runs/<slug:public_id>/continue/", runs.run_continue, name="run_continue"),
    path("runs/<slug:public_id>/files/<int:number>/", runs.run_file, name="run_file"),
]
