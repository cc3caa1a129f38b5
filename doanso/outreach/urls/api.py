"""Endpoints of phones."""

from django.urls import URLPattern, path

from doanso.outreach import api

patterns: list[URLPattern] = [
    path("api/v1/pack", api.get_pack, name="pack"),
    path("api/v1/doors/take", api.take, name="take-doors"),
    path("api/v1/doors/return", api.put_back, name="return-doors"),
]
