"""Attest many people at once: chosen, sampled by the server, opened, then confirmed."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import families, policy, queries, rules
from doanso.adoption.actions import difficulties
from doanso.adoption.actions.declarations import attest_drawn_declarations
from doanso.adoption.models import AdoptionStage, BulkDraw, DrawnPerson, Usage, UseAnswer, UseAnswerKind
from doanso.adoption.queries import declarations, usage_figures
from doanso.adoption.rules.self_report import ASKED_AFTER
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.ledger import actions as ledger
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.units import queries as units
from doanso.units.models import Unit

_CHANCE = secrets.SystemRandom()


def _attestable(actor: User, unit: Unit, person_ids: Collection[UUID]) -> QuerySet[Member]:
    stays = queries.active_members().filter(person_id__in=person_ids)
    return members.stays_below(policy.ATTEST.filter(actor, stays), unit)


@transaction.atomic
def draw_bulk(
    *, actor: User, unit: Unit, stage: AdoptionStage, person_ids: Collection[UUID], happened_on: date
) -> BulkDraw:
    """Store the chosen members and draw the sample that must be opened before anything is confirmed.

    Members who are on the stage already are left out. Refused where a chosen person is not an active member whom the officer
    may attest.
    """
    chosen = list(dict.fromkeys(person_ids))
    _require_bulk(chosen, happened_on)
    _branches(actor, unit, chosen)
    waiting = _waiting(stage, queries.level_by_person(stage.service_id, chosen, happened_on))
    return _store_draw(actor, unit, stage, happened_on, dict.fromkeys(waiting))


def _require_bulk(chosen: Collection[UUID], happened_on: date) -> None:
    refuse(rules.bulk_problem(len(chosen)))
    refuse(rules.day_problem(happened_on, clock.today()))


def _waiting(stage: AdoptionStage, levels: Mapping[UUID, int]) -> list[UUID]:
    """Return those of the chosen persons who are below the stage; refused where there are none."""
    waiting = rules.still_to_reach(stage.level, levels)
    if not waiting:
        raise Refused(
            Problem(
                "all_there", _("Everybody chosen stands on this stage already; there is nothing to confirm."), "people"
            )
        )
    return waiting


def _branches(actor: User, unit: Unit, chosen: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the branches of the chosen persons; refused where one is not an active member whom the officer may attest."""
    rows = _attestable(actor, unit, chosen).values_list("person_id", "branch_id", "person__user_id")
    return _require_attestable(actor, chosen, {person: (branch, user) for person, branch, user in rows})


def _require_attestable(
    actor: User, chosen: Collection[UUID], stays_by_person: Mapping[UUID, tuple[UUID, UUID | None]]
) -> dict[UUID, UUID]:
    """Return the branches of the chosen persons, given the branch and account of each whom the officer may attest; see
    `_branches`.
    """
    if stays_by_person.keys() != set(chosen):
        raise PermissionDenied(policy.ATTEST.name)
    refuse(rules.own_record_problem(any(user == actor.pk for _branch, user in stays_by_person.values())))
    return {person: stays_by_person[person][0] for person in chosen}


def _store_draw(
    actor: User, unit: Unit, stage: AdoptionStage, happened_on: date, people: Mapping[UUID, Usage | None]
) -> BulkDraw:
    """Store the people of a bulk, each with the own record that it attests, and draw the sample."""
    draw = BulkDraw.objects.create(
        unit=unit, stage=stage, happened_on=happened_on, drawn_by=actor, drawn_at=clock.now()
    )
    sample = _sample(people)
    rows = [
        (draw.pk, person, usage.pk if usage is not None else None, person in sample, None)
        for person, usage in people.items()
    ]
    database.insert_rows(DrawnPerson, _DRAWN_COLUMNS, rows)
    record(actor=actor, action="adoption.draw_bulk", obj=draw, unit=unit)
    return draw


_DRAWN_COLUMNS = ("draw", "person", "usage", "sampled", "opened_at")


def _sample(people: Collection[UUID]) -> set[UUID]:
    """Return the sample of a bulk: the persons whose records must be opened."""
    return set(_CHANCE.sample(list(people), rules.sample_size(len(people))))


@transaction.atomic
def draw_declarations(*, actor: User, unit: Unit, declaration_ids: Collection[UUID]) -> BulkDraw:
    """Draw a bulk of members' own declarations, all of one stage and all still waiting."""
    refuse(rules.bulk_problem(len(declaration_ids)))
    waiting = list(
        declarations.waiting_declarations()
        .filter(pk__in=declaration_ids)
        .select_related("usage__stage")
        .order_by("usage_id")
    )
    if len(waiting) != len(set(declaration_ids)):
        raise Refused(
            Problem(
                "not_waiting",
                _("Some of these are decided already. Look at the list again and choose from what still waits."),
                "declarations",
            )
        )
    usages = {declaration.usage.person_id: declaration.usage for declaration in waiting}
    stages = {usage.stage_id: usage.stage for usage in usages.values()}
    if len(stages) != 1:
        raise Refused(
            Problem(
                "several_stages",
                _("Choose declarations of one service and one stage at a time: filter by it above."),
                "declarations",
            )
        )
    _branches(actor, unit, usages)
    [stage] = stages.values()
    return _store_draw(actor, unit, stage, clock.today(), usages)


def _locked_draw(actor: User, draw_id: UUID) -> BulkDraw:
    draw = BulkDraw.objects.select_for_update(of=("self",)).select_related("stage", "unit").get(pk=draw_id)
    if draw.drawn_by_id != actor.pk:
        raise PermissionDenied(policy.ATTEST.name)
    if draw.attested_at is not None:
        raise Refused(Problem("already_attested", _("This bulk is confirmed already.")))
    return draw


@transaction.atomic
def mark_opened(*, actor: User, draw_id: UUID, person_ids: Collection[UUID]) -> int:
    """Mark records of the sample as opened by the officer; return how many were opened for the first time."""
    draw = _locked_draw(actor, draw_id)
    return draw.people.filter(person_id__in=person_ids, sampled=True, opened_at=None).update(opened_at=clock.now())


@transaction.atomic
def attest_many(*, actor: User, draw_id: UUID) -> list[Usage]:
    """Confirm the whole bulk. Refused until every record of the sample was opened, whatever the page showed."""
    draw = _locked_draw(actor, draw_id)
    drawn = list(draw.people.all())
    refuse(
        rules.unopened_problem(sum(drawn_person.sampled and drawn_person.opened_at is None for drawn_person in drawn))
    )
    people = [drawn_person.person_id for drawn_person in drawn]
    if any(drawn_person.usage_id is not None for drawn_person in drawn):
        return attest_drawn_declarations(actor, draw, drawn)
    rows = _attestable(actor, draw.unit, people).order_by("person_id").values_list("person_id", "branch_id")
    branches = dict(rows)
    if len(branches) != len(people):
        raise Refused(
            Problem(
                "people_moved",
                _("Somebody chosen has moved or left meanwhile. Choose the members again."),
                "people",
            )
        )
    waiting = set(
        rules.still_to_reach(draw.stage.level, queries.level_by_person(draw.stage.service_id, people, draw.happened_on))
    )
    draw.attested_at = clock.now_after(queries.last_recorded_at(draw.stage.service_id, waiting, draw.happened_on))
    draw.save(update_fields=["attested_at"])
    usages = _usages(draw, {person: branch for person, branch in branches.items() if person in waiting})
    _confirm([(draw, usages)])
    return usages


def _usages(draw: BulkDraw, branches: Mapping[UUID, UUID]) -> list[Usage]:
    """Return the unsaved usages that a bulk states of these persons, each with the branch."""
    stage, today = draw.stage, clock.today()
    return [
        database.new_object(
            Usage,
            person_id=person,
            service_id=stage.service_id,
            stage_id=stage.pk,
            unit_id=branch,
            happened_on=draw.happened_on,
            arrived_on=today,
            recorded_at=draw.attested_at,
            grade=rules.SEEN_BY_OFFICER,
            seen_by_id=draw.drawn_by_id,
        )
        for person, branch in branches.items()
    ]


def _confirm(bulks: Sequence[tuple[BulkDraw, Sequence[Usage]]], events: Sequence[AuditEventInput] = ()) -> None:
    """Write and count the members drawn and opened, after these audit events."""
    history, counted = list(events), []
    over: dict[str, list[UUID]] = defaultdict(list)
    for draw, usages in bulks:
        actor, level = draw.drawn_by, draw.stage.level
        history.append(AuditEventInput(actor, "adoption.attest_many", draw, draw.unit_id, ["attested_at"]))
        history += [AuditEventInput(actor, "adoption.attest", usage, usage.unit_id) for usage in usages]
        counted += [families.fact_of(usage, level) for usage in usages]
        over[draw.stage.service_id] += [usage.person_id for usage in usages]
    database.insert_objects([usage for _draw, usages in bulks for usage in usages])
    record_many(history)
    for service_id, people in over.items():
        difficulties.end_difficulty(service_id, people)
    ledger.count_many(counted)


class BulkInput(NamedTuple):
    """One officer's bulk: the persons of a unit seen on a stage on a day."""

    actor: User
    unit: Unit
    stage: AdoptionStage
    person_ids: Collection[UUID]
    happened_on: date


@transaction.atomic
def attest_many_people(
    *, actor: User, unit: Unit, stage: AdoptionStage, person_ids: Sequence[UUID], happened_on: date
) -> list[Usage]:
    """Attest one bulk; see `attest_bulks`."""
    [usages] = attest_bulks([BulkInput(actor, unit, stage, person_ids, happened_on)])
    return usages


def _branches_of_bulks(bulks: Sequence[BulkInput]) -> list[dict[UUID, UUID]]:
    """Return the branches of each bulk's persons as `_branches` does; two statements for all officers of the bulks' own units."""
    own_units = {bulk.unit.pk for bulk in bulks if bulk.unit.pk in policy.ATTEST.roots(bulk.actor)}
    people = {person for bulk in bulks if bulk.unit.pk in own_units for person in bulk.person_ids}
    stays = {person: (branch, user) for person, branch, user in queries.active_stays_of(people)}
    below = units.subtree_ids_today(own_units)
    branches = []
    for bulk in bulks:
        chosen = list(dict.fromkeys(bulk.person_ids))
        if bulk.unit.pk not in policy.ATTEST.roots(bulk.actor):
            branches.append(_branches(bulk.actor, bulk.unit, chosen))
            continue
        attestable = {
            person: stays[person] for person in chosen if person in stays and stays[person][0] in below[bulk.unit.pk]
        }
        branches.append(_require_attestable(bulk.actor, chosen, attestable))
    return branches


@transaction.atomic
def attest_bulks(bulks: Sequence[BulkInput]) -> list[list[Usage]]:
    """Draw, open and confirm bulks by the same rules in one transaction, for callers that are programs.

    Returns the records of each bulk. For officers of the bulks' own units the number of statements depends on how many
    services are attested, not on how many bulks. Refused as a whole. ValueError where two bulks state the same person's
    use of one service.
    """
    named = Counter((bulk.stage.service_id, person) for bulk in bulks for person in set(bulk.person_ids))
    if any(count > 1 for count in named.values()):
        raise ValueError("Two bulks of one call state the same person's use of one service.")
    for bulk in bulks:
        _require_bulk(set(bulk.person_ids), bulk.happened_on)
    branches = _branches_of_bulks(bulks)
    wanted: dict[tuple[str, date], list[UUID]] = defaultdict(list)
    for bulk, homes in zip(bulks, branches, strict=True):
        wanted[bulk.stage.service_id, bulk.happened_on] += homes
    levels = {key: queries.level_by_person(key[0], people, key[1]) for key, people in wanted.items()}
    now = clock.now()
    confirmed, drawn, events = [], [], []
    for bulk, homes in zip(bulks, branches, strict=True):
        levels_by_person = levels[bulk.stage.service_id, bulk.happened_on]
        waiting = _waiting(bulk.stage, {person: levels_by_person[person] for person in homes})
        draw = BulkDraw(
            unit=bulk.unit,
            stage=bulk.stage,
            happened_on=bulk.happened_on,
            drawn_by=bulk.actor,
            drawn_at=now,
            attested_at=now,
        )
        sample = _sample(waiting)
        drawn += [(draw.pk, person, None, person in sample, now if person in sample else None) for person in waiting]
        events.append(AuditEventInput(bulk.actor, "adoption.draw_bulk", draw, bulk.unit))
        confirmed.append((draw, _usages(draw, {person: homes[person] for person in waiting})))
    database.insert_objects([draw for draw, _usages in confirmed])
    database.insert_rows(DrawnPerson, _DRAWN_COLUMNS, drawn)
    _confirm(confirmed, events)
    return [usages for _draw, usages in confirmed]


@dataclass(frozen=True, slots=True)
class UseAnswerInput:
    """A member's answer about a service that they still have."""

    person_id: UUID
    service_id: str
    answer: str


@transaction.atomic
def answer_use_for_many(*, actor: User, unit: Unit, inputs: Sequence[UseAnswerInput]) -> list[UseAnswer]:
    """Record the answers of many members of a unit, for callers that are programs. A fixed number of statements.

    Only answers of members with an open question are kept. A member who can no longer use a service is recorded singly, because
    the figure changes.
    """
    if any(entry.answer not in (UseAnswerKind.REGULAR, UseAnswerKind.SELDOM) for entry in inputs):
        raise Refused(Problem("answer_missing", _("Choose one of the answers."), "answer"))
    people = {entry.person_id for entry in inputs}
    branches = _branches(actor, unit, people)
    today, now = clock.today(), clock.now()
    open_questions = {
        (row["person_id"], row["service_id"]): max(
            after for after in ASKED_AFTER if row["reached"] + timedelta(days=after) <= today
        )
        for row in usage_figures.due_questions(_attestable(actor, unit, people))
    }
    answers = [
        database.new_object(
            UseAnswer,
            person_id=entry.person_id,
            service_id=entry.service_id,
            unit_id=branches[entry.person_id],
            asked_after=open_questions[entry.person_id, entry.service_id],
            answer=entry.answer,
            answered_on=today,
            recorded_at=now,
            reported_by_id=actor.pk,
        )
        for entry in inputs
        if (entry.person_id, entry.service_id) in open_questions
    ]
    database.insert_objects(answers)
    record_many(
        AuditEventInput(actor=actor, action="adoption.answer_use", obj=entry, unit=entry.unit_id) for entry in answers
    )
    return answers
