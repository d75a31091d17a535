"""The desk: applications of a department, ``/staff/procedures/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import staff_codes as codes
from madoguchi.blocks.procedures.views import staff_desk as views
from madoguchi.blocks.procedures.views import staff_letters as letters
from madoguchi.blocks.procedures.views import staff_steps as steps

_CASE = "cases/<str:number>"
_OF = f"{_CASE}/<slug:procedure>"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("find/", views.find, name="find"),
    path(f"{_CASE}/", views.case, name="case"),
    path("codes/<str:number>/", codes.new_code, name="new_code"),
    path(f"{_OF}/", views.application, name="application"),
    path(f"{_OF}/form.pdf", views.form_pdf, name="form_pdf"),
    path(f"{_OF}/letter/", views.letter, name="letter"),
    path(f"{_OF}/letter/replace/", letters.replace, name="letter_replace"),
    path(f"{_OF}/answers/", steps.values, name="values"),
    path(f"{_OF}/attach/", steps.attach_for, name="attach"),
    path(f"{_OF}/withdraw/", steps.withdraw_for, name="withdraw"),
    path(f"{_OF}/files/<slug:public_id>/", views.file, name="file"),
    path(f"{_OF}/steps/<slug:step>/", steps.step, name="step"),
]
