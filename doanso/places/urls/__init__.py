"""Addresses of places: the core's, those of registers and checks, those of public points and public pages."""

from django.urls import URLPattern, URLResolver

from doanso.places.urls import core, points, registers

app_name = "places"
urlpatterns: list[URLPattern | URLResolver] = [*core.urlpatterns, *registers.urlpatterns, *points.urlpatterns]
