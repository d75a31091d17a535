"""Staff addresses: dunning."""

from django.urls import path

from madoguchi.blocks.payments.views import dunning

urlpatterns = [
    path("demands/", dunning.demands, name="demands"),
    path("demands/draw-up/", dunning.demands_draw_up, name="demands_draw_up"),
    path("demands/send/<str:fee_kind>/<int:stage>/", dunning.demands_send, name="demands_send"),
    path(
        "demands/letters/<str:day>/<str:fee_kind>/<int:stage>/<int:part>/",
        dunning.demand_letters,
        name="demand_letters",
    ),
]
