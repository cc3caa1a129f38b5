"""The steps of a place's life cycle, with the form that each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from doanso.access.policy import Permission
from doanso.lib import clock
from doanso.places import actions, policy
from doanso.places.forms.places import CompleteSurveyForm, EmptyForm, NoteForm, PlaceReasonForm, RecogniseForm


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its action, the form with its arguments, who takes it, and what is said when it is done."""

    action: Callable[..., Any]
    form: type[Any]
    permission: Permission
    done: str | Promise


CRITERIA = "criteria"
"""The prefix of the form by which a place is moved to newer criteria."""
STEPS: dict[str, Step] = {
    "survey": Step(
        actions.complete_survey, CompleteSurveyForm, policy.MANAGE,
        gettext_lazy("The survey is done; later changes of the list need a day and a reason."),
    ),
    "start": Step(actions.start_work, EmptyForm, policy.MANAGE, gettext_lazy("The work begins.")),
    "stop": Step(actions.stop_place, PlaceReasonForm, policy.MANAGE, gettext_lazy("Stopped; everything stays readable.")),
    "midterm": Step(actions.keep_midterm, NoteForm, policy.MANAGE, gettext_lazy("Today's values are kept.")),
    "send": Step(actions.assess_itself, NoteForm, policy.MANAGE, gettext_lazy("Sent; the committee above assesses it.")),
    "return": Step(
        actions.return_assessment, PlaceReasonForm, policy.MANAGE, gettext_lazy("Sent back; the unit goes on working.")
    ),
    "assess": Step(
        actions.assess, NoteForm, policy.ASSESS, gettext_lazy("Today's values are kept as the assessment. Decide now.")
    ),
    "recognise": Step(
        actions.recognise, RecogniseForm, policy.ASSESS, gettext_lazy("Recognised; it counts in the figures now.")
    ),
    "refuse": Step(
        actions.refuse_recognition, PlaceReasonForm, policy.ASSESS, gettext_lazy("Not recognised; its unit has been told.")
    ),
    "recheck": Step(actions.recheck, NoteForm, policy.ASSESS, gettext_lazy("The re-check is kept.")),
    "withdraw": Step(
        actions.withdraw_recognition, PlaceReasonForm, policy.ASSESS,
        gettext_lazy("The recognition is withdrawn; it counts no more."),
    ),
}  # fmt: skip


def step_forms() -> dict[str, Any]:
    """Return a form per step, with the day of today where one is asked, and the one for moving to newer criteria."""
    today = clock.today()
    initial = {"on": today, "decided_on": today}
    forms = {name: step.form(prefix=name, initial=initial) for name, step in STEPS.items()}
    return forms | {CRITERIA: PlaceReasonForm(prefix=CRITERIA)}
