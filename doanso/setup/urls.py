"""Routes of the first setup and of the checklist."""

from django.urls import path

from doanso.setup.views import checklist, first, trial

app_name = "setup"
urlpatterns = [
    path("setup/", first.code, name="code"),
    path("setup/committee/", first.committee, name="committee"),
    path("setup/administrator/", first.administrator, name="administrator"),
    path("setup/checklist/", checklist.checklist, name="checklist"),
    path("setup/checklist/put-away/", checklist.put_away, name="put_away"),
    path("setup/trial/", trial.trial, name="trial"),
    path("setup/trial/open/", trial.open_copy, name="open_trial"),
    path("setup/trial/remove/", trial.remove_copy, name="remove_trial"),
]
