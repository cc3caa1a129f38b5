"""Demo register: invented people in units' lists, imported by the importer, and a year of changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from doanso.accounts.models import User
from doanso.imports.actions import run_import
from doanso.lib.dated_actions import DatedAction
from doanso.members import actions, queries
from doanso.members.demo.lists import habit_of, write_list
from doanso.members.demo.names import InventedMember, PeopleGenerator
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


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A grassroots unit, school or office with its branches and the user who acts for it."""

    unit: NamedUnit
    branches: Sequence[NamedUnit]
    secretary: User


def write_lists(folder: Path, homes: Sequence[DemoUnit], day: date) -> dict[str, Path]:
    """Write each unit's list of members to a file; the same files for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    town, paths = PeopleGenerator(SEED), {}
    for place, home in enumerate(homes):
        pick = Random(f"{SEED} {home.unit.code}")
        youngest, oldest = _AGES.get(home.unit.code, (17, 30))
        people: dict[str, list[InventedMember]] = {branch.code: [] for branch in home.branches}
        # Branches differ in size, as real ones do.
        weights = [pick.uniform(0.6, 1.5) for _branch in home.branches]
        for branch in pick.choices(home.branches, weights, k=SIZES[home.unit.code]):
            people[branch.code].append(town.invent(youngest, oldest, day))
        path = folder / f"{home.unit.code}.xlsx"
        names = [(f"Chi đoàn {branch.short_name}", people[branch.code]) for branch in home.branches]
        write_list(path, home.unit.name, names, habit_of(place), day, SEED + place)
        paths[home.unit.code] = path
    return paths


def import_lists(lists: dict[str, Path], homes: Sequence[DemoUnit]) -> int:
    """Import each list in the name of the unit's secretary; return the number of members."""
    members = 0
    for home in homes:
        job = run_import(
            actor=home.secretary, kind="members", unit=home.unit.unit, path=lists[home.unit.code], skip_rejected=True
        )
        members += job.created_count
    return members


def first_member(actor: User, branch: Unit) -> Member:
    """Return the branch's member who signs in."""
    return _members_of(actor, branch)[0]


def _members_of(actor: User, unit: Unit) -> list[Member]:
    """Return the active members below a unit, in an order that is the same every time."""
    members = (
        queries.stays_below(queries.visible_members(actor), unit)
        .filter(state=MemberState.ACTIVE)
        .select_related("contact", "person")
    )
    return sorted(members, key=lambda member: (member.contact.sort_key, str(member.contact.birth_date)))


def year(homes: Sequence[DemoUnit], officer: User, last: date) -> list[DatedAction]:
    """Return who moves, goes away, comes back, is exempt or grows out in the year, up to a day."""
    pick = Random(SEED)
    planned: list[DatedAction] = []
    for place, home in enumerate(homes):
        members = _members_of(home.secretary, home.unit.unit)
        pick.shuffle(members)
        lots = _lots(members, (0.012, 0.006, 0.006, 0.005))
        neighbour = homes[(place + 1) % len(homes)]
        planned += [_absence(pick, home.secretary, member) for member in lots[0]]
        planned += [_exemption(pick, home.secretary, member) for member in lots[1]]
        planned += [_move(pick, home, neighbour, officer, member) for member in lots[2]]
        planned += [_ending(pick, home.secretary, member) for member in lots[3]]
    return [action for action in planned if action[0] <= last]


def _lots(members: Sequence[Member], shares: Sequence[float]) -> list[Sequence[Member]]:
    """Split members into groups of these shares, each with at least one member."""
    lots, begin = [], 0
    for share in shares:
        size = max(1, round(share * len(members)))
        lots.append(members[begin : begin + size])
        begin += size
    return lots


def _some_day(pick: Random) -> date:
    """Return a weekday of the year after the first weeks."""
    day = date(2023, 2, 1) + timedelta(days=pick.randrange(320))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _absence(pick: Random, actor: User, member: Member) -> DatedAction:
    # Recruits leave in February, students in September; who works elsewhere mostly comes back for Tết.
    day, reason, back = pick.choice(
        [
            (date(2023, 2, 6), AbsenceReason.MILITARY, None),
            (date(2023, 9, 5), AbsenceReason.STUDY, None),
            (_some_day(pick), AbsenceReason.WORK, 90),
            (_some_day(pick), AbsenceReason.WORK, None),
        ]
    )
    until = day + timedelta(days=back) if back else None
    return day, lambda: actions.set_absence(actor=actor, member=member, reason=reason, since=day, until=until)


def _exemption(pick: Random, actor: User, member: Member) -> DatedAction:
    day = _some_day(pick)
    indicator, reason = pick.choice(
        [
            ("tiengiangs-members", "Không có điện thoại thông minh"),
            ("vneid2-members", "Căn cước công dân hết hạn, đang làm lại"),
            ("payment-members", "Chưa đủ giấy tờ để mở tài khoản"),
        ]
    )
    return day, lambda: actions.exempt(
        actor=actor, member=member, indicator=indicator, reason=reason, review_on=day + timedelta(days=180)
    )


def _move(pick: Random, home: DemoUnit, neighbour: DemoUnit, officer: User, member: Member) -> DatedAction:
    day = _some_day(pick)
    other_branches = [branch for branch in home.branches if branch.id != member.branch_id]
    if other_branches and pick.random() < 0.5:
        to, actor = pick.choice(other_branches), home.secretary
    else:
        to, actor = pick.choice(neighbour.branches), officer
    return day, lambda: actions.transfer_member(actor=actor, member=member, to=to.unit, on=day)


def _ending(pick: Random, actor: User, member: Member) -> DatedAction:
    day = pick.choice([date(2023, 3, 26), date(2023, 12, 22), _some_day(pick)])
    return day, lambda: actions.end_membership(actor=actor, member=member, state=MemberState.GROWN_OUT, on=day)
