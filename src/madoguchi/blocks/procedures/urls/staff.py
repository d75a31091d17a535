"""Procedures on the staff side, area by area: ``/staff/procedures/``."""

from madoguchi.blocks.procedures.urls import (
    staff_composing,
    staff_desk,
    staff_guide,
    staff_window,
)

app_name = "procedures_staff"
urlpatterns = [
    *staff_desk.urlpatterns,
    *staff_window.urlpatterns,
    *staff_composing.urlpatterns,
    *staff_guide.urlpatterns,
]
