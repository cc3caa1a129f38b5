"""What the parts of this app and apps above contribute to a place: panels of its page, and what its survey needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry
from doanso.lib.problems import Problem
from doanso.places.models import Place
from doanso.places.policy import PlaceRights


@dataclass(frozen=True, slots=True)
class PlacePage:
    """The place on the page, the day of its values, and what the reader may do there."""

    place: Place
    on: date
    rights: PlaceRights


place_panels: PanelRegistry[User, PlacePage] = PanelRegistry()
"""Buttons (`actions`), and cards of the wide column (`main`) and of the narrow one (`side`)."""

type SurveyCheck = Callable[[Place], Problem | None]

registered_survey_checks: list[SurveyCheck] = []
"""Checks in the order in which `register_survey_check` adds them."""


def register_survey_check(check: SurveyCheck) -> None:
    """Register what a place needs before its denominators are frozen, such as a house list; once at start-up."""
    registered_survey_checks.append(check)


def survey_problem(place: Place) -> Problem | None:
    """Return the first thing that is missing before the survey of a place can end."""
    return next((problem for check in registered_survey_checks if (problem := check(place)) is not None), None)
