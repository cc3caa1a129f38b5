"""Addresses of public points, plates and public pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
