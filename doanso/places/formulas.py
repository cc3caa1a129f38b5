"""Formulas of criteria: what computes a criterion's value as of a day. Each registers once, from `values`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise

from doanso.places.models import Criterion, KnownFrom, Place, ThresholdKind

LIST_PAGE = "list"
"""In place of a URL name: the page of the place's stalls, or of its house list."""


@dataclass(frozen=True, slots=True)
class Value:
    """A criterion's value: whole numbers only, so that a share is never rounded before it is compared.

    `numerator` is None where nothing is known yet. A yes or no is 1 or 0 of 1. `second_numerator` belongs to the second
    threshold, with the same denominator. `known_on` is the day of the newest record or check, `check_id` the check it rests on.
    """

    numerator: int | None = None
    denominator: int | None = None
    known_from: str = KnownFrom.NOTHING
    second_numerator: int | None = None
    known_on: date | None = None
    check_id: UUID | None = None


class FormulaReader(Protocol):
    """Reads the values of the criteria that use the formula, in a constant number of statements."""

    def __call__(self, place: Place, criteria: Sequence[Criterion], on: date) -> Mapping[UUID, Value]:
        """Return values by criterion id as of the end of the day `on`; a criterion that is left out is unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as the criteria editor offers it.

    `parameters` are the names of the parameters it takes, with their titles. `kinds` are the kinds of thresholds it fits.
    `numerator` and `denominator` say what is counted, such as "số hộ có VNeID mức 2" of "số hộ". `second` says what the second
    numerator counts, "" where there is none. `is_check` is true where people enter the value as a dated check.
    `places` are the kinds of places it fits, all where it is empty. `next_step` says what raises the value, `url_name` is the
    route (with the place's id) where that is done.
    """

    code: str
    title: str | Promise
    read: FormulaReader
    kinds: tuple[str, ...] = (ThresholdKind.SHARE,)
    parameters: Mapping[str, str | Promise] | None = None
    numerator: str | Promise = ""
    denominator: str | Promise = ""
    second: str | Promise = ""
    is_check: bool = False
    places: tuple[str, ...] = ()
    next_step: str | Promise = ""
    url_name: str = ""


registered_formulas: dict[str, Formula] = {}
"""Formulas by their code, as `register_formula` adds them."""


def register_formula(formula: Formula) -> None:
    """Register a formula; called once per formula at start-up."""
    if formula.code in registered_formulas:
        raise RuntimeError(f"Formula {formula.code!r} is registered twice.")
    registered_formulas[formula.code] = formula


def formula(code: str) -> Formula | None:
    """Return the formula of that code, None where none is registered: its criteria then have no value."""
    return registered_formulas.get(code)


def formulas() -> list[Formula]:
    """Return all formulas, in the order of their registration."""
    return list(registered_formulas.values())


def read_values(place: Place, criteria: Iterable[Criterion], on: date) -> dict[UUID, Value]:
    """Return the value of each criterion as of a day; those of one reader are read together."""
    by_reader: dict[FormulaReader, list[Criterion]] = {}
    values: dict[UUID, Value] = {}
    for criterion in criteria:
        values[criterion.pk] = Value()
        registered = registered_formulas.get(criterion.formula)
        if registered is not None:
            by_reader.setdefault(registered.read, []).append(criterion)
    for read, of_reader in by_reader.items():
        values.update(read(place, of_reader, on))
    return values
