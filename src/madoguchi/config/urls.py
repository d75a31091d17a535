"""Where every address of the installation begins."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("madoguchi.site.urls")),
    path("", include("madoguchi.kernel.pages.urls")),
    path("verify/", include("madoguchi.blocks.documents.urls")),
    path("accounts/", include("madoguchi.blocks.identity.urls")),
    path("my/", include("madoguchi.blocks.identity.urls.residents")),
    path(
        "staff/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="staff_login",
    ),
    path("staff/documents/", include("madoguchi.blocks.documents.urls.staff")),
    path("staff/", include("madoguchi.blocks.identity.urls.staff")),
]
if "plan" in settings.MADOGUCHI_SERVICES:
    urlpatterns += [
        path("plan/", include("madoguchi.plan.urls")),
        path("staff/plan/", include("madoguchi.plan.urls.staff")),
        path("api/", include("madoguchi.plan.api")),
    ]
if "payments" in settings.MADOGUCHI_BLOCKS:
    urlpatterns += [
        path("pay/", include("madoguchi.blocks.payments.urls")),
        path("staff/payments/", include("madoguchi.blocks.payments.urls.staff")),
    ]
if "procedures" in settings.MADOGUCHI_BLOCKS:
    urlpatterns += [
        path("procedures/", include("madoguchi.blocks.procedures.urls")),
        path("staff/procedures/", include("madoguchi.blocks.procedures.urls.staff")),
    ]
if "cardsandbox" in settings.MADOGUCHI_BLOCKS:
    urlpatterns += [path("card-sandbox/", include("madoguchi.blocks.cardsandbox.urls"))]
if "stripecards" in settings.MADOGUCHI_BLOCKS:
    urlpatterns += [path("card/", include("madoguchi.blocks.stripecards.urls"))]
for service in settings.MADOGUCHI_SERVICES:
    if service != "plan":
        urlpatterns += [
            path(f"{service}/", include(f"madoguchi.services.{service}.urls")),
            path(f"staff/{service}/", include(f"madoguchi.services.{service}.urls.staff")),
        ]
# Wagtail answers everything else below /staff/, so it comes last
urlpatterns += [path("staff/", include("wagtail.admin.urls"))]

handler400 = "madoguchi.site.views.bad_request"
handler403 = "madoguchi.site.views.permission_denied"
handler404 = "madoguchi.site.views.page_not_found"
handler500 = "madoguchi.site.views.server_error"
