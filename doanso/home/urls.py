"""Routes of the start page and the dashboards."""

from django.urls import path

from doanso.home import views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    path("today/", views.today, name="today"),
    path("today/recent/", views.recent, name="recent"),
    path("waiting/", views.waiting, name="waiting"),
    path("growing/", views.growing, name="growing"),
    path("overview/", views.overview, name="overview"),
    path("indicators/", views.indicators, name="indicators"),
    path("cascade/", views.cascade, name="cascade"),
    path("programmes/<slug:code>/", views.programme_dashboard, name="programme"),
    path("units/<slug:code>/dashboard/", views.unit_dashboard, name="unit"),
]
