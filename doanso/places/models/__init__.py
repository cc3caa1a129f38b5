"""The tables of places: criteria, places with their assessments, registers of addresses and stalls, public points."""

from doanso.places.models.criteria import CriteriaSet, Criterion, CriterionBasis, ThresholdKind
from doanso.places.models.places import (
    AssessedValue,
    Assessment,
    AssessmentStage,
    KnownFrom,
    Place,
    PlaceGap,
    PlaceState,
    Recognition,
    Segment,
)

__all__ = [
    "AssessedValue",
    "Assessment",
    "AssessmentStage",
    "CriteriaSet",
    "Criterion",
    "CriterionBasis",
    "KnownFrom",
    "Place",
    "PlaceGap",
    "PlaceState",
    "Recognition",
    "Segment",
    "ThresholdKind",
]
