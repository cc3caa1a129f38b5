"""Texts of alerts and reminders, and the pages they link to: they offer help and never blame."""

from functools import partial

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.access.policy import Permission
from doanso.assignments.models import Assignment
from doanso.assignments.ports import Words, register_assignment_kind
from doanso.lib import formats
from doanso.people import policy as people
from doanso.support import policy as support
from doanso.targets import policy
from doanso.targets.queries.reminders import REMINDER


def sentence(rule: str, parameters: dict[str, object]) -> str:
    """Return the question to the unit as a sentence, from the rule's parameters."""
    if rule == "silence":
        return _("The unit may need help: %(days)s days without a record") % parameters
    if rule == "burst":
        return _(
            "%(count)s records in the last %(days)s days, %(usual)s in a usual week: would spreading the work help?"
        ) % {**parameters, **{key: formats.number(int(str(parameters[key]))) for key in ("count", "usual")}}
    if rule == "night":
        return _("%(count)s of %(all)s records were made at night: does somebody carry too much?") % parameters
    return _("%(count)s phones stand for %(persons)s people or more: please have a look at the lists") % parameters


def _sentence_of(rule: str, assignment: Assignment) -> str:
    return sentence(rule, assignment.parameters)


def reminder_sentence(assignment: Assignment) -> str:
    """Return what a reminder asks the unit, with the indicator it is about."""
    return f"{assignment.parameters['title']}: {assignment.parameters['words']}"


def _reminded_indicator(assignment: Assignment) -> str:
    parameters = assignment.parameters
    return reverse("targets:indicator", args=[parameters["programme"], parameters["indicator"], assignment.unit.code])


def _figures(assignment: Assignment) -> str:
    address = reverse("targets:indicators", kwargs={"programme": assignment.parameters["programme"]})
    return f"{address}?unit={assignment.unit.code}"


def _helps(assignment: Assignment) -> str:
    return f"{reverse('support:list')}?unit={assignment.unit.code}"


def _people(assignment: Assignment) -> str:
    return f"{reverse('people:people')}?unit={assignment.unit.code}"


def register() -> None:
    """Register the kinds of alerts, and reminders, with assignments; once at start-up."""
    register_assignment_kind(
        REMINDER,
        gettext_lazy("Reminder of a late target"),
        sentence=reminder_sentence,
        url=_reminded_indicator,
        permission=policy.VIEW,
        from_above=True,
    )
    kinds: tuple[tuple[str, Promise, Words, Permission], ...] = (
        ("silence", gettext_lazy("Long without a record"), _figures, policy.VIEW),
        ("burst", gettext_lazy("Much at once before a deadline"), _figures, policy.VIEW),
        ("night", gettext_lazy("Records made at night"), _helps, support.VIEW),
        ("phone", gettext_lazy("One phone for many people"), _people, people.VIEW),
    )
    for rule, name, url, permission in kinds:
        register_assignment_kind(
            f"alerts.{rule}",
            name,
            sentence=partial(_sentence_of, rule),
            url=url,
            permission=permission,
            from_above=True,
        )
