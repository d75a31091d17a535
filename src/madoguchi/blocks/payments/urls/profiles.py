"""Staff addresses: profiles."""

from django.urls import path

from madoguchi.blocks.payments.views import profiles

urlpatterns = [
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/add/<slug:table>/", profiles.profile_add, name="profile_add"),
    path(
        "profiles/<slug:table>/<int:pk>/withdraw/",
        profiles.profile_withdraw,
        name="profile_withdraw",
    ),
]
