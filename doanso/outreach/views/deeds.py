"""What every page with a form for one deed does: try it, say why not at the field it is about, or say that it is done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused


def sent(request: AuthenticatedRequest) -> Any:
    """What a form is bound to: nothing while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def done(form: forms.Form, deed: Callable[[], Any]) -> Any:
    """What the deed answers; a refusal becomes the error of the field it is about, and the answer is None."""
    try:
        return deed()
    except Refused as refused:
        field = {"until": "last_day"}.get(refused.problem.field, refused.problem.field)
        form.add_error(field if field in form.fields else None, refused.problem.message)
        return None


def settled(
    request: AuthenticatedRequest, form: forms.Form, deed: Callable[[], Any], *, message: str, to: str, key: Any
) -> HttpResponse | None:
    """Where a form leads whose deed is done, with what is said there; None while the form is to be shown."""
    if not form.is_bound or not form.is_valid() or done(form, deed) is None:
        return None
    messages.success(request, message)
    return redirect(to, key)


def form_page(request: AuthenticatedRequest, template: str, form: forms.Form, **shown: Any) -> HttpResponse:
    """The page of a form; one that was sent and is not right is 422."""
    return render(request, template, {"form": form, **shown}, status=422 if form.is_bound else 200)
