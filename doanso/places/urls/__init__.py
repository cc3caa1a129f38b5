"""Addresses of places: the core's, those of registers and checks, those of public points and public pages."""

from django.urls import URLPattern, URLResolver

from doanso.places.urls import places, points, registers

app_name = "places"
urlpatterns: list[URLPattern | URLResolver] = [*places.urlpatterns, *registers.urlpatterns, *points.urlpatterns]
