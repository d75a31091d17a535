"""Staff addresses: the daily close."""

from django.urls import path

from madoguchi.blocks.payments.views import close

urlpatterns = [
    path("close/", close.close_list, name="close_list"),
    path("close/<slug:day>/", close.close_show, name="close_show"),
    path("close/<slug:day>/draw-up/", close.close_day, name="close_day"),
]
