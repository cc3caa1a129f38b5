"""How long a request's body may be when nobody is signed in; the bound is checked before a byte is read."""

from collections.abc import Callable
from typing import Final

from django.http.response import HttpResponseBase

MOST_BYTES: Final = 2_621_440
"""As much as Django reads of a form without files."""
_ATTRIBUTE = "bounds_bodies_itself"


def bounds_bodies_itself[**P, R: HttpResponseBase](view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view to which everybody may send a file: it refuses by itself one whose declared length is too long."""
    setattr(view, _ATTRIBUTE, True)
    return view


def is_bounded(view: object) -> bool:
    """Return whether bodies to this view are bounded by `MOST_BYTES` when nobody is signed in."""
    return not getattr(view, _ATTRIBUTE, False)
