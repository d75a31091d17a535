"""Payments on the staff side, area by area: ``/staff/payments/``."""

from madoguchi.blocks.payments.urls import (
    bills,
    cards,
    close,
    collection,
    debit,
    dunning,
    profiles,
    runs,
    work,
)

app_name = "payments_staff"
urlpatterns = [
    *bills.urlpatterns,
    *runs.urlpatterns,
    *collection.urlpatterns,
    *work.urlpatterns,
    *close.urlpatterns,
    *debit.urlpatterns,
    *dunning.urlpatterns,
    *cards.urlpatterns,
    *profiles.urlpatterns,
]
