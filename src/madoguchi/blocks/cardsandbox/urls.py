"""The sandbox's hosted pages: ``/card-sandbox/``."""

from django.urls import path

from madoguchi.blocks.cardsandbox import views

app_name = "cardsandbox"
urlpatterns = [
    path("<slug:reference>/", views.pay, name="pay"),
    path("<slug:reference>/challenge/", views.challenge, name="challenge"),
    path("<slug:reference>/give-up/", views.give_up, name="give_up"),
]
