"""Reads of places."""

from doanso.places.queries.assessments import (
    assessment_in_force,
    assessments_of,
    is_intact,
    judge_place,
    latest_assessment,
    open_gaps,
    recheck_due,
    recognition_in_force,
    recognitions_of,
    self_assessors,
    to_assess,
    to_decide,
    values_of,
)
from doanso.places.queries.criteria import (
    all_sets,
    criteria_of,
    draft_of,
    newer_set,
    next_version,
    set_in_force,
)
from doanso.places.queries.lists import PlaceFilter, listed_places, names_of_units, place_page, state_counts
from doanso.places.queries.places import all_places, keeping_unit, segments_of, state_token, unit_of_day

__all__ = [
    "PlaceFilter",
    "all_places",
    "all_sets",
    "assessment_in_force",
    "assessments_of",
    "criteria_of",
    "draft_of",
    "is_intact",
    "judge_place",
    "keeping_unit",
    "latest_assessment",
    "listed_places",
    "names_of_units",
    "newer_set",
    "next_version",
    "open_gaps",
    "place_page",
    "recheck_due",
    "recognition_in_force",
    "recognitions_of",
    "segments_of",
    "self_assessors",
    "set_in_force",
    "state_counts",
    "state_token",
    "to_assess",
    "to_decide",
    "unit_of_day",
    "values_of",
]
