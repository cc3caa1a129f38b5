"""Build the demo in the order of floors, then the year action by action, each on its own business day."""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from doanso.access import demo as access_demo
from doanso.access.policy import current_role_assignments
from doanso.accounts import queries as accounts
from doanso.accounts.models import User
from doanso.adoption import demo as adoption_demo
from doanso.audit.actions import chain_all
from doanso.cashless import demo as cashless_demo
from doanso.documents import demo as documents_demo
from doanso.events import demo as events_demo
from doanso.home.demo_folder import KEYS, SIGN_INS
from doanso.incoming import demo as incoming_demo
from doanso.ledger.actions import complete_snapshots, fold
from doanso.lib import clock
from doanso.lib.database import learn_sizes, sole_user
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.lib.garbage_collection import collect_rarely
from doanso.lib.model_states import new_models_alone
from doanso.members.demo import register as members_demo
from doanso.members.demo.names import PeopleGenerator
from doanso.members.demo.register import DemoUnit
from doanso.organisation import demo as organisation_demo
from doanso.outreach.demo import drives as drives_demo
from doanso.outreach.demo import teams as teams_demo
from doanso.outreach.demo import visits as visits_demo
from doanso.partners import demo as partners_demo
from doanso.people import actions as people_actions
from doanso.people import demo as people_demo
from doanso.places import demo as places_demo
from doanso.referrals import demo as referrals_demo
from doanso.reports import demo as reports_demo
from doanso.results import demo as results_demo
from doanso.setup import actions as setup_actions
from doanso.signing.verification.own_files import only_own_files
from doanso.support import demo as support_demo
from doanso.targets import demo as targets_demo
from doanso.targets.models import Programme
from doanso.units import demo as units_demo
from doanso.units import queries as units
from doanso.units.models import Unit

MOMENTS = {
    "planning": date(2023, 1, 20),
    "running": date(2023, 11, 12),
    "closing": date(2023, 12, 28),
    # The whole year, and then the wards of 2025.
    "reorganised": date(2025, 7, 15),
}
BEGUN = date(2023, 1, 3)
"""The day on which units are loaded and lists imported."""
PRINTED_UNIT = "28591"
"""The unit whose secretary can sign in: the one that needs most help."""
DAYS_AT_ONCE = 7
RESIDENTS = 2024
"""The seed of the residents, different from that of the members."""
OUTREACH = 2025
"""The seed of the people whom teams, drives and members record."""

Step = Callable[[str], None]


FIRST_MONTH = date(2023, 1, 31)
"""The day up to which a demo is built before it is served; it then grows beside the server."""
YOUNG_OBJECTS = 400_000
"""New objects before the process that builds a demo looks for garbage cycles; they take some 100 MB."""
PAUSE = 0.05
"""Seconds after each day of a served demo in which other processes may write."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """Numbers of what the demo contains."""

    members: int
    dated_actions: int


@dataclass(slots=True)
class Year:
    """A committee with the dated actions of its year, and the progress through them."""

    moment: str
    programmes: Path
    staff: access_demo.Staff
    members: int
    dated_actions: Sequence[DatedAction]
    place: int = 0

    @property
    def is_complete(self) -> bool:
        """Return whether all actions of the year are done."""
        return self.place == len(self.dated_actions)

    @property
    def until(self) -> date:
        """The last day of the actions."""
        return min(MOMENTS[self.moment], MOMENTS["closing"])

    def advance(self, step: Step, *, until: date | None = None, is_served: bool = False) -> None:
        """Carry out each action on its day, up to a day. Days are committed in batches, and figures rolled up every month.

        In a served demo (`is_served`) a batch is one day, so that the write lock is held briefly; the business day of other
        processes follows with each commit; and an action that no longer fits what a visitor has changed is skipped and
        reported. The clock of this process stays on the last day.
        """
        month = 0
        while not self.is_complete and (until is None or self.dated_actions[self.place][0] <= until):
            batch = _batch(self.dated_actions, self.place, until, 1 if is_served else DAYS_AT_ONCE)
            if batch[0][0].month != month:
                _roll_up_all()
                month = batch[0][0].month
            # An action that runs alone opens its own transactions.
            with nullcontext() if isinstance(batch[0][1], SeparateAction) else transaction.atomic():
                for day, do in batch:
                    clock.live_on(day)
                    if is_served:
                        _carry_out_if_possible(do, step)
                    else:
                        do()
                if is_served:
                    # Before the commit: readers must not see a day in the future.
                    clock.set_today(batch[-1][0])
            self.place += len(batch)
            if self.place // 200 != (self.place - len(batch)) // 200:
                step(f"up to {batch[-1][0].isoformat()}: {self.place} of {len(self.dated_actions)} actions")
            if is_served:
                time.sleep(PAUSE)

    def rest(self, step: Step) -> None:
        """Publish the state so far: roll figures up, chain history, set the day that was reached."""
        clock.live_on(FIRST_MONTH)
        clock.set_today(FIRST_MONTH)
        _roll_up_all()
        complete_snapshots()
        chain_all()
        _keep_sign_ins(self.staff.sign_ins)
        step(f"up to {FIRST_MONTH.isoformat()}: {self.place} of {len(self.dated_actions)} actions")

    def finish(self, step: Step) -> DemoSummary:
        """Advance to the moment and bring figures and history up to it."""
        day = MOMENTS[self.moment]
        clock.live_on(day)
        _roll_up_all()
        if self.moment == "reorganised":
            changes = organisation_demo.reorganise_2025(self.staff.administrator, self.programmes)
            step(f"{len(changes)} changes of the organisation")
        clock.set_today(day)
        complete_snapshots()
        chain_all()
        _keep_sign_ins(self.staff.sign_ins)
        step("figures folded, history sealed")
        return DemoSummary(members=self.members, dated_actions=len(self.dated_actions))


def _roll_up_all() -> None:
    while fold():
        pass
    learn_sizes()


def _carry_out_if_possible(do: Callable[[], object], step: Step) -> None:
    try:
        with nullcontext() if isinstance(do, SeparateAction) else transaction.atomic():
            do()
    except Exception as problem:  # noqa: BLE001 -- whatever a visitor has changed, the year goes on
        step(f"passed over, since somebody has changed what it rests on: {type(problem).__name__}: {problem}")


def build(moment: str, step: Step) -> DemoSummary:
    """Create tables and a whole committee in an empty database."""
    _make_tables(step)
    with sole_user(), only_own_files():
        return build_year(moment, step, settings.ROOT / "programmes")


def build_first_month(moment: str, step: Step) -> Year:
    """Create tables and a committee at the end of its first month, or at an earlier moment, in an empty database.

    If the year continues, the caller lets it `advance` and `finish`.
    """
    _make_tables(step)
    with sole_user(), only_own_files():
        year = prepare_year(moment, step, settings.ROOT / "programmes")
        year.advance(step, until=FIRST_MONTH)
        if year.is_complete:
            year.finish(step)
        else:
            year.rest(step)
    return year


def _make_tables(step: Step) -> None:
    collect_rarely(YOUNG_OBJECTS)
    with new_models_alone():
        call_command("migrate", verbosity=0)
    step("tables made")


def build_year(moment: str, step: Step, programmes: Path, *, only: Sequence[str] = ()) -> DemoSummary:
    """Build everything up to the moment; `only` limits it to some units, for tests."""
    try:
        year = prepare_year(moment, step, programmes, only=only)
        year.advance(step)
        return year.finish(step)
    finally:
        clock.live_on(None)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who acts in the year, and where; `printed` is the code of the unit whose sign-ins are printed."""

    city: Unit
    programme: Programme
    staff: access_demo.Staff
    homes: Sequence[DemoUnit]
    printed: str
    member: User
    helper: User | None


def prepare_year(moment: str, step: Step, programmes: Path, *, only: Sequence[str] = ()) -> Year:
    """Create units, actors, targets and members, and return the year of their actions."""
    clock.live_on(BEGUN)
    city = units_demo.load(programmes)
    home_units = [unit for unit in units.children(city) if not only or unit.code in only]
    branches = {unit.code: units.branches(unit.unit) for unit in home_units}
    printed = next((unit for unit in home_units if unit.code == PRINTED_UNIT), home_units[0])
    first_branch = branches[printed.code][0]
    staff = access_demo.appoint(
        city,
        [(unit.unit, unit.short_name) for unit in home_units],
        (first_branch.unit, first_branch.name),
        printed.code,
    )
    for actor in (
        *(staff.administrator, staff.officer, staff.city_secretary, staff.clerk),
        *staff.secretaries.values(),
    ):
        # As in a request: their roles do not change during the year, so they are read once.
        actor.prepared_role_assignments = current_role_assignments(actor)
    # A demo is set up, also where a step was left out.
    setup_actions.put_checklist_away(actor=staff.administrator, unit=city)
    step(f"{len(home_units)} units with {sum(map(len, branches.values()))} branches and the people who act for them")
    programme = targets_demo.load(staff.administrator, programmes)
    results_demo.load_own_indicator(staff.administrator, programmes, settings.DATA / "lists")
    homes = [DemoUnit(unit, branches[unit.code], staff.secretaries[unit.code]) for unit in home_units]
    lists = members_demo.write_lists(settings.DATA / "lists", homes, BEGUN)
    members = members_demo.import_lists(lists, homes)
    person = members_demo.first_member(staff.officer, first_branch.unit)
    member = access_demo.appoint_member(staff, person.contact.name, first_branch.unit, first_branch.name)
    people_actions.link_sign_in(person=person.person, user=member)
    step(f"{members} members, from {len(lists)} lists by the importer")
    last_day = min(MOMENTS[moment], MOMENTS["closing"])
    helper = accounts.user_by_username("congtacvien")
    if helper is not None:
        helper.prepared_role_assignments = current_role_assignments(helper)
    cast = _Cast(city, programme, staff, homes, printed.code, member, helper)
    dated_actions = sorted(_dated_actions(cast, last_day), key=lambda dated: dated[0])
    return Year(moment, programmes, staff, members, dated_actions)


def _dated_actions(cast: _Cast, last_day: date) -> list[DatedAction]:
    """Return what each app's actors do in the year up to its last day, app by app."""
    wards = [(home.unit.unit, home.secretary) for home in cast.homes]
    pairs = visits_demo.visit_stories(wards, printed=cast.printed, helper=cast.helper)
    others = PeopleGenerator(OUTREACH).invent
    documents = documents_demo.DocumentStory(
        cast.city,
        secretary=cast.staff.city_secretary,
        clerk=cast.staff.clerk,
        officer=cast.staff.officer,
        wards=wards,
        printed=cast.printed,
        folder=settings.DATA / KEYS,
    )
    return [
        *targets_demo.year(
            cast.programme,
            [targets_demo.TargetedUnit(home.unit, home.secretary) for home in cast.homes],
            cast.staff.officer,
            last_day,
            cast.printed,
        ),
        *members_demo.year(cast.homes, cast.staff.officer, last_day),
        *adoption_demo.year(wards, cast.staff.officer, last_day),
        *adoption_demo.self_reports(
            wards,
            (cast.member, cast.staff.secretaries[cast.printed]),
            last_day,
        ),
        *support_demo.year(
            wards,
            cast.staff.officer,
            PeopleGenerator(RESIDENTS).invent,
            last_day,
            lists=settings.DATA / "lists",
            printed=cast.printed,
            bring={code: teller.bring for code, teller in pairs.items()},
        ),
        *teams_demo.year(wards, others, last_day, printed=cast.printed, helper=cast.helper),
        *drives_demo.year(wards, others, last_day, printed=cast.printed, helper=cast.helper),
        *referrals_demo.year(wards, others, last_day, member=cast.member, printed=cast.printed),
        *visits_demo.year(pairs, last_day, printed=cast.printed, helper=cast.helper),
        *cashless_demo.year(wards, last_day, officer=cast.staff.officer, printed=cast.printed, helper=cast.helper),
        *people_demo.year(wards, cast.staff.officer, last_day, printed=cast.printed),
        *reports_demo.year(
            cast.programme,
            [reports_demo.ReportingUnit(home.unit, home.secretary) for home in cast.homes],
            cast.staff.officer,
            last_day,
            cast.printed,
        ),
        *documents.schedule(last_day),
        *places_demo.year(
            wards,
            city=cast.city,
            officer=cast.staff.officer,
            administrator=cast.staff.administrator,
            until=last_day,
            printed=cast.printed,
        ),
        *results_demo.year(
            cast.programme,
            wards,
            city=cast.city,
            officer=cast.staff.officer,
            administrator=cast.staff.administrator,
            until=last_day,
            printed=cast.printed,
        ),
        *events_demo.year(
            wards,
            city=cast.city,
            officer=cast.staff.officer,
            administrator=cast.staff.administrator,
            until=last_day,
            issue_report=documents.issue_report,
        ),
        *incoming_demo.year(cast.city, clerk=cast.staff.clerk, officer=cast.staff.officer, until=last_day),
        *partners_demo.year(cast.city, officer=cast.staff.officer, wards=wards, until=last_day, printed=cast.printed),
    ]


def _batch(ordered: Sequence[DatedAction], place: int, until: date | None, days: int) -> list[DatedAction]:
    """Return the actions that are committed together from there on: a few days, up to an action that runs alone."""
    lot = [ordered[place]]
    if isinstance(lot[0][1], SeparateAction):
        return lot
    for dated_action in ordered[place + 1 :]:
        too_late = until is not None and dated_action[0] > until
        if too_late or (dated_action[0] - lot[0][0]).days >= days or isinstance(dated_action[1], SeparateAction):
            break
        lot.append(dated_action)
    return lot


def _keep_sign_ins(sign_ins: Sequence[access_demo.SignIn]) -> None:
    """Write the printed passwords to a file that only the folder's owner can read."""
    path = settings.DATA / SIGN_INS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(sign_in) for sign_in in sign_ins], file, ensure_ascii=False, indent=1)
