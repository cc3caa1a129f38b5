"""Notices to units about their places: each kind of notification has one function here, called in the action's transaction."""

from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.access.policy import Permission
from doanso.notices.actions import clear_notices, notify
from doanso.notices.models import Notice
from doanso.notices.ports import Words, register_notice_kind
from doanso.places import policy
from doanso.places.models import Assessment, InformationCorrection, Place, Recognition
from doanso.places.queries.places import keeping_unit
from doanso.units import queries as units
from doanso.units.models import UPPER_KINDS, Unit

SENT, RETURNED, ASSESSED = "places.sent", "places.returned", "places.assessed"
RECOGNISED, REFUSED, WITHDRAWN, RECHECK = (
    "places.recognised",
    "places.refused",
    "places.withdrawn",
    "places.recheck-due",
)
CORRECTION = "places.correction"


def notify_sent(assessment: Assessment) -> None:
    """Tell the committee that a unit has sent a place to be assessed."""
    notify(SENT, unit=_committee(assessment.place), source_id=assessment.pk, parameters=_counted(assessment))


def notify_returned(assessment: Assessment) -> None:
    """Tell the unit that its self-assessment came back, and the committee that nothing waits any more."""
    clear_notices(SENT, assessment.pk)
    notify(RETURNED, unit=assessment.place.unit, source_id=assessment.pk, parameters=_about(assessment.place))


def notify_assessed(assessment: Assessment, sent: Assessment) -> None:
    """Tell the unit how many criteria its place reached when it was assessed; `sent` waits no more."""
    clear_notices(SENT, sent.pk)
    notify(ASSESSED, unit=assessment.place.unit, source_id=assessment.pk, parameters=_counted(assessment))


def notify_recognised(recognition: Recognition) -> None:
    """Tell the unit that its place is recognised."""
    notify(RECOGNISED, unit=recognition.place.unit, source_id=recognition.pk, parameters=_about(recognition.place))


def notify_refused(assessment: Assessment) -> None:
    """Tell the unit that its place was not recognised on an assessment."""
    notify(REFUSED, unit=assessment.place.unit, source_id=assessment.pk, parameters=_counted(assessment))


def notify_withdrawn(recognition: Recognition) -> None:
    """Tell the unit that a recognition was withdrawn."""
    clear_notices(RECHECK, recognition.pk)
    notify(WITHDRAWN, unit=recognition.place.unit, source_id=recognition.pk, parameters=_about(recognition.place))


def notify_recheck_due(recognition: Recognition) -> None:
    """Tell the committee that a recognised place is due to be re-checked."""
    notify(
        RECHECK,
        unit=_committee(recognition.place),
        source_id=recognition.pk,
        parameters=_about(recognition.place),
    )


def clear_recheck(recognition: Recognition) -> None:
    """Take back that a re-check is due."""
    clear_notices(RECHECK, recognition.pk)


def notify_correction(correction: InformationCorrection) -> None:
    """Tell the unit that somebody says that something on a public page of its place is wrong."""
    topic = str(correction.get_topic_display())
    parameters = {**_about(correction.place), "topic": topic}
    notify(CORRECTION, unit=correction.place.unit_id, source_id=correction.pk, parameters=parameters)


def clear_correction(correction: InformationCorrection) -> None:
    """Remove the notice of a correction that was answered."""
    clear_notices(CORRECTION, correction.pk)


def _committee(place: Place) -> Unit:
    """Return the nearest committee above a place that leads wards; a place of the root itself is its own."""
    home = keeping_unit(place)
    above = [named.unit for named in reversed(units.ancestors(home))]
    return next((unit for unit in (home, *above) if unit.kind in UPPER_KINDS), above[-1] if above else home)


def _about(place: Place) -> dict[str, str]:
    return {"place": str(place.pk), "name": place.name}


def _counted(assessment: Assessment) -> dict[str, str | int]:
    return {**_about(assessment.place), "passed": assessment.passed, "count": assessment.criteria_count}


def _url(notice: Notice) -> str:
    return reverse("places:place", args=[UUID(notice.parameters["place"])])


def _sent(notice: Notice) -> str:
    return str(
        _("%(name)s was sent to be assessed: %(passed)s of %(count)s criteria by its own count") % notice.parameters
    )


def _returned(notice: Notice) -> str:
    return str(_("The self-assessment of %(name)s came back; the reason stands on its page") % notice.parameters)


def _assessed(notice: Notice) -> str:
    return str(_("%(name)s was assessed: %(passed)s of %(count)s criteria reached") % notice.parameters)


def _recognised(notice: Notice) -> str:
    return str(_("%(name)s is recognised") % notice.parameters)


def _refused(notice: Notice) -> str:
    return str(_("%(name)s is not recognised yet: %(passed)s of %(count)s criteria reached") % notice.parameters)


def _withdrawn(notice: Notice) -> str:
    return str(_("The recognition of %(name)s was withdrawn; the reason stands on its page") % notice.parameters)


def _recheck(notice: Notice) -> str:
    return str(_("%(name)s is due to be re-checked") % notice.parameters)


def _correction(notice: Notice) -> str:
    return str(_("A resident says that the page of %(name)s is wrong: %(topic)s") % notice.parameters)


def _correction_url(notice: Notice) -> str:
    return reverse("places:correction", args=[notice.source_id])


def register() -> None:
    """Register the kinds of notices; called once at start-up."""
    kinds: tuple[tuple[str, Promise, Words, Permission, str], ...] = (
        (SENT, gettext_lazy("A place waits to be assessed"), _sent, policy.ASSESS, "clipboard-check"),
        (RETURNED, gettext_lazy("Self-assessment came back"), _returned, policy.MANAGE, "arrow-back-up"),
        (ASSESSED, gettext_lazy("A place was assessed"), _assessed, policy.VIEW, "clipboard-list"),
        (RECOGNISED, gettext_lazy("A place is recognised"), _recognised, policy.VIEW, "certificate"),
        (REFUSED, gettext_lazy("A place is not recognised yet"), _refused, policy.VIEW, "info-circle"),
        (WITHDRAWN, gettext_lazy("A recognition was withdrawn"), _withdrawn, policy.VIEW, "alert-triangle"),
        (RECHECK, gettext_lazy("A re-check is due"), _recheck, policy.ASSESS, "calendar-event"),
    )
    for code, name, sentence, permission, icon in kinds:
        register_notice_kind(code, name, sentence=sentence, url=_url, permission=permission, icon=icon)
    register_notice_kind(
        CORRECTION,
        gettext_lazy("A resident corrects a public page"),
        sentence=_correction,
        url=_correction_url,
        permission=policy.MANAGE,
        icon="message-circle",
    )
