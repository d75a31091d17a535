"""Staff addresses: ``/staff/onestop/``."""

from django.urls import URLPattern

app_name = "onestop_staff"
urlpatterns: list[URLPattern] = []
