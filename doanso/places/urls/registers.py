"""Addresses of house lists, stall lists, survey sheets and checks."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
