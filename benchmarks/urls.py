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


FORM = "<form method=post>{% csrf_token %}{{ form }}<button>次へ</button></form>"


def bare_form(request: HttpRequest) -> HttpResponse:
    """One field, checked, kept in the session, and shown again."""
    form = OneField(request.POST or None)
    if form.is_valid():
        request.session["answer"] = form.cleaned_data["answer"]
        return redirect("/bare-form/")
    page = engines["django"].from_string(FORM).render({"form": form}, request)
    return HttpResponse(page)


urlpatterns = [
    path("bare/", bare),
    path("bare-form/", bare_form),
    path("", include("madoguchi.config.urls")),
]
