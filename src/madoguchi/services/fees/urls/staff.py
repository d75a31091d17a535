"""Staff addresses: ``/staff/fees/``."""

from django.urls import path

from madoguchi.services.fees.views import staff

app_name = "fees_staff"
urlpatterns = [
    path("", staff.payer_list, name="payers"),
    path("payers/add/", staff.add_payer, name="payer_add"),
    path("payers/<slug:number>/", staff.payer, name="payer"),
    path("payers/<slug:number>/change/", staff.change_payer, name="payer_change"),
    path("payers/<slug:number>/assess/", staff.assess, name="assess"),
    path("upload/", staff.upload_table, name="upload"),
    path("bill/", staff.choose_year, name="choose_year"),
    path("bill/<slug:kind>/<int:fiscal_year>/", staff.bill, name="bill"),
    path("rules/", staff.rule_list, name="rules"),
    path("rules/add/", staff.add_rule, name="rule_add"),
]
