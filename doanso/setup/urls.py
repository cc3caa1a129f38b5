"""Routes of the first setup and of the checklist."""

from django.urls import path

from doanso.setup.views import checklist, first

app_name = "setup"
urlpatterns = [
    path("setup/", first.code, name="code"),
    path("setup/committee/", first.committee, name="committee"),
    path("setup/administrator/", first.administrator, name="administrator"),
    path("setup/checklist/", checklist.checklist, name="checklist"),
    path("setup/checklist/put-away/", checklist.put_away, name="put_away"),
]
