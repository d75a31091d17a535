from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "madoguchi.plan"
    label = "plan"
