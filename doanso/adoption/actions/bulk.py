"""Attesting many people at once: chosen, sampled by the server, opened, then confirmed."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import families, policy, queries, rules
from doanso.adoption.actions import difficulties
from doanso.adoption.actions.attestation import refuse_if
from doanso.adoption.actions.declarations import attest_drawn_declarations
from doanso.adoption.models import Answer, BulkDraw, DrawnPerson, Rung, Usage, UseAnswer
from doanso.adoption.queries import declarations, use
from doanso.adoption.rules.own_hand import ASKED_AFTER
from doanso.audit.actions import Deed, record, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.tally import actions as tally
from doanso.units.models import Unit

_CHANCE = secrets.SystemRandom()


def _attestable(actor: User, unit: Unit, person_ids: Collection[UUID]) -> QuerySet[Member]:
    found = queries.active_members().filter(person_id__in=person_ids)
    return members.below(policy.ATTEST.filter(actor, found), unit)


@transaction.atomic
def draw_bulk(*, actor: User, unit: Unit, rung: Rung, person_ids: Collection[UUID], happened_on: date) -> BulkDraw:
    """Take down whom the officer chose and draw the sample that must be opened before anything is confirmed.

    Who stands on the rung already is left out. Refused where somebody chosen is not an active member whom the officer
    may attest.
    """
    draw, _waiting = _draw(actor, unit, rung, set(person_ids), happened_on)
    return draw


def _draw(actor: User, unit: Unit, rung: Rung, chosen: set[UUID], happened_on: date) -> tuple[BulkDraw, list[Member]]:
    refuse_if(rules.bulk_problem(len(chosen)))
    refuse_if(rules.day_problem(happened_on, clock.today()))
    stays = _stays(actor, unit, chosen)
    waiting = rules.still_to_reach(rung.level, queries.levels(rung.service_id, chosen, happened_on))
    if not waiting:
        raise Refused(
            Problem(
                "all_there", _("Everybody chosen stands on this rung already; there is nothing to confirm."), "people"
            )
        )
    draw = _drawn(actor, unit, rung, happened_on, dict.fromkeys(waiting))
    return draw, [stays[person] for person in waiting]


def _stays(actor: User, unit: Unit, chosen: Collection[UUID]) -> dict[UUID, Member]:
    """The stays of everybody chosen; refused where one is not an active member whom the officer may attest."""
    stays = {member.person_id: member for member in _attestable(actor, unit, chosen).select_related("person")}
    if set(stays) != set(chosen):
        raise PermissionDenied(policy.ATTEST.name)
    refuse_if(rules.own_record_problem(any(member.person.user_id == actor.pk for member in stays.values())))
    return stays


def _drawn(actor: User, unit: Unit, rung: Rung, happened_on: date, people: Mapping[UUID, Usage | None]) -> BulkDraw:
    """Take down the people of a bulk, each with the own record that it attests, and draw the sample."""
    draw = BulkDraw.objects.create(unit=unit, rung=rung, happened_on=happened_on, drawn_by=actor, drawn_at=clock.now())
    sample = set(_CHANCE.sample(list(people), rules.sample_size(len(people))))
    DrawnPerson.objects.bulk_create(
        DrawnPerson(draw=draw, person_id=person, usage=usage, sampled=person in sample)
        for person, usage in people.items()
    )
    record(actor=actor, verb="adoption.draw_bulk", obj=draw, unit=unit)
    return draw


@transaction.atomic
def draw_declarations(*, actor: User, unit: Unit, declaration_ids: Collection[UUID]) -> BulkDraw:
    """The same for what members have said themselves: all of one rung, and each still waiting."""
    refuse_if(rules.bulk_problem(len(declaration_ids)))
    waiting = list(
        declarations.waiting().filter(pk__in=declaration_ids).select_related("usage__rung").order_by("usage_id")
    )
    if len(waiting) != len(set(declaration_ids)):
        raise Refused(
            Problem(
                "not_waiting",
                _("Some of these are decided already. Look at the list again and choose from what still waits."),
                "declarations",
            )
        )
    usages = {one.usage.person_id: one.usage for one in waiting}
    rungs = {one.rung_id: one.rung for one in usages.values()}
    if len(rungs) != 1:
        raise Refused(
            Problem(
                "several_rungs",
                _("Choose declarations of one service and one rung at a time: filter by it above."),
                "declarations",
            )
        )
    _stays(actor, unit, usages)
    [rung] = rungs.values()
    return _drawn(actor, unit, rung, clock.today(), usages)


def _locked_draw(actor: User, draw_id: UUID) -> BulkDraw:
    draw = BulkDraw.objects.select_for_update(of=("self",)).select_related("rung", "unit").get(pk=draw_id)
    if draw.drawn_by_id != actor.pk:
        raise PermissionDenied(policy.ATTEST.name)
    if draw.attested_at is not None:
        raise Refused(Problem("already_attested", _("This bulk is confirmed already.")))
    return draw


@transaction.atomic
def open_drawn(*, actor: User, draw_id: UUID, person_ids: Collection[UUID]) -> int:
    """The officer has opened these records of the sample; how many were opened for the first time."""
    draw = _locked_draw(actor, draw_id)
    return draw.people.filter(person_id__in=person_ids, sampled=True, opened_at=None).update(opened_at=clock.now())


@transaction.atomic
def attest_many(*, actor: User, draw_id: UUID) -> list[Usage]:
    """Confirm the whole bulk. Refused until every record of the sample was opened, whatever the page showed."""
    draw = _locked_draw(actor, draw_id)
    drawn = list(draw.people.all())
    refuse_if(rules.unopened_problem(sum(one.sampled and one.opened_at is None for one in drawn)))
    people = [one.person_id for one in drawn]
    if any(one.usage_id is not None for one in drawn):
        return attest_drawn_declarations(actor, draw, drawn)
    standing = list(_attestable(actor, draw.unit, people).order_by("person_id"))
    if len(standing) != len(people):
        raise Refused(
            Problem(
                "people_moved",
                _("Somebody chosen has moved or left meanwhile. Choose the members again."),
                "people",
            )
        )
    waiting = set(rules.still_to_reach(draw.rung.level, queries.levels(draw.rung.service_id, people, draw.happened_on)))
    return _confirm(actor, draw, [member for member in standing if member.person_id in waiting])


def _confirm(actor: User, draw: BulkDraw, stays: Sequence[Member]) -> list[Usage]:
    """Write and count what was drawn and opened."""
    rung, today, now = draw.rung, clock.today(), clock.now()
    usages = [
        Usage(
            person_id=member.person_id,
            service_id=rung.service_id,
            rung=rung,
            unit_id=member.branch_id,
            happened_on=draw.happened_on,
            arrived_on=today,
            recorded_at=now,
            grade=rules.SEEN_BY_OFFICER,
            seen_by=actor,
        )
        for member in stays
    ]
    Usage.objects.bulk_create(usages, batch_size=1000)
    draw.attested_at = now
    draw.save(update_fields=["attested_at"])
    record_many(
        [
            Deed(actor=actor, verb="adoption.attest_many", obj=draw, unit=draw.unit_id, changed=["attested_at"]),
            *(Deed(actor=actor, verb="adoption.attest", obj=usage, unit=usage.unit_id) for usage in usages),
        ]
    )
    difficulties.get_over(rung.service_id, [usage.person_id for usage in usages])
    tally.count_many([families.counted(usage, rung.level) for usage in usages])
    return usages


@transaction.atomic
def attest_many_people(
    *, actor: User, unit: Unit, rung: Rung, person_ids: Sequence[UUID], happened_on: date
) -> list[Usage]:
    """The three deeds in one transaction, for callers that are programs: drawn, opened and confirmed by the same rules."""
    draw, waiting = _draw(actor, unit, rung, set(person_ids), happened_on)
    sampled = list(draw.people.filter(sampled=True).values_list("person_id", flat=True))
    opened = open_drawn(actor=actor, draw_id=draw.pk, person_ids=sampled)
    refuse_if(rules.unopened_problem(len(sampled) - opened))
    return _confirm(actor, draw, waiting)


@dataclass(frozen=True, slots=True)
class UseTold:
    """What a member answered about a service that they still have."""

    person_id: UUID
    service_id: str
    answer: str


@transaction.atomic
def answer_use_for_many(*, actor: User, unit: Unit, told: Sequence[UseTold]) -> list[UseAnswer]:
    """Many members of a unit were asked at once; for callers that are programs. A fixed number of statements.

    Only answers of those who are asked today are kept. Whoever can use a service no longer is recorded one by one, since
    the figure follows.
    """
    if any(one.answer not in (Answer.REGULAR, Answer.SELDOM) for one in told):
        raise Refused(Problem("answer_missing", _("Choose one of the answers."), "answer"))
    people = {one.person_id for one in told}
    stays = _stays(actor, unit, people)
    today, now = clock.today(), clock.now()
    asked = {
        (row["person_id"], row["service_id"]): max(
            after for after in ASKED_AFTER if row["reached"] + timedelta(days=after) <= today
        )
        for row in use.due(_attestable(actor, unit, people))
    }
    said = UseAnswer.objects.bulk_create(
        UseAnswer(
            person_id=one.person_id,
            service_id=one.service_id,
            unit_id=stays[one.person_id].branch_id,
            asked_after=asked[one.person_id, one.service_id],
            answer=one.answer,
            answered_on=today,
            recorded_at=now,
            told_by=actor,
        )
        for one in told
        if (one.person_id, one.service_id) in asked
    )
    record_many(Deed(actor=actor, verb="adoption.answer_use", obj=one, unit=one.unit_id) for one in said)
    return said
