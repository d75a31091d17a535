"""Staff addresses: the desk and a bill."""

from django.urls import path

from madoguchi.blocks.payments.views import bills

urlpatterns = [
    path("", bills.bill_list, name="bills"),
    path("bills/<slug:number>/", bills.bill, name="bill"),
    path("bills/<slug:number>/slips/<int:issue>/", bills.slip_file, name="bill_slip"),
    path("bills/<slug:number>/take/", bills.take, name="bill_take"),
    path("bills/<slug:number>/reissue/", bills.reissue, name="bill_reissue"),
    path("bills/<slug:number>/cancel/", bills.cancel, name="bill_cancel"),
    path("bills/<slug:number>/write-off/", bills.write_off, name="bill_write_off"),
    path("bills/<slug:number>/refund/", bills.refund, name="bill_refund"),
    path("refunds/<slug:public_id>/", bills.refund_end, name="refund_end"),
]
