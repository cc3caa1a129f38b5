"""Texts of a visit: its door and its pair, and what its page says of either."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from doanso.access.policy import Personal
from doanso.lib import formats
from doanso.outreach.models import CONFIRMS, OPENED, How, Visit
from doanso.people.models import Business, Household
from doanso.support.models import HelperKind

_PROBLEMS: dict[str, Promise] = {
    "card_unknown": gettext_lazy("The card that was read is none of the ward's."),
    "card_over": gettext_lazy("The card was over or revoked on that day."),
    "code_wrong": gettext_lazy("The six digits were wrong."),
    "code_stopped": gettext_lazy("After five wrong tries the card's digits count no more that day; its QR does."),
    "signature_empty": gettext_lazy("There is no signature."),
    "same_person": gettext_lazy("First and second are one and the same person."),
}


def problem_words(code: str) -> str:
    """Return why the second is not confirmed."""
    return str(_PROBLEMS.get(code, _("The second person's proof did not hold.")))


@dataclass(frozen=True, slots=True)
class PairMemberRow:
    """One of the pair, and the evidence that they were present."""

    name: str
    kind: str
    how: str
    state: str
    word: str


def pair_rows(visit: Visit, shown: Personal) -> list[PairMemberRow]:
    """Return who was at the door."""
    mates = [_mate(visit, shown, visit.first_name, visit.first_kind, visit.first_how, "")]
    if visit.second_name or visit.second_problem:
        name = visit.second_name or str(_("Nobody knows who"))
        mates.append(_mate(visit, shown, name, visit.second_kind, visit.second_how, visit.second_problem))
    return mates


def _mate(visit: Visit, shown: Personal, name: str, kind: str, how: str, problem: str) -> PairMemberRow:
    confirmed = how in CONFIRMS and not problem
    return PairMemberRow(
        name=shown.name(name, visit.unit_id),
        kind=str(HelperKind(kind).label) if kind else "",
        how=str(How(how).label),
        state="on" if confirmed else "behind",
        word=problem_words(problem) if problem else str(_("Confirmed")) if confirmed else str(_("Not confirmed")),
    )


def pair_sentence(visit: Visit) -> str:
    """Return whether this counts as 1+1, and if not, what is missing."""
    if visit.outcome not in OPENED:
        return _("Nobody opened, so no pair is asked for.")
    if visit.paired:
        return _("Counts as a visit by the principle 1+1.")
    if visit.second_problem:
        return _("Counts as a visit, not as 1+1: %(why)s") % {"why": problem_words(visit.second_problem)}
    if not visit.second_name:
        return _("Counts as a visit, not as 1+1: nobody came along.")
    if visit.second_how not in CONFIRMS:
        return _("Counts as a visit, not as 1+1: the second person has not confirmed it yet.")
    return _("Counts as a visit, not as 1+1: both are of the same kind.")


def duration_words(span: timedelta) -> str:
    """Return a duration as text: seconds below two minutes, else minutes."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    return ngettext("%(count)d minute", "%(count)d minutes", seconds // 60) % {"count": seconds // 60}


def visit_facts(visit: Visit, shown: Personal) -> list[tuple[str, str]]:
    """Return the known facts of the visit itself."""
    clock = {"from": formats.moment(visit.began_at)[:5], "to": formats.moment(visit.ended_at)[:5]}
    rows = [
        (_("Day of the visit"), formats.day(visit.happened_on)),
        (
            _("Time at the door"),
            _("%(from)s to %(to)s") % clock + f" ({duration_words(visit.ended_at - visit.began_at)})",
        ),
    ]
    if visit.follow_up_on is not None:
        rows.append((_("Come again on"), formats.day(visit.follow_up_on)))
    if visit.neighbourhood is not None:
        rows.append((_("Neighbourhood"), visit.neighbourhood.name))
    if visit.drive is not None:
        rows.append((_("Drive"), visit.drive.name))
    if visit.team is not None:
        rows.append((_("Team"), visit.team.name))
    if visit.in_area is not None:
        rows.append((_("Inside the ward"), _("Yes") if visit.in_area else _("No")))
    by = {"when": formats.moment(visit.recorded_at), "who": shown.name(visit.recorded_by.display_name, visit.unit_id)}
    rows.append((_("Received"), _("%(when)s, from %(who)s's phone") % by))
    if visit.taken_back_at is not None:
        why = {"when": formats.moment(visit.taken_back_at), "why": visit.taken_back_reason}
        rows.append((_("Taken back"), _("%(when)s: %(why)s") % why))
    return rows


def door_words(shown: Personal, visit: Visit) -> str:
    """Return the door as the actor may read it: the home's address, or the shop's sign, which often is its owner's name."""
    if visit.business is not None and visit.business.erased_at is None:
        return shown.name(visit.business.name, visit.unit_id)
    if visit.household is not None and visit.household.erased_at is None:
        return address_words(shown, visit.household, visit.unit_id)
    return _("A door without an address")


def address_words(shown: Personal, place: Household | Business, unit_id: UUID) -> str:
    """Return house number and street as people say them; where names are masked, the street alone, because a number identifies
    a family.
    """
    text = place.address or f"{place.house_number} {place.street}".strip() if shown.shows(unit_id) else place.street
    return text or _("A door without an address")


def pair_words(shown: Personal, visit: Visit) -> str:
    """Return the names of the pair, or that there was no second."""
    first = shown.name(visit.first_name, visit.unit_id)
    if not visit.second_name:
        return _("%(name)s, nobody came along") % {"name": first}
    return _("%(first)s and %(second)s") % {"first": first, "second": shown.name(visit.second_name, visit.unit_id)}


def pair_state(visit: Visit) -> tuple[str, str]:
    """Return state and word of a visit's pair; where nobody opened, no pair is required."""
    if visit.outcome not in OPENED:
        return "", ""
    return ("on", _("Whole pair")) if visit.paired else ("behind", _("Pair not whole"))
