"""Questions of a survey sheet, and what their answers say together with records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib.problems import Problem
from doanso.places.models.registers import AddressKind, SurveyOutcome

SERVICE_FORMULA, CHANNEL_FORMULA, ONLINE_FORMULA = "households.service", "households.channel", "shops.online"
_ASKED = {CHANNEL_FORMULA: "channel", ONLINE_FORMULA: "online"}
"""Questions of formulas that count answers alone."""


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """A yes-or-no question at one kind of address: its code, the words of sheets, and a short head for columns."""

    code: str
    kind: str
    title: str | Promise
    short: str | Promise


QUESTIONS = {
    question.code: question
    for question in (
        SurveyQuestion(
            "channel",
            AddressKind.HOUSEHOLD,
            gettext_lazy("An adult is in the neighbourhood's Zalo group or official channel"),
            gettext_lazy("Zalo group"),
        ),
        SurveyQuestion(
            "vneid",
            AddressKind.HOUSEHOLD,
            gettext_lazy("An adult has VNeID of level 2, activated"),
            gettext_lazy("VNeID 2"),
        ),
        SurveyQuestion(
            "portal",
            AddressKind.HOUSEHOLD,
            gettext_lazy("An adult can use the public service portal"),
            gettext_lazy("Public services"),
        ),
        SurveyQuestion(
            "payment",
            AddressKind.HOUSEHOLD,
            gettext_lazy("An adult pays a bill without cash"),
            gettext_lazy("Cashless bill"),
        ),
        SurveyQuestion(
            "online",
            AddressKind.BUSINESS,
            gettext_lazy(
                "On a digital map, a marketplace or a page of its own, with the right name, address and hours"
            ),
            gettext_lazy("On the map"),
        ),
    )
}
"""Questions whose answers are kept with the address. What a shop accepts is a check of the shop itself (`cashless`)."""


def question_code(criterion: Any) -> str:
    """Return the code of the survey question that a criterion's value rests on, "" for none."""
    if criterion.formula == SERVICE_FORMULA:
        return str((criterion.parameters or {}).get("service", ""))
    return _ASKED.get(criterion.formula, "")


def questions_of(criteria: Iterable[Any]) -> list[SurveyQuestion]:
    """Return the questions that the criteria need, in their order; a code is asked once."""
    codes = dict.fromkeys(question_code(criterion) for criterion in criteria)
    return [QUESTIONS[code] for code in codes if code in QUESTIONS]


class DatedAnswer(NamedTuple):
    """An answer of a survey and its day."""

    on: date
    yes: bool


def household_day(answer: DatedAnswer | None, records: Iterable[date]) -> date | None:
    """Return since when a household is known to have something, None where it is not known to.

    The newest answer of a survey decides; a record of support counts from its own day, so that one after a "no" makes it a "yes".
    """
    days = [day for day in records if answer is None or answer.yes or day > answer.on]
    if answer is not None and answer.yes:
        days.append(answer.on)
    return max(days, default=None)


def survey_problem(checked_on: date, outcome: str, answers: dict[str, bool], today: date) -> Problem | None:
    """Refuse a day ahead, answers where nobody was asked, and an unknown question."""
    if checked_on > today:
        return Problem("survey_ahead", _("This day has not come yet."), "checked_on")
    if outcome != SurveyOutcome.ASKED and answers:
        return Problem("survey_answers", _("Where nobody answered, no answer can be kept."), "outcome")
    if unknown := set(answers) - set(QUESTIONS):
        return Problem("survey_question", _("“%(code)s” is no question.") % {"code": min(unknown)}, "answers")
    return None
