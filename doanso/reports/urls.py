"""Periods and reports."""

app_name = "reports"

urlpatterns: list[object] = []
