"""Public addresses: ``/procedures/``."""

from madoguchi.blocks.procedures.urls import apply, guide

app_name = "procedures"
urlpatterns = [*guide.urlpatterns, *apply.urlpatterns]
