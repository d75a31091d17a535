"""What was issued, below ``/staff/documents/``."""

from django.urls import path

from madoguchi.blocks.documents.views import staff

app_name = "documents_staff"

urlpatterns = [
    path("", staff.documents, name="documents"),
    path("<slug:code>/", staff.document, name="document"),
]
