"""Helpers shared by the pages of people."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


def ask(
    request: AuthenticatedRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    page: dict[str, Any],
    *,
    template: str = "people/form.html",
) -> HttpResponse:
    """Show a form; when it is valid, run the action and redirect, else show the problem."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, page["done"])
            return redirect(page["after"] if "after" in page else page["back"])
    return render(request, template, {"form": form, **page}, status=422 if form.errors else 200)


def do(request: AuthenticatedRequest, act: Callable[[], object], message: str, back: str) -> HttpResponse:
    """Run the action of a single button and redirect with its result."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
    else:
        messages.success(request, message)
    return redirect(back)
