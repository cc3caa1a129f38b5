"""Pages with one form: what was sent, and the action that a valid form runs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; None for a page that is only asked for."""
    return request.POST if request.method == "POST" else None


def posted_files(request: HttpRequest) -> MultiValueDict[str, Any] | None:
    """Return the files that were sent; None for a page that is only asked for."""
    return request.FILES if request.method == "POST" else None


def submit[T](
    form: forms.Form, action: Callable[[], T], *, show: Callable[[forms.Form, Refused], None] = add_refusal
) -> T | None:
    """Run the action if the form was sent and is valid; return its result, and None where the page is to be shown.

    The reason of a refusal is put on the form by `show`. The action reads `cleaned_data`, so it is a function and no value.
    """
    return run_action(form, action, show=show) if form.is_bound and form.is_valid() else None


def run_action[T](
    form: forms.Form, action: Callable[[], T], *, show: Callable[[forms.Form, Refused], None] = add_refusal
) -> T | None:
    """Run the action with a valid form; return its result, and None where it was refused."""
    try:
        return action()
    except Refused as refused:
        show(form, refused)
        return None
