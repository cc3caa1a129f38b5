"""A view that says its user is signed in stands behind `login_required`, and every view behind it says so."""

import ast
import inspect
import textwrap
from typing import Any

import pytest

from doanso.accounts.requests import AuthenticatedRequest
from doanso.tests.routes import routes

pytestmark = pytest.mark.sqlite_only


def asks_for_sign_in(view: Any) -> bool:
    """Whether `login_required` is among the decorators that stand above the function."""
    [function] = ast.parse(textwrap.dedent(inspect.getsource(view))).body
    assert isinstance(function, ast.FunctionDef)
    return any(isinstance(one, ast.Name) and one.id == "login_required" for one in function.decorator_list)


def test_what_a_view_takes_is_what_its_decorators_let_through() -> None:
    views = {one for route in routes() if inspect.isfunction(one := inspect.unwrap(route.callback))}
    ours = sorted(
        (one for one in views if ".views" in one.__module__ and one.__module__.startswith("doanso.")), key=repr
    )
    signed_in, wrong = 0, []
    for view in ours:
        request = next(iter(inspect.signature(view).parameters.values()))
        typed = request.annotation is AuthenticatedRequest
        signed_in += typed
        if typed != asks_for_sign_in(view):
            wrong.append(f"{view.__module__}.{view.__qualname__}")
    assert not wrong
    assert signed_in > 200
