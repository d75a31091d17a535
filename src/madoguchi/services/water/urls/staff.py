"""Staff addresses: ``/staff/water/``."""

from django.urls import path

from madoguchi.services.water.views import (
    staff_bills,
    staff_contracts,
    staff_figures,
    staff_readings,
)

app_name = "water_staff"

urlpatterns = [
    path("", staff_readings.desk, name="desk"),
    path("contracts/", staff_contracts.contract_list, name="contracts"),
    path("contracts/add/", staff_contracts.add, name="contract_add"),
    path("contracts/of/<slug:number>/", staff_contracts.contract, name="contract"),
    path("contracts/of/<slug:number>/change/", staff_contracts.change, name="contract_change"),
    path("contracts/of/<slug:number>/end/", staff_contracts.end, name="contract_end"),
    path(
        "contracts/of/<slug:number>/readings/<slug:period>/",
        staff_contracts.reading,
        name="reading",
    ),
    path("readings/<int:pk>/take-back/", staff_contracts.bill_take_back, name="bill_take_back"),
    path("readings/<slug:period>/", staff_readings.readings, name="readings"),
    path("readings/<slug:period>/meters.csv", staff_readings.meters_file, name="meters_file"),
    path("readings/<slug:period>/upload/", staff_readings.readings_upload, name="readings_upload"),
    path("bills/<slug:period>/", staff_bills.bills, name="bills"),
    path("figures/", staff_figures.figures, name="figures"),
    path("tariffs/", staff_figures.tariffs, name="tariffs"),
    path("tariffs/add/", staff_figures.tariff_add, name="tariff_add"),
    path("tariffs/tax/add/", staff_figures.tax_add, name="tax_add"),
    path("tariffs/terms/add/", staff_figures.terms_add, name="terms_add"),
]
