from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "madoguchi.kernel.city"
    label = "city"
