from django.urls import path

from madoguchi.kernel.pages import views

app_name = "pages"

urlpatterns = [
    path("styles.css", views.styles, name="styles"),
    path("theme.css", views.theme, name="theme"),
    path("favicon.svg", views.favicon, name="favicon"),
]
