"""Public addresses: ``/fees/``."""

from django.urls import path

from madoguchi.services.fees.views import public

app_name = "fees"
urlpatterns = [
    path("", public.index, name="index"),
    path("figures/", public.figures, name="figures"),
]
