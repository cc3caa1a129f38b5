"""System checks that run before the worker starts."""

from typing import Any

from django.core.checks import Error, register
from django.utils.module_loading import autodiscover_modules

from doanso.lib import navigation
from doanso.lib.task_references import declared_references


@register()
def task_references_resolve(**_options: Any) -> list[Error]:
    """Report each reference that names no task. A task imports the action that refers to it, so loading all tasks loads them."""
    autodiscover_modules("tasks")
    errors = []
    for reference in declared_references():
        try:
            reference.resolve()
        except (ImportError, TypeError) as error:
            errors.append(Error(f"The task reference {reference.path!r} does not resolve: {error}", id="lib.E001"))
    return errors


@register()
def pages_have_a_place(**_options: Any) -> list[Error]:
    """Report each page of the navigation without a tab, and each two tabs or pages with one place."""
    return [Error(sentence, id="lib.E002") for sentence in navigation.problems()]
