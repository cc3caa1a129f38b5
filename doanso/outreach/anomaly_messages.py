"""Texts and addresses of the assignments of anomaly checks: what would help, and never a reproach."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from doanso.assignments.models import Assignment
from doanso.assignments.ports import register_assignment_kind
from doanso.lib import formats
from doanso.outreach import policy
from doanso.outreach.actions.anomaly_checks import LOOKS_BACK
from doanso.outreach.rules import anomaly_checks

_NAMES: dict[str, Promise] = {
    anomaly_checks.STALL: gettext_lazy("A drive stands still"),
    anomaly_checks.BURST: gettext_lazy("Many visits in half an hour"),
    anomaly_checks.QUICK: gettext_lazy("Very short visits"),
    anomaly_checks.NIGHT: gettext_lazy("Visits at night"),
    anomaly_checks.TWICE: gettext_lazy("One person at two doors at once"),
    anomaly_checks.SIGNATURE: gettext_lazy("Signatures that are the same"),
    anomaly_checks.PHONE: gettext_lazy("One number for many homes"),
}

_SENTENCES: dict[str, Promise] = {
    anomaly_checks.STALL: gettext_lazy(
        "“%(name)s”: nobody has been at a door for %(days)s days. Does the drive need a hand?"
    ),
    anomaly_checks.BURST: gettext_lazy(
        "%(day)s: %(count)s visits with help within 30 minutes on one phone. Were they written down afterwards?"
    ),
    anomaly_checks.QUICK: gettext_lazy(
        "%(day)s: %(count)s visits in a row were shorter than 40 seconds. Does recording them go well?"
    ),
    anomaly_checks.NIGHT: gettext_lazy(
        "%(day)s: %(count)s visits between 22:00 and 5:00. Is the phone's clock right, does somebody carry too much?"
    ),
    anomaly_checks.TWICE: gettext_lazy(
        "%(day)s: %(count)s visits have one person at two doors at once. Please ask the pair who went where."
    ),
    anomaly_checks.SIGNATURE: gettext_lazy(
        "%(day)s: %(count)s signatures are one and the same drawing. Please ask who signed."
    ),
    anomaly_checks.PHONE: gettext_lazy(
        "%(day)s: one phone number stands for people of %(count)s homes. Please ask for their own numbers."
    ),
}


def _sentence(rule: str, assignment: Assignment) -> str:
    parameters = dict(assignment.parameters)
    if "day" in parameters:
        parameters["day"] = formats.day(date.fromisoformat(parameters["day"]))
    return str(_SENTENCES[rule]) % parameters


def _visits(assignment: Assignment) -> str:
    day = date.fromisoformat(assignment.parameters["day"])
    # These two are found over several days.
    since = day - LOOKS_BACK if assignment.kind.endswith((anomaly_checks.SIGNATURE, anomaly_checks.PHONE)) else day
    days = {"since": formats.day(since), "until": formats.day(day)}
    query = {"unit": assignment.unit.code, "by": assignment.parameters["by"], **days}
    return f"{reverse('outreach:visits')}?{urlencode(query)}"


def _drive(assignment: Assignment) -> str:
    return f"{reverse('outreach:plan')}?{urlencode({'unit': assignment.unit.code, 'drive': assignment.parameters['drive']})}"


def register() -> None:
    """Register the kinds, called once at start. The unit itself completes those about drives; implausible visits are completed
    one level above.
    """
    for rule in anomaly_checks.RULES:
        register_assignment_kind(
            f"outreach.{rule}",
            _NAMES[rule],
            sentence=partial(_sentence, rule),
            url=_drive if rule == anomaly_checks.STALL else _visits,
            permission=policy.VIEW,
            from_above=rule != anomaly_checks.STALL,
        )
