from django.urls import path

from madoguchi.site import views

app_name = "site"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("language/", views.set_language, name="set_language"),
    path("about/accessibility/", views.accessibility, name="accessibility"),
    path("about/privacy/", views.privacy, name="privacy"),
    path("robots.txt", views.robots, name="robots"),
    path("my/", views.my_page, name="my_page"),
    path("my/data/", views.my_data, name="my_data"),
    path("my/data/file/", views.my_data_file, name="my_data_file"),
    path("my/erase/", views.erase_me, name="erase_me"),
]
