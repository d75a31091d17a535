"""The desk: applications of a department."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
