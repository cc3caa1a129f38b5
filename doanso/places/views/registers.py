"""What pages of registers share: run an action of a form, and show the form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


def submitted_data(request: AuthenticatedRequest) -> Any:
    """Return the data a form is bound to: None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def run_action[Result](form: forms.Form, action: Callable[[], Result]) -> Result | None:
    """Return the action's result; a refusal becomes the error of its field, and the result is None."""
    try:
        return action()
    except Refused as refused:
        add_refusal(form, refused)
        return None


def render_form(request: AuthenticatedRequest, template: str, form: forms.Form, **shown: Any) -> HttpResponse:
    """Return the page of a form; an invalid one has status 422."""
    return render(request, template, {"form": form, **shown}, status=422 if form.is_bound and form.errors else 200)
