"""Our addresses and the peer: a Django view that answers two words, through the same middleware."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path


def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 # a view takes a request
    return HttpResponse("こんにちは")


class OneField(forms.Form):
    answer = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)


class EightFields(forms.Form):
    """What the measured procedure asks for at least, on one page."""

    name = forms.CharField()
    kana = forms.CharField()
    address = forms.CharField()
    phone = forms.CharField()
    plate = forms.CharField()
    frame = forms.CharField(required=False)
    reason = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")])
    plate_back = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")])


FORM = "<form method=post>{% csrf_token %}{{ form }}<button>次へ</button></form>"


def bare_form(request: HttpRequest) -> HttpResponse:
    """One field, checked, kept in the session, and shown again."""
    form = OneField(request.POST or None)
    if form.is_valid():
        request.session["answer"] = form.cleaned_data["answer"]
        return redirect("/bare-form/")
    page = engines["django"].from_string(FORM).render({"form": form}, request)
    return HttpResponse(page)


def bare_application(request: HttpRequest) -> HttpResponse:
    """Eight fields on one page, checked, kept in the session (a row of the database)."""
    form = EightFields(request.POST or None)
    if form.is_valid():
        request.session["application"] = form.cleaned_data
        return redirect("/bare/")
    page = engines["django"].from_string(FORM).render({"form": form}, request)
    return HttpResponse(page)


urlpatterns = [
    path("bare/", bare),
    path("bare-form/", bare_form),
    path("bare-application/", bare_application),
    path("", include("madoguchi.config.urls")),
]
