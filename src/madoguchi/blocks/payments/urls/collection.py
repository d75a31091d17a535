"""Staff addresses: collection files."""

from django.urls import path

from madoguchi.blocks.payments.views import collection

urlpatterns = [
    path("collection/", collection.collection, name="collection"),
    path("collection/upload/", collection.collection_upload, name="collection_upload"),
    path("collection/<int:pk>/", collection.collection_file, name="collection_file"),
]
