"""From invented people to a register: lists as units keep them, through the importer, and a year of comings and goings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from doanso.accounts.models import User
from doanso.lib.problems import Refused
from doanso.members import actions
from doanso.members.demo.lists import habit_of, write_list
from doanso.members.demo.names import Invented, Town
from doanso.members.models import AbsenceReason, Member, MemberState
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

SIZES = {
    "28261": 402,
    "28264": 338,
    "28258": 296,
    "28252": 431,
    "28249": 418,
    "28270": 447,
    "28255": 361,
    "28267": 322,
    "28273": 305,
    "28276": 352,
    "28279": 188,
    "28282": 389,
    "28285": 334,
    "28288": 412,
    "28291": 376,
    "28567": 318,
    "28591": 241,
    "thpt-song-tien": 106,
    "cd-my-tho": 92,
    "dan-chinh-dang": 54,
    "cong-an": 58,
}
"""Members of each unit when the programme begins."""
_AGES = {"thpt-song-tien": (17, 18), "cd-my-tho": (18, 23), "dan-chinh-dang": (23, 30), "cong-an": (21, 30)}
SEED = 2023

Dated = tuple[date, Callable[[], object]]
"""A deed and the business day on which it is done."""


@dataclass(frozen=True, slots=True)
class Home:
    """A grassroots unit, school or office with its branches and whoever acts for it."""

    unit: NamedUnit
    branches: Sequence[NamedUnit]
    secretary: User


def write_lists(folder: Path, homes: Sequence[Home], day: date) -> dict[str, Path]:
    """Each unit's list of members as a file; the same files for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    town, found = Town(SEED), {}
    for place, home in enumerate(homes):
        pick = Random(f"{SEED} {home.unit.code}")
        youngest, oldest = _AGES.get(home.unit.code, (17, 30))
        people: dict[str, list[Invented]] = {branch.code: [] for branch in home.branches}
        # Branches differ in size, as they do.
        weights = [pick.uniform(0.6, 1.5) for _branch in home.branches]
        for branch in pick.choices(home.branches, weights, k=SIZES[home.unit.code]):
            people[branch.code].append(town.invent(youngest, oldest, day))
        path = folder / f"{home.unit.code}.xlsx"
        names = [(f"Chi đoàn {branch.short_name}", people[branch.code]) for branch in home.branches]
        write_list(path, home.unit.name, names, habit_of(place), day, SEED + place)
        found[home.unit.code] = path
    return found
