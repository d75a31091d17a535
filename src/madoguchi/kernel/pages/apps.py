from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "madoguchi.kernel.pages"
    label = "pages"
