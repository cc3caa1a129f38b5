"""The tables of places: criteria, places with their assessments, registers of addresses and stalls, public points."""

from doanso.places.models.criteria import CriteriaSet, Criterion, CriterionBasis, ThresholdKind
from doanso.places.models.places import (
    AssessedValue,
    Assessment,
    AssessmentStage,
    KnownFrom,
    Place,
    PlaceGap,
    PlacePartner,
    PlaceState,
    Recognition,
    Segment,
)
from doanso.places.models.registers import (
    Address,
    AddressCheck,
    AddressKind,
    CheckFile,
    CriterionCheck,
    Stall,
    SurveyOutcome,
    Tenancy,
)

__all__ = [
    "Address",
    "AddressCheck",
    "AddressKind",
    "AssessedValue",
    "Assessment",
    "AssessmentStage",
    "CheckFile",
    "CriteriaSet",
    "Criterion",
    "CriterionBasis",
    "CriterionCheck",
    "KnownFrom",
    "Place",
    "PlaceGap",
    "PlacePartner",
    "PlaceState",
    "Recognition",
    "Segment",
    "Stall",
    "SurveyOutcome",
    "Tenancy",
    "ThresholdKind",
]
