"""The life-event guide, for everybody: ``/procedures/guide/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
