"""Entering for a resident at the window."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
