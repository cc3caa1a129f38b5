"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.lib import formats
from doanso.results import policy
from doanso.results.models import Result


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("results.result", _("Result"), _results)


_results = linked(
    policy.VIEW,
    lambda: Result.objects.select_related("indicator"),
    title=lambda result: f"{result.indicator.short_title}, {formats.day(result.changed_on)}",
    url=lambda result: reverse("results:result", args=[result.pk]),
)
