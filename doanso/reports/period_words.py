"""Texts on the pages of periods: states, questions with the page where each is resolved, and reminders."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from doanso.assignments.models import Assignment
from doanso.assignments.ports import register_assignment_kind
from doanso.lib import formats
from doanso.reports import policy
from doanso.reports.models import PeriodState
from doanso.reports.queries.questions import MonthQuestionKind, Question
from doanso.reports.rules.periods import FigureOnDay, Month, tenths
from doanso.reports.sources import DUE, RETURNED
from doanso.targets.models import Programme
from doanso.units.models import Unit

_MOST_NAMED = 4
# Shape and colour only where an action is needed.
_PILLS = {
    PeriodState.DRAFT: ("none", pgettext_lazy("month", "Not sent yet")),
    PeriodState.SENT: ("none", pgettext_lazy("month", "Waits to be accepted")),
    PeriodState.RETURNED: ("behind", pgettext_lazy("month", "Returned")),
    PeriodState.ACCEPTED: ("on", pgettext_lazy("month", "Accepted")),
    PeriodState.CLOSED: ("met", pgettext_lazy("month", "Closed")),
}


@dataclass(frozen=True, slots=True)
class Pill:
    """The shape and the label of a state."""

    state: str
    word: str


def pill(state: PeriodState, *, is_root: bool = False) -> Pill:
    """Return how the state of a month is drawn; the root of a programme sends its month to no unit."""
    drawn, word = _PILLS[state]
    return Pill(drawn, pgettext("month", "Not closed yet") if is_root and state == PeriodState.DRAFT else str(word))


# --- Questions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question as the page asks it."""

    question: Question
    sentence: str
    url: str
    link: str

    @property
    def field(self) -> str:
        """The name of the input field."""
        return f"reason-{self.question.code}"


def question_words(question: Question, programme: Programme, month: Month, unit: Unit) -> QuestionWords:
    """Return a question as a sentence, with the address where it can be resolved."""
    if question.kind == MonthQuestionKind.MISSING:
        address = reverse("reports:board", args=[programme.code])
        url = f"{address}?month={month.code}&unit={unit.code}"
        return QuestionWords(question, _missing(question), url, _("Open the board"))
    if question.kind == MonthQuestionKind.UNANSWERED:
        address = reverse("targets:cascade", args=[programme.code])
        sentence = ngettext(
            "%(count)s target was given to the unit and has no answer yet.",
            "%(count)s targets were given to the unit and have no answer yet.",
            question.count,
        ) % {"count": formats.number(question.count)}
        return QuestionWords(question, sentence, f"{address}?unit={unit.code}", _("Answer to the targets"))
    assert question.indicator is not None  # noqa: S101 - those two are about one
    title = question.indicator.short_title
    url = reverse("targets:indicator", args=[programme.code, question.indicator.code, unit.code])
    url = f"{url}?on={month.last_day.isoformat()}"
    if question.kind == MonthQuestionKind.SUM:
        sentence = _(
            "%(title)s: the unit stands at %(now)s, its parts add up to %(parts)s. Whoever runs the server finds the "
            "fault with “doanso recount”."
        ) % {"title": title, "now": _value(question.now), "parts": _value(question.before)}
    else:
        sentence = _("%(title)s fell from %(before)s on %(day)s to %(now)s.") % {
            "title": title,
            "before": _value(question.before),
            "day": formats.day(question.closed),
            "now": _value(question.now),
        }
    return QuestionWords(question, sentence, url, _("See the records"))


def _value(figure: FigureOnDay | None) -> str:
    if figure is None:
        return formats.NONE
    if figure.whole is None:
        return formats.number(figure.value)
    share = formats.percent(tenths(figure.value, figure.whole))
    return f"{formats.number(figure.value)}/{formats.number(figure.whole)} ({share})"


def _missing(question: Question) -> str:
    named = ", ".join(unit.short_name for unit in question.units[:_MOST_NAMED])
    more = question.count - _MOST_NAMED
    if more > 0:
        named = _("%(units)s and %(count)s more") % {"units": named, "count": formats.number(more)}
    return ngettext(
        "%(count)s unit below has not been accepted: %(units)s. Whoever does not wait closes it late.",
        "%(count)s units below have not been accepted: %(units)s. Whoever does not wait closes them late.",
        question.count,
    ) % {"count": formats.number(question.count), "units": named}


# --- Reminders --------------------------------------------------------------------------------------------------------


def _month_name(assignment: Assignment) -> str:
    year, month = assignment.parameters["month"].split("-")
    return _("month %(month)s/%(year)s") % {"month": int(month), "year": year}


def due_sentence(month: str, *, is_root: bool) -> str:
    """Return the text of a reminder."""
    words = _("Close the figures of %(month)s") if is_root else _("Send the figures of %(month)s")
    return words % {"month": month}


def _due(assignment: Assignment) -> str:
    return due_sentence(_month_name(assignment), is_root=bool(assignment.parameters.get("root")))


def _returned(assignment: Assignment) -> str:
    return _("The figures of %(month)s came back: look at the reason and send them again") % {
        "month": _month_name(assignment)
    }


def _page(assignment: Assignment) -> str:
    return reverse(
        "reports:period",
        args=[assignment.parameters["programme"], assignment.parameters["month"], assignment.unit.code],
    )


def register() -> None:
    """Register the kind of reminders with assignments, once at start-up."""
    kinds = ((DUE, gettext_lazy("Figures of a month due"), _due), (RETURNED, gettext_lazy("Month returned"), _returned))
    for code, name, sentence in kinds:
        register_assignment_kind(code, name, sentence=sentence, url=_page, permission=policy.VIEW)
