"""Filling in, sending, looking up: ``/procedures/…``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
