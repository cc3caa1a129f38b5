"""Routes of the first setup."""

from django.urls import path

from doanso.setup.views import first

app_name = "setup"
urlpatterns = [
    path("setup/", first.code, name="code"),
    path("setup/committee/", first.committee, name="committee"),
    path("setup/administrator/", first.administrator, name="administrator"),
]
