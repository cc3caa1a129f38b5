"""The kind of assignment by which a unit fills a shift."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.assignments.models import Assignment
from doanso.assignments.ports import register_assignment_kind
from doanso.events import policy
from doanso.events.actions.shift_tasks import SHIFT
from doanso.lib import formats


def _sentence(assignment: Assignment) -> str:
    words = assignment.parameters
    message = _("%(title)s, %(day)s: %(wanted)s people for “%(post)s”, %(begins)s to %(ends)s")
    return message % {**words, "day": formats.day(date.fromisoformat(words["day"]))}


def _url(assignment: Assignment) -> str:
    return reverse("events:shift", args=[assignment.parameters["shift"]])


def register() -> None:
    """Register the kind; called once at start-up."""
    register_assignment_kind(
        SHIFT, gettext_lazy("Shift at an event"), sentence=_sentence, url=_url, permission=policy.VIEW
    )
