"""The comparison of a place's kept assessments, and the proof that each is as it was."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.places import queries
from doanso.places.kinds import kind_named
from doanso.places.models import AssessedValue, Assessment
from doanso.places.views.places import place_or_404
from doanso.places.wording import STAGES, threshold_words, value_words
from doanso.units import queries as units

MOST_COLUMNS = 6


@login_required
@require_safe
def compare(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show baseline, mid-term and later values side by side; every assessment with who made it and whether it is intact."""
    place = place_or_404(request, place_id)
    assessments = queries.assessments_of(place)
    values = queries.values_of(assessments)
    in_force = [each for each in reversed(assessments) if each.taken_back_at is None]
    columns = in_force[:1] + in_force[1:][-(MOST_COLUMNS - 1) :]
    context = {
        "place": place,
        "kind": kind_named(place.kind),
        "unit": units.named_unit(place.unit),
        "columns": [{"assessment": each, "stage": STAGES[each.stage]} for each in columns],
        "rows": _rows(columns, values),
        "assessments": [
            {
                "assessment": each,
                "stage": STAGES[each.stage],
                "is_intact": queries.is_intact(each, values[each.pk]),
                "hash": each.content_hash[:12],
            }
            for each in assessments
        ],
    }
    return render(request, "places/assessments.html", context)


def _rows(columns: list[Assessment], values: dict[UUID, dict[int, AssessedValue]]) -> list[dict[str, Any]]:
    """Return a row per criterion of the newest set; a value of another set that says something else has a cell of its own."""
    if not columns:
        return []
    newest = values[columns[-1].pk]
    rows = []
    for number, latest in sorted(newest.items()):
        cells = []
        for assessment in columns:
            value = values[assessment.pk].get(number)
            if value is None or value.criterion.title != latest.criterion.title:
                cells.append({"words": "", "state": "none"})
                continue
            words = value_words(value.criterion, value)
            state = "met" if value.passed else ("none" if value.numerator is None else "behind")
            cells.append({"words": words, "state": state})
        rows.append(
            {
                "number": number,
                "criterion": latest.criterion,
                "threshold": threshold_words(latest.criterion),
                "cells": cells,
            }
        )
    return rows
