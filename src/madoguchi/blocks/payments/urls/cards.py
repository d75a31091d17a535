"""Staff addresses: card payments."""

from django.urls import path

from madoguchi.blocks.payments.views import cards

urlpatterns = [
    path("cards/", cards.cards, name="cards"),
    path("cards/days/", cards.card_reconcile, name="card_reconcile"),
    path("cards/days/<int:pk>/", cards.card_reconciliation_page, name="card_reconciliation"),
    path("cards/refunds/", cards.card_refunds, name="card_refunds"),
    path("cards/refunds/<slug:public_id>/", cards.card_refund_send, name="card_refund_send"),
]
