"""Our addresses and the peer: a Django view that answers two words, through the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 # a view takes a request
    return HttpResponse("こんにちは")


urlpatterns = [path("bare/", bare), path("", include("madoguchi.config.urls"))]
