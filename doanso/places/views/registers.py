"""The page of a form of registers."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from doanso.accounts.requests import AuthenticatedRequest


def render_form(request: AuthenticatedRequest, template: str, form: forms.Form, **shown: Any) -> HttpResponse:
    """Return the page of a form; an invalid one has status 422."""
    return render(request, template, {"form": form, **shown}, status=422 if form.is_bound and form.errors else 200)
