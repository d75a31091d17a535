"""What anyone may open: ``/verify/``."""

from django.urls import path

from madoguchi.blocks.documents.views import verify

app_name = "documents"

urlpatterns = [
    path("", verify.verify, name="verify"),
    path("<str:code>/", verify.document, name="document"),
]
