"""Staff addresses: debit."""

from django.urls import path

from madoguchi.blocks.payments.views import debit, mandates

urlpatterns = [
    path("debit/", debit.debit_runs, name="debit_runs"),
    path("debit/start/", debit.debit_run_start, name="debit_run_start"),
    path("debit/result/", debit.debit_result, name="debit_result"),
    path("debit/runs/<slug:public_id>/", debit.debit_run, name="debit_run"),
    path("debit/runs/<slug:public_id>/file/", debit.debit_file, name="debit_file"),
    path("debit/runs/<slug:public_id>/slips/", debit.debit_slips, name="debit_slips"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/add/", mandates.mandate_add, name="mandate_add"),
    path("mandates/<int:pk>/", mandates.mandate, name="mandate"),
    path("mandates/<int:pk>/end/", mandates.mandate_end, name="mandate_end"),
]
