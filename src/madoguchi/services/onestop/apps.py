from django.apps import AppConfig


class OnestopConfig(AppConfig):
    name = "madoguchi.services.onestop"
    label = "onestop"
