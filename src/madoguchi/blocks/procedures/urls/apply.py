"""Filling in, sending, looking up: ``/procedures/…``."""

from django.urls import path

from madoguchi.blocks.procedures.views import begin, cases, filling, tracking

_CASE = "case/<str:number>"

urlpatterns = [
    path("apply/", begin.procedures, name="procedures"),
    path("apply/<slug:code>/", begin.procedure, name="procedure"),
    path("begin/", begin.begin, name="begin"),
    path("track/", tracking.track, name="track"),
    path("leave/", tracking.leave, name="leave"),
    path(f"{_CASE}/", cases.case, name="case"),
    path(f"{_CASE}/fill/<slug:section>/", filling.fill, name="fill"),
    path(f"{_CASE}/documents/", filling.documents, name="documents"),
    path(f"{_CASE}/documents/<slug:public_id>/", cases.file, name="file"),
    path(
        f"{_CASE}/documents/<slug:public_id>/remove/",
        filling.remove_document,
        name="remove_document",
    ),
    path(f"{_CASE}/check/", filling.check, name="check"),
    path(f"{_CASE}/sent/", cases.sent, name="sent"),
    path(f"{_CASE}/forms.pdf", cases.pdf, name="pdf"),
    path(f"{_CASE}/of/<slug:procedure>/take-off/", filling.leave_procedure, name="take_off"),
    path(f"{_CASE}/of/<slug:procedure>/letter/", cases.letter, name="letter"),
    path(f"{_CASE}/of/<slug:procedure>/withdraw/", cases.withdraw_application, name="withdraw"),
    path(f"{_CASE}/of/<slug:procedure>/mend/", cases.mend, name="mend"),
    path(f"{_CASE}/of/<slug:procedure>/document/", cases.add_document, name="add_document"),
]
