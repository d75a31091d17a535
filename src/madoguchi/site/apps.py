from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "madoguchi.site"
    label = "citysite"
