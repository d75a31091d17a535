"""Staff addresses: the work list."""

from django.urls import path

from madoguchi.blocks.payments.views import work

urlpatterns = [
    path("worklist/", work.work, name="work"),
    path("worklist/<int:pk>/", work.work_item, name="work_item"),
]
