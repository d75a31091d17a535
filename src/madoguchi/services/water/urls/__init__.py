"""Public addresses: ``/water/``."""

from django.urls import path

from madoguchi.services.water.views import public

app_name = "water"

urlpatterns = [
    path("", public.index, name="index"),
    path("charges/", public.charges, name="charges"),
    path("payment/", public.payment, name="payment"),
    path("figures/", public.figures, name="figures"),
]
