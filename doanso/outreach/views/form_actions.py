"""Shared handling of pages with a form for one action: run it, then show a refusal at its field or a message of success."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


def submitted_data(request: AuthenticatedRequest) -> Any:
    """Return the data a form is bound to: None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def run_action(form: forms.Form, action: Callable[[], Any]) -> Any:
    """Return the action's result; a refusal becomes the error of its field, and the result is None."""
    try:
        return action()
    except Refused as refused:
        add_refusal(form, refused, {"until": "last_day"})
        return None


def redirect_after(
    request: AuthenticatedRequest, form: forms.Form, action: Callable[[], Any], *, message: str, to: str, key: Any
) -> HttpResponse | None:
    """Return the redirect after the form's action, with a message; None while the form is to be shown."""
    if not form.is_bound or not form.is_valid() or run_action(form, action) is None:
        return None
    messages.success(request, message)
    return redirect(to, key)


def render_form(request: AuthenticatedRequest, template: str, form: forms.Form, **shown: Any) -> HttpResponse:
    """Return the page of a form; an invalid one has status 422."""
    return render(request, template, {"form": form, **shown}, status=422 if form.is_bound else 200)
