"""Routes of the first setup, of the checklist and of its pages."""

from django.urls import path

from doanso.setup.views import backups, checklist, consent_texts, erasures, first, trial

app_name = "setup"
urlpatterns = [
    path("setup/", first.code, name="code"),
    path("setup/committee/", first.committee, name="committee"),
    path("setup/administrator/", first.administrator, name="administrator"),
    path("setup/checklist/", checklist.checklist, name="checklist"),
    path("setup/checklist/put-away/", checklist.put_away, name="put_away"),
    path("setup/consent/", consent_texts.consent_text, name="consent"),
    path("setup/consent/edit/", consent_texts.rewrite_consent_text, name="rewrite_consent"),
    path("setup/backup/", backups.backup, name="backup"),
    path("setup/backup/make/", backups.make_backup, name="make_backup"),
    path("setup/erasures/", erasures.erasures, name="erasures"),
    path("setup/erasures/approve/", erasures.approve, name="approve_erasure"),
    path("setup/trial/", trial.trial, name="trial"),
    path("setup/trial/open/", trial.open_copy, name="open_trial"),
    path("setup/trial/remove/", trial.remove_copy, name="remove_trial"),
]
