"""Texts on sums, answers, decisions and phases, in one place, so that every page reads the same words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.lib import formats
from doanso.targets.models import Allocation, AnswerKind, Programme, SettlementOutcome
from doanso.targets.queries import GivenTarget
from doanso.targets.rules import AnswerState, SumCheck, SumState
from doanso.targets.rules.phases import ProgrammePhase


@dataclass(frozen=True, slots=True)
class StateWords:
    """A short label for a pill with its state, and a sentence."""

    state: str
    word: str
    text: str


def sum_words(check: SumCheck, unit_of_count: str) -> StateWords:
    """Return a sum check in words and numbers; short and over are allowed, but stated."""
    write = formats.goal if check.is_share else formats.number
    figures = {
        "given": write(check.given),
        "owed": write(check.owed),
        "what": "" if check.is_share else f" {unit_of_count}",
    }
    if check.is_share:
        text = _("If every unit reaches its own number, the whole stands at %(given)s; %(owed)s is owed.") % figures
    else:
        text = ngettext(
            "%(units)s unit was given %(given)s of %(owed)s%(what)s.",
            "%(units)s units were given %(given)s of %(owed)s%(what)s.",
            check.units,
        ) % {**figures, "units": formats.number(check.units)}
    difference = _("%(points)s points") % {"points": formats.tenths(check.difference)} if check.is_share else None
    number = {"number": difference or formats.number(check.difference)}
    if check.state == SumState.EQUAL:
        return StateWords("on", _("Equal"), text)
    if check.state == SumState.SHORT:
        return StateWords("behind", _("Short of %(number)s") % number, text)
    return StateWords("behind", _("Over by %(number)s") % number, text)


def answer_words(version: GivenTarget) -> StateWords:
    """Return the state of the negotiation about a target in words."""
    answer = version.answer
    if version.state == AnswerState.PROPOSED:
        return StateWords("none", _("Waits for an answer"), "")
    if version.state == AnswerState.ACCEPTED:
        return StateWords("on", _("Accepted"), "")
    if version.state == AnswerState.COUNTERED and answer is not None:
        return StateWords(
            "behind", _("Asks for %(value)s") % {"value": value_words(version, answer.value)}, answer.reason
        )
    if version.agreed:
        return StateWords("on", _("Agreed on both sides"), _("The number the unit had asked for."))
    settlement = version.settlement
    if settlement is not None and settlement.outcome == SettlementOutcome.KEPT:
        return StateWords("none", _("Kept as it was"), settlement.words)
    return StateWords("none", _("Replaced by the number asked for"), "")


def value_words(version: GivenTarget, value: int | None) -> str:
    """Return a value of this target: in per cent for shares."""
    is_share = version.target.indicator.kind in ("share", "rule")
    return formats.goal(value * 10 if value is not None else None) if is_share else formats.number(value)


def decision_words(allocation: Allocation) -> str:
    """Return the decision behind a target in words."""
    return _("Decision %(number)s of %(day)s") % {
        "number": allocation.decision_number,
        "day": formats.day(allocation.decided_on),
    }


def answer_kind(kind: str) -> str:
    """Return the kind of an answer in words."""
    return str(AnswerKind(kind).label)


def phase_words(programme: Programme, phase: ProgrammePhase) -> str:
    """Return since when a programme is over, or when it begins; empty while it runs."""
    if phase is ProgrammePhase.ENDED:
        return _("Ended on %(day)s") % {"day": formats.day(programme.last_day)}
    if phase is ProgrammePhase.PLANNED:
        return _("Begins on %(day)s") % {"day": formats.day(programme.first_day)}
    return ""
