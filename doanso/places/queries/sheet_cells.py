"""Rows and choices of the entry form of a survey sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.cashless.models import ShopState
from doanso.places.models import SurveyOutcome
from doanso.places.rules.survey import SurveyQuestion

YES, NO = "c", "k"
_ANSWERS = (("", "–"), (YES, pgettext_lazy("answer", "Yes")), (NO, pgettext_lazy("answer", "No")))
_OUTCOMES = (
    ("", "–"),
    (SurveyOutcome.NOT_HOME.value, gettext_lazy("Nobody at home")),
    (SurveyOutcome.REFUSED.value, gettext_lazy("Did not answer")),
)
_STATES = (
    ("", "–"),
    (ShopState.NONE.value, gettext_lazy("Cash only")),
    (ShopState.OFFERED.value, gettext_lazy("Introduced")),
    (ShopState.DISPLAYED.value, gettext_lazy("Code displayed, nobody paid yet")),
    (ShopState.USED.value, gettext_lazy("Customers paid in the last 30 days")),
    (ShopState.STOPPED.value, gettext_lazy("Stopped taking transfers")),
)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One choice of a row: its field's name, what it asks, the options, and the chosen one. `known` is what is known already."""

    name: str
    label: str | Promise
    options: Sequence[tuple[str, str | Promise]]
    value: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A row of the entry form: an address or a stall with its choices."""

    key: UUID
    title: str
    detail: str
    address_id: UUID | None
    business_id: UUID | None
    cells: Sequence[SheetCell]


def answer_cell(
    key: UUID, question: SurveyQuestion, answers: Mapping[str, bool], known: str, data: Mapping[str, Any] | None
) -> SheetCell:
    """Return the choice of a yes-or-no question; `answers` are those that were kept for that day."""
    name = f"{key}.{question.code}"
    kept = {True: YES, False: NO}.get(answers[question.code], "") if question.code in answers else ""
    return SheetCell(name, question.short, _ANSWERS, str(data.get(name, "")) if data is not None else kept, known)


def outcome_cell(key: UUID, outcome: str, data: Mapping[str, Any] | None) -> SheetCell:
    """Return the choice that says why nobody answered."""
    name = f"{key}.outcome"
    kept = outcome if outcome != SurveyOutcome.ASKED else ""
    return SheetCell(name, _("Nobody answered"), _OUTCOMES, str(data.get(name, "")) if data is not None else kept)


def state_cell(key: UUID, state: str, known: str, data: Mapping[str, Any] | None) -> SheetCell:
    """Return the choice of what a shop takes."""
    name = f"{key}.state"
    return SheetCell(name, _("Transfers"), _STATES, str(data.get(name, "")) if data is not None else state, known)
