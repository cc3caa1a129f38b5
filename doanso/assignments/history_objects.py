"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.assignments import policy
from doanso.assignments.models import Assignment
from doanso.lib import formats


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("assignments.assignment", _("Assignment"), _assignments)


def _title(assignment: Assignment) -> str:
    return _now("Assignment due on %(day)s") % {"day": formats.day(assignment.due_on)}


_assignments = linked(
    policy.VIEW,
    Assignment.objects.all,
    title=_title,
    url=lambda assignment: reverse("assignments:assignment", args=[assignment.pk]),
)
