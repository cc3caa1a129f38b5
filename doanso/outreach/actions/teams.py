"""Actions on teams and teammates: by whose decision, and from when until when. A teammate who leaves loses card and sign-in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, formats, vietnamese
from doanso.lib.dated_rows import not_over
from doanso.lib.form_keys import save_once
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused
from doanso.members import policy as members_policy
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.outreach import policy
from doanso.outreach.actions.cards import revoke_cards
from doanso.outreach.actions.preconditions import lock_team, lock_teammate, refuse_any, require_active
from doanso.outreach.actions.sign_ins import align_roles
from doanso.outreach.models import Body, Card, Team, Teammate, Visit, VisitAmendment
from doanso.outreach.queries.teams import teammates_of
from doanso.outreach.rules import teams as rules
from doanso.support import queries as support
from doanso.support.actions import forget_first_helpers
from doanso.support.models import HelperKind, SupportRecord
from doanso.sync.actions.retention import forget_records
from doanso.sync.models import Device
from doanso.units import queries as units
from doanso.units.models import Neighbourhood, Unit


@dataclass(frozen=True, slots=True)
class TeamInput:
    """The data of a team's decision. `until` is the first day after it; services by their codes."""

    name: str
    since: date
    until: date | None = None
    neighbourhood: Neighbourhood | None = None
    decision_number: str = ""
    decided_on: date | None = None
    decided_by: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeammateInput:
    """The data of a teammate. The name of a member of the Union comes from the register."""

    kind: str
    body: str
    since: date
    name: str = ""
    until: date | None = None
    is_head: bool = False
    member: Member | None = None
    trained_on: date | None = None
    training: str = ""


# --- Teams --------------------------------------------------------------------------------------------------------------


def _services(inputs: TeamInput) -> list[Service]:
    return [service for service in support.recordable_services() if service.pk in inputs.services]


def _team_problems(team: Team, inputs: TeamInput) -> Iterable[Problem | None]:
    today = clock.today()
    if not inputs.name.strip():
        yield Problem("team_name_missing", _("Write the team's name."), "name")
    yield rules.words_problem(inputs.name, "name")
    yield name_problem(inputs.name)
    yield rules.words_problem(inputs.decided_by, "decided_by")
    yield name_problem(inputs.decided_by, "decided_by")
    yield rules.term_problem(inputs.since, inputs.until, today)
    yield rules.decision_problem(inputs.decided_on, today)
    neighbourhood = inputs.neighbourhood
    if neighbourhood is not None and neighbourhood.pk not in {area.pk for area in units.neighbourhoods(team.unit)}:
        yield Problem("neighbourhood_unknown", _("Choose a neighbourhood of this unit."), "neighbourhood")
    if len(_services(inputs)) != len(set(inputs.services)):
        yield Problem("service_unknown", _("Choose services of the list."), "services")
    others = Team.objects.filter(not_over(today), unit=team.unit).exclude(pk=team.pk)
    folded = vietnamese.fold(inputs.name)
    if any(vietnamese.fold(name) == folded for name in others.values_list("name", flat=True)):
        yield Problem("team_name_taken", _("The unit has a team of this name; choose another one."), "name")


def _write(team: Team, inputs: TeamInput) -> list[str]:
    """Write the inputs into the team; return the names of fields that changed."""
    values = {
        "name": " ".join(inputs.name.split()),
        "neighbourhood": inputs.neighbourhood,
        "decision_number": " ".join(inputs.decision_number.split()),
        "decided_on": inputs.decided_on,
        "decided_by": " ".join(inputs.decided_by.split()),
        "since": inputs.since,
        "until": inputs.until,
    }
    changed = [name for name, value in values.items() if getattr(team, name) != value]
    for name in changed:
        setattr(team, name, values[name])
    return changed


@transaction.atomic
def make_team(*, actor: User, unit: Unit, inputs: TeamInput) -> Team:
    """Make a team of the unit as it was decided; its teammates are added one by one."""
    policy.MANAGE.require_at(actor, unit)
    team = Team(unit=unit)
    refuse_any((rules.unit_problem(unit.kind), *_team_problems(team, inputs)))
    _write(team, inputs)
    save_once(save=partial(team.save, force_insert=True), known=lambda: refuse_any(_team_problems(team, inputs)))
    team.services.set(_services(inputs))
    record(actor=actor, action="outreach.make_team", obj=team, unit=unit)
    return team


@transaction.atomic
def change_team(*, actor: User, team_id: UUID, inputs: TeamInput) -> Team:
    """Change the team as a newer decision has it. An earlier end ends all cards and sign-ins on that day too."""
    team = lock_team(actor, team_id)
    require_active(team)
    mates = Teammate.objects.filter(not_over(clock.today()), team=team)
    refuse_any(
        (
            *_team_problems(team, inputs),
            rules.around_people_problem(inputs.since, inputs.until, mates.values_list("since", flat=True)),
        )
    )
    changed = _write(team, inputs)
    if set(team.services.values_list("pk", flat=True)) != set(inputs.services):
        team.services.set(_services(inputs))
        changed.append("services")
    if not changed:
        return team
    save = partial(team.save, update_fields=[name for name in changed if name != "services"])
    save_once(save=save, known=lambda: refuse_any(_team_problems(team, inputs)))
    record(actor=actor, action="outreach.change_team", obj=team, unit=team.unit, changed=changed)
    if "until" in changed:
        align_roles(actor=actor, unit=team.unit, user_ids=_users(list(mates)))
    return team


@transaction.atomic
def end_team(*, actor: User, team_id: UUID, on: date) -> Team:
    """End the team from that day on, with every term, card and sign-in."""
    team = lock_team(actor, team_id)
    require_active(team)
    refuse_any([rules.end_problem(team.since, on, clock.today())])
    going = Teammate.objects.select_for_update(no_key=True).filter(not_over(on), team=team)
    mates = list(going.order_by("pk"))
    for mate in mates:
        mate.until = max(on, mate.since)
    Teammate.objects.bulk_update(mates, ["until"])
    team.until = on
    team.save(update_fields=["until"])
    record(actor=actor, action="outreach.end_team", obj=team, unit=team.unit)
    record_many([AuditEventInput(actor, "outreach.end_term", mate, team.unit) for mate in mates])
    _fall(actor, team.unit, mates)
    return team


# --- People of a team ---------------------------------------------------------------------------------------------------


def _mate_problems(team: Team, mate: Teammate, inputs: TeammateInput, name: str) -> Iterable[Problem | None]:
    today = clock.today()
    yield rules.name_problem(name)
    yield rules.words_problem(inputs.training, "training")
    if inputs.kind not in HelperKind.values:
        yield Problem("kind_unknown", _("Say whether this is a youth or an official."), "kind")
    if inputs.body not in Body.values:
        yield Problem("body_unknown", _("Say where the person comes from."), "body")
    yield rules.term_problem(inputs.since, inputs.until, today)
    yield rules.mate_term_problem(inputs.since, inputs.until, team_since=team.since, team_until=team.until)
    if inputs.trained_on is not None and not rules.FIRST_DAY <= inputs.trained_on <= today:
        yield Problem("trained_wrong", _("The day of the training lies ahead or far back."), "trained_on")
    others = Teammate.objects.filter(not_over(today), team=team).exclude(pk=mate.pk)
    for other in others:
        if inputs.is_head and other.is_head:
            message = _("%(name)s is head of this team. Take that from them first, or end their term.")
            yield Problem("second_head", message % {"name": other.name}, "is_head")
        if inputs.member is not None and other.member_id == inputs.member.pk:
            yield Problem("member_twice", _("This member is in the team already."), "name")


def _require_member_of(actor: User, unit: Unit, member: Member | None) -> None:
    """Require a member of the unit's own register, whom the actor may see."""
    if member is None:
        return
    own = members_policy.VIEW.filter(actor, members.stays_below(members.all_stays(), unit))
    if not own.filter(pk=member.pk, state="active").exists():
        message = _("This is no member of the unit's register today; search again.")
        raise Refused(Problem("member_unknown", message, "name"))


def _write_mate(mate: Teammate, inputs: TeammateInput, name: str) -> list[str]:
    values = {
        "name": name,
        "sort_key": vietnamese.sort_key(name),
        "kind": inputs.kind,
        "body": inputs.body,
        "is_head": inputs.is_head,
        "member": inputs.member,
        "trained_on": inputs.trained_on,
        "training": " ".join(inputs.training.split()),
        "since": inputs.since,
        "until": inputs.until,
    }
    changed = [field for field, value in values.items() if getattr(mate, field) != value]
    for field in changed:
        setattr(mate, field, values[field])
    return changed


def _called(inputs: TeammateInput) -> str:
    return vietnamese.tidy_name(inputs.member.contact.name if inputs.member is not None else inputs.name)


@transaction.atomic
def add_teammate(*, actor: User, team_id: UUID, inputs: TeammateInput) -> Teammate:
    """Add a teammate: of the Union's register, or of another body by name alone."""
    team = lock_team(actor, team_id)
    require_active(team)
    _require_member_of(actor, team.unit, inputs.member)
    mate, name = Teammate(team=team, unit=team.unit), _called(inputs)
    refuse_any(_mate_problems(team, mate, inputs, name))
    _write_mate(mate, inputs, name)
    mate.save(force_insert=True)
    record(actor=actor, action="outreach.add_teammate", obj=mate, unit=team.unit)
    return mate


@transaction.atomic
def change_teammate(*, actor: User, teammate_id: UUID, inputs: TeammateInput) -> Teammate:
    """Correct a teammate's data. The member does not change: another member is added as a new teammate."""
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    if (inputs.member.pk if inputs.member is not None else None) != mate.member_id:
        message = _("Another person is added anew; here only this one's own data are changed.")
        raise Refused(Problem("member_changed", message, "name"))
    name = _called(inputs)
    refuse_any(_mate_problems(team, mate, inputs, name))
    changed = _write_mate(mate, inputs, name)
    if not changed:
        return mate
    mate.save(update_fields=changed)
    shown = [field for field in changed if field != "sort_key"]
    record(actor=actor, action="outreach.change_teammate", obj=mate, unit=team.unit, changed=shown)
    if "until" in changed:
        align_roles(actor=actor, unit=team.unit, user_ids=_users([mate]))
    return mate


@transaction.atomic
def end_term(*, actor: User, teammate_id: UUID, on: date) -> Teammate:
    """End a teammate's term from that day on; the card ends and, unless another team needs it, the sign-in."""
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    refuse_any([rules.end_problem(mate.since, on, clock.today())])
    mate.until = on
    mate.save(update_fields=["until"])
    record(actor=actor, action="outreach.end_term", obj=mate, unit=team.unit)
    _fall(actor, team.unit, [mate])
    return mate


def _users(mates: Sequence[Teammate]) -> list[UUID]:
    return [mate.user_id for mate in mates if mate.user_id is not None]


def _fall(actor: User, unit: Unit, mates: Sequence[Teammate]) -> None:
    """Revoke the cards and end the roles of those whose term has ended."""
    revoke_cards(actor=actor, unit=unit, mates=mates)
    align_roles(actor=actor, unit=unit, user_ids=_users(mates))


@transaction.atomic
def forget_persons(person_ids: Collection[UUID]) -> None:
    """Remove the identity of these persons from teams and pairs, and what phones sent of their visits.

    Their visits stay; a term that is not over ends today, and their cards become invalid. Teammates and cards rank before the
    names and persons that an erasure has locked by now, so that it does not wait for one.
    """
    _forget_visitors_in_no_team(person_ids)
    keys = list(teammates_of(person_ids).values_list("pk", flat=True))
    if not keys:
        return
    for rows in (Teammate.objects.filter(pk__in=keys), Card.objects.filter(teammate__in=keys)):
        locked = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        if len(locked.values_list("pk")) != rows.count():
            message = _("A team of this person is being worked on just now; try again in a moment.")
            raise Refused(Problem("team_busy", message))
    today = clock.today()
    mates = Teammate.objects.filter(pk__in=keys)
    mates.filter(not_over(today)).update(until=Greatest("since", Value(today)))
    mates.update(name=formats.NONE, sort_key="", member=None, training="")
    Card.objects.filter(teammate__in=keys).update(keys_encrypted=b"")
    Card.objects.filter(teammate__in=keys, revoked_at=None).update(revoked_at=clock.now())
    visits = list(Visit.objects.filter(Q(first__in=keys) | Q(second__in=keys)).values_list("pk", flat=True))
    Visit.objects.filter(first__in=keys).update(first_name=formats.NONE)
    Visit.objects.filter(second__in=keys).update(second_name=formats.NONE, signature_encrypted=b"")
    VisitAmendment.objects.filter(visit__in=visits).update(before_encrypted=b"")
    forget_records(visits)


def _forget_visitors_in_no_team(person_ids: Collection[UUID]) -> None:
    """Remove the names of these persons from visits that their own phones recorded while they were in no team."""
    users = list(User.objects.filter(person__in=person_ids).values_list("pk", flat=True))
    if not users:
        return
    # An officer may have handed in the phone's records; the first of the pair is the phone's holder all the same.
    phones = list(Device.objects.filter(user__in=users).values_list("pk", flat=True))
    own = Q(device_id__in=phones) | Q(device_id=None, recorded_by__in=users)
    visits = list(Visit.objects.filter(own, first=None).values_list("pk", flat=True))
    Visit.objects.filter(pk__in=visits).update(first_name=formats.NONE)
    VisitAmendment.objects.filter(visit__in=visits).update(before_encrypted=b"")
    forget_first_helpers(SupportRecord.objects.filter(visit_help__visit__in=visits))
    forget_records(visits)
