"""The URL of this installation, with which the links inside its files begin."""

from django.http import HttpRequest


def site_url(request: HttpRequest) -> str:
    """Return the URL of this installation as it was requested, without a trailing slash: https://doan.vn."""
    return request.build_absolute_uri("/").rstrip("/")
