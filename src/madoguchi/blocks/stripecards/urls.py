"""The pages with Stripe's card field: ``/card/``."""

from django.urls import path

from madoguchi.blocks.stripecards import views

app_name = "stripecards"
urlpatterns = [
    path("save/<slug:reference>/", views.save, name="save"),
    path("<slug:public_id>/", views.pay, name="pay"),
]
