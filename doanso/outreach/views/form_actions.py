"""Shared handling of pages with a form for one action: run it, then show a refusal at its field or a message of success."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import form_pages
from doanso.lib.refusals import add_refusal


def run_action[T](form: forms.Form, action: Callable[[], T]) -> T | None:
    """Run the action with a valid form, as `form_pages.run_action`: the last day of actions is the field `last_day`."""
    return form_pages.run_action(
        form, action, show=lambda form, refused: add_refusal(form, refused, {"until": "last_day"})
    )


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
