"""The addresses of outreach, one list per area."""

from django.urls import URLPattern, URLResolver

from doanso.outreach.urls import api, drives, leads, phone, teams

app_name = "outreach"
urlpatterns: list[URLPattern | URLResolver] = [
    *phone.patterns,
    *api.patterns,
    *leads.patterns,
    *teams.patterns,
    *drives.patterns,
]
