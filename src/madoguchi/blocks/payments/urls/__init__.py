"""What payers open: ``/pay/``."""

from django.urls import path

from madoguchi.blocks.payments.views import payer, payer_access, payer_cards, webhooks

app_name = "payments"
urlpatterns = [
    path("", payer_access.entry, name="entry"),
    path("leave/", payer_access.leave, name="leave"),
    path("bills/", payer.bills, name="bills"),
    path("bills/<slug:number>/", payer.bill, name="bill"),
    path("bills/<slug:number>/card/", payer_cards.check, name="card_check"),
    path("bills/<slug:number>/payments/<int:payment_id>/receipt/", payer.receipt, name="receipt"),
    path("card/<slug:public_id>/", payer_cards.result, name="card_result"),
    path("saved-card/", payer_cards.saved_card, name="saved_card"),
    path("saved-card/register/", payer_cards.register_card, name="register_card"),
    path("saved-card/registered/", payer_cards.card_registered, name="card_registered"),
    path("saved-card/remove/", payer_cards.remove_card, name="remove_card"),
    path("webhooks/<slug:provider>/", webhooks.webhook, name="webhook"),
]
