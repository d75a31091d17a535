"""The guide's rules on the staff side."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
