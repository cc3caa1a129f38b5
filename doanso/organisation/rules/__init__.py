"""Rules of plans on plain values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem
from doanso.units.models import UPPER_KINDS, UnitKind


def day_problem(*, on: date, today: date, since: Mapping[str, date]) -> Problem | None:
    """Return the problem of a first day that is in the future, or on which a unit did not exist yet; None for a valid day."""
    if on > today:
        message = _("The day lies ahead. Record the change when the day has come.")
        return Problem("day-ahead", message, "on")
    late = next((code for code, begun in since.items() if begun > on), None)
    if late is not None:
        message = _("Unit %(unit)s has stood only since %(day)s; choose a later day.")
        return Problem("unit-younger", message % {"unit": late, "day": formats.day(since[late])}, "on")
    return None


_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = {"code": 60, "name": 160, "short_name": 80, "neighbourhoods": 120}


def kinds_below(root_kind: str) -> list[UnitKind]:
    """Return the kinds of units that are offered below a root of this kind, in their order."""
    left_out = {UnitKind.PROVINCE}
    if root_kind != UnitKind.PROVINCE:
        left_out.add(UnitKind.CITY)
    if root_kind not in UPPER_KINDS:
        left_out |= {UnitKind.WARD, UnitKind.COMMUNE}
    return [kind for kind in UnitKind if kind not in left_out]


def new_unit_problem(
    *, code: str, kind: str, name: str, short_name: str, neighbourhoods: Sequence[str] = ()
) -> Problem | None:
    """Return why a unit cannot be created with these values; None if it can."""
    if not name or not short_name:
        return Problem(
            "name-missing", _("Write the unit's full and its short name."), "name" if not name else "short_name"
        )
    areas = [("neighbourhoods", area) for area in neighbourhoods]
    for field, text in (("code", code), ("name", name), ("short_name", short_name), *areas):
        if len(text) > LONGEST[field]:
            message = _("At most %(longest)s characters; this has %(length)s.")
            return Problem("too-long", message % {"longest": LONGEST[field], "length": len(text)}, field)
    if not _CODE.fullmatch(code):
        message = _("A code has small letters without accents, digits and single hyphens, for instance 28252-kp1.")
        return Problem("code-form", message, "code")
    if kind not in UnitKind.values:
        return Problem("kind-unknown", _("Choose the kind of unit."), "kind")
    named = [("name", name), ("short_name", short_name), *areas]
    return next((problem for field, text in named if (problem := name_problem(text, field)) is not None), None)


def merge_problem(*, codes: Sequence[str], into: str | None, kinds: Iterable[str]) -> Problem | None:
    """Return the problem of a merger; None if it is valid.

    Units must differ, and branches, which have members, merge only into an existing branch.
    """
    if not codes:
        return Problem("nothing-to-merge", _("Choose the units that are merged."), "units")
    if len(set(codes)) < len(codes) or into in codes:
        return Problem("unit-twice", _("A unit is named twice. Name the one they go on as only there."), "units")
    if into is None and len(codes) < 2:
        return Problem("nothing-to-merge", _("Choose two units or more."), "units")
    sorts = {kind == UnitKind.BRANCH for kind in kinds}
    if len(sorts) > 1:
        message = _("A branch holds members and a committee holds units; merge only units of one sort.")
        return Problem("mixed-sorts", message, "units")
    if into is None and sorts == {True}:
        message = _("Members move into a branch that exists: choose the one that stays, and give it the new name.")
        return Problem("branch-not-there", message, "into")
    return None


def undo_problem(*, undone: bool, recorded_on: date, today: date) -> Problem | None:
    """Return why a change cannot be undone; None if it can: once, on the day on which it was recorded."""
    if undone:
        return Problem("undone", _("This change was taken back already."))
    if recorded_on != today:
        message = _("A change can be taken back only on the day it was recorded. Record the contrary change instead.")
        return Problem("too-late", message)
    return None


def distinct_names(names: Sequence[tuple[str, str]], taken: Iterable[str]) -> dict[int, str]:
    """Return new short names for those of `names` (short name, place of origin) that would occur twice among siblings."""
    used = Counter([*taken, *(name for name, _place in names)])
    return {number: f"{name} ({place})"[:80] for number, (name, place) in enumerate(names) if used[name] > 1}
