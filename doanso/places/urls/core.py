"""Addresses of places, their assessments and criteria."""

from django.urls import URLPattern, path

from doanso.places.views import places

urlpatterns: list[URLPattern] = [
    path("places/", places.place_list, name="list"),
    path("places/<uuid:place_id>/", places.place, name="place"),
]
