"""Public addresses: ``/onestop/``."""

from django.urls import path

from madoguchi.services.onestop.views import public

app_name = "onestop"
urlpatterns = [
    path("", public.index, name="index"),
    path("figures/", public.figures, name="figures"),
    path("figures/<slug:key>/<int:year>/", public.figure, name="figure"),
]
