"""An officer puts a visit right: what the pair told stays readable, and figures and helps follow in the same transaction."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Rung
from doanso.audit.actions import record
from doanso.lib import clock, database, phone, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.outreach import policy
from doanso.outreach.actions.doors import lock_doors, work_out_doors
from doanso.outreach.actions.visits.help_histories import HelpHistory, lock_told_helps, lock_words, told_alone
from doanso.outreach.actions.visits.posting import post_recount
from doanso.outreach.actions.visits.recounts import plan_recount
from doanso.outreach.actions.visits.residences import Residence, corrected_residence
from doanso.outreach.models import AwaitedConfirmation, How, Teammate, Visit, VisitAmendment, VisitHelp
from doanso.outreach.queries import amendments as reads
from doanso.outreach.queries.doors import find_doors
from doanso.outreach.rules import amendments as rules
from doanso.outreach.rules import visits as visit_rules
from doanso.outreach.rules.amendments import HelpSaid, PersonSaid, VisitSaid
from doanso.outreach.rules.teams import words_problem
from doanso.outreach.rules.visits import PairMember
from doanso.people import actions as people
from doanso.people import queries as known
from doanso.people.actions import BusinessInput, DoorInput
from doanso.people.models import Consent, Contact, Person
from doanso.support import actions as support
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput
from doanso.support.models import Help, HelpSource
from doanso.units.models import Unit

SUPPORT = "support"
_HELP_COLUMNS = ("kind", "before", "after", "obstacle")


@dataclass(slots=True)
class _Amending:
    """One visit being put right: as it stood, as it shall stand, and what holds of both."""

    actor: User
    old: Visit
    new: Visit
    home: UUID
    was: reads.Standing
    said: VisitSaid
    told: list[HelpHistory]
    first: Helper
    second: Helper | None


@transaction.atomic
def amend_visit(*, actor: User, visit: Visit, said: VisitSaid, reason: str, version: str) -> Visit:
    """Put right what is not so in a visit; `version` is the one from which the officer started.

    Nobody says for others that they were there or that they were helped: a second who confirmed stays, and a help that its
    receiver confirmed is not taken away. One that moves to another day or service is a dated new entry at the end of the
    line and waits for its receiver's word anew. Pictures stay.
    """
    policy.AMEND.require(actor, visit)
    if visit.business is not None:
        # Moved to another door it is met there under its name, and names come before rows.
        people.lock_people_and_shops([], [visit.business.name])
    lock_words([visit.pk])
    old = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    was = reads.standing(old)
    changed = rules.changed(was.said, said)
    _require(old, was, changed, reason=reason, version=version)
    home = reads.home_of(old)
    new = _visit_as_said(old, was.said, said, home)
    one = _Amending(actor, old, new, home, was, said, [], _helper(new.first, new.first_name, new.first_kind), None)
    if new.second_how != How.NONE and new.second_name:
        one.second = _helper(new.second, new.second_name, new.second_kind)
    _require_sound(one)
    lock_doors([old.door_id, new.door_id])
    one.told = lock_told_helps(old)
    _correct_people(one)
    post_recount(plan_recount(old, new))
    new.save(force_update=True)
    _correct_helps(one)
    _keep_version(one, changed, reason)
    record(actor=actor, verb="outreach.amend", obj=new, unit=new.unit_id, changed=changed)
    work_out_doors(door_ids={door for door in (old.door_id, new.door_id) if door is not None})
    return new


def _require(old: Visit, was: reads.Standing, changed: Sequence[str], *, reason: str, version: str) -> None:
    """What must hold before anything is looked at more closely."""
    taken_back = Problem("taken_back", _("This visit was taken back. What was said of it stays as it is."))
    meanwhile = _("Somebody changed this visit while you had it open. Look at it as it stands now, then put it right.")
    nothing = Problem("nothing_changed", _("Nothing differs from what stands already."))
    for problem in (
        taken_back if old.taken_back_at is not None else None,
        Problem("changed_meanwhile", meanwhile) if version != was.version else None,
        rules.reason_problem(reason),
        words_problem(reason, "reason"),
        nothing if not changed else None,
    ):
        refuse(problem)


def _visit_as_said(old: Visit, was: VisitSaid, said: VisitSaid, home: UUID) -> Visit:
    """The row as it shall stand; nothing is written but a home that nobody had written down yet."""
    new = copy(old)
    new.happened_on, new.outcome, new.follow_up_on = said.happened_on, said.outcome, said.follow_up_on
    if (was.happened_on, was.began, was.ended) != (said.happened_on, said.began, said.ended):
        new.began_at, new.ended_at = rules.moments(clock.local(old.began_at), clock.local(old.ended_at), was, said)
    if said.second != was.second:
        _set_second(new, was, said, home)
        first = PairMember(new.first_id, new.first_name, new.first_kind, new.first_how)
        second = PairMember(new.second_id, new.second_name, new.second_kind, new.second_how)
        new.paired = visit_rules.is_pair(first, second if new.second_name else None)
        new.paired_on = (old.paired_on or clock.today()) if new.paired else None
    return new


def _set_second(new: Visit, was: VisitSaid, said: VisitSaid, home: UUID) -> None:
    """Somebody else walked along: unconfirmed, unless their own word waits for this visit already."""
    mate = None
    if said.second.teammate_id is not None:
        mate = Teammate.objects.filter(pk=said.second.teammate_id, unit_id__in={home, new.unit_id}).first()
        if mate is None or (mate.pk != new.second_id and not _in_team(mate, said.happened_on)):
            message = _("This teammate is none of the ward's any more. Choose another one.")
            raise Refused(Problem("mate_unknown", message, "second"))
    keeps = rules.keeps_signature(was.second, said.second)
    new.second, new.second_name = mate, mate.name if mate is not None else vietnamese.tidy_name(said.second.name)
    new.second_kind = mate.kind if mate is not None else said.second.kind if new.second_name else ""
    if not keeps:
        new.second_how, new.second_problem, new.signature_sealed = How.NONE, "", b""
    word = AwaitedConfirmation.objects.filter(visit_id=new.pk, teammate=mate) if mate is not None else None
    if word is not None and word.exists():
        word.delete()
        new.second_how, new.second_problem = How.SIGN_IN, ""


def _require_sound(one: _Amending) -> None:
    was, said, old = one.was.said, one.said, one.old
    first = PairMember(old.first_id, old.first_name, old.first_kind, old.first_how)
    members = reads.kept_by_members([it.contact_id for it in was.people])
    for problem in (
        rules.time_problem(was, said, arrived_on=old.arrived_on),
        visit_rules.outcome_problem(
            said.outcome,
            people=len(said.helps),
            helps=len(said.helps),
            happened_on=said.happened_on,
            follow_up_on=said.follow_up_on,
        ),
        rules.second_problem(was, said, how=old.second_how, first=first, same_as_first=_is_first(old, one.new.second)),
        words_problem(said.second.name, "second"),
        name_problem(said.second.name, "second"),
        *(words_problem(it.name, "people") or name_problem(it.name, "people") for it in said.people),
        rules.people_problem(was, said, members=members),
        rules.helps_problem(was, said, one.was.evidence),
        rules.place_problem(was, said, has_place=old.household_id is not None or old.business_id is not None),
        words_problem(said.note, "note"),
    ):
        refuse(problem)
    if was.place != said.place:
        _move(one)


def _is_first(visit: Visit, mate: Teammate | None) -> bool:
    """Whether this teammate is the human being who is the first already: by sign-in or as the same member."""
    if mate is None:
        return False
    first = visit.first
    users = {visit.recorded_by_id} if first is None else {visit.recorded_by_id, first.user_id}
    if mate.pk == visit.first_id or (mate.user_id is not None and mate.user_id in users):
        return True
    if mate.user_id is None and mate.member_id is None and vietnamese.may_be_one_name(mate.name, visit.first_name):
        return True  # of this one nothing but the name is known
    return first is not None and first.member_id is not None and first.member_id == mate.member_id


def _in_team(mate: Teammate, day: date) -> bool:
    return mate.since <= day and (mate.until is None or day < mate.until)


def _helper(mate: Teammate | None, name: str, kind: str) -> Helper:
    return Helper(name, kind, mate.member_id if mate is not None else None, apart=mate is not None)


# --- The door -----------------------------------------------------------------------------------------------------------


def _move(one: _Amending) -> None:
    """Another door: the home or shop that stands there in the register, or a new home; and the drive's door, if it is one."""
    place, new = one.said.place, one.new
    if one.old.business is not None:
        if any(it.receiver == rules.SHOP for it in one.was.said.helps):
            message = _("The shop itself was helped here, so the visit stays with it. Take that help away first.")
            raise Refused(Problem("shop_helped", message, "number"))
        told = BusinessInput(
            one.old.business.name,
            address=DoorInput(place.number, place.street).address,
            neighbourhood_id=place.neighbourhood_id,
            house_number=place.number,
            street=place.street,
        )
        [met] = people.match_or_create_businesses(unit_id=one.home, inputs=[told], locked=True)
        new.business_id = met.business_id
    else:
        door = DoorInput(place.number, place.street, place.neighbourhood_id)
        [home] = people.match_or_create_households(unit_id=one.home, inputs=[door])
        new.household_id = home.household_id
    new.neighbourhood_id = place.neighbourhood_id
    found = find_doors(
        unit=Unit(pk=one.home),
        drive_id=new.drive_id,
        households={new.household_id} if new.household_id is not None else (),
        businesses={new.business_id} if new.business_id is not None else (),
    )
    new.door_id = found[0].door_id if new.drive_id is not None and found else None


# --- People -------------------------------------------------------------------------------------------------------------


def _correct_people(one: _Amending) -> None:
    """Names and numbers as they were told; and where they live, of those whom this visit wrote down at its door."""
    was = {it.contact_id: it for it in one.was.said.people}
    moved = one.was.said.place != one.said.place and one.new.household_id != one.old.household_id
    corrected = {it.contact_id: it for it in one.said.people if it != was[it.contact_id]}
    asked = set(was) if moved else set(corrected)
    for contact in Contact.objects.select_for_update().filter(pk__in=asked, erased_at=None).order_by("pk"):
        changed = _correct_contact(one, contact, corrected.get(contact.pk), moved=moved)
        if changed:
            human = Person(contact.person_id)
            record(actor=one.actor, verb="outreach.amend", obj=human, unit=one.new.unit_id, changed=changed)


def _correct_contact(one: _Amending, contact: Contact, said: PersonSaid | None, *, moved: bool) -> list[str]:
    told = people.particulars_of(contact)
    values = {name: getattr(told, name) for name in people.FIELDS}
    if said is not None:
        number = phone.normalise(said.phone).value if said.phone else ""
        values |= {"name": vietnamese.tidy_name(said.name), "phone": number}
    if moved and one.old.household is not None:
        place = one.said.place
        address = DoorInput(place.number, place.street).address
        residence = Residence(address, place.neighbourhood_id, one.new.household_id)
        values |= corrected_residence(contact, old=one.old, before=one.old.household.address, now=residence)
    return people.change_contact(contact=contact, particulars=people.Particulars(**values))


# --- Helps --------------------------------------------------------------------------------------------------------------


def _correct_helps(one: _Amending) -> None:
    """Those that are said no more are taken back, moved ones corrected, the rest stays in its place; then the new ones."""
    own = {it.key: it for it in one.told if it.standing is not None}
    alone, _shared = told_alone(one.old, list(own.values()))
    apart = {it.pk for it in alone}
    rows = dict(VisitHelp.objects.filter(visit=one.old).values_list("help_id", "pk"))
    kept = {it.key: it for it in one.said.helps if it.key is not None}
    gone, again, placed = [], [], []
    for was in one.was.said.helps:
        assert was.key is not None  # noqa: S101 -- what stands has a key
        told, said = own.get(was.key), kept.get(was.key)
        standing = (
            told.standing if told is not None and told.standing is not None and told.standing.pk in apart else None
        )
        if said is None:
            gone.append((rows[was.key], standing))
        elif (told is not None and told.erased) or _correct_help(one, was, said, standing):
            placed.append(said)
        else:
            again.append(said)
            gone.append((rows[was.key], None))
    # Of what another visit or the office tells too, this one only tells no more.
    VisitHelp.objects.filter(pk__in=[row for row, standing in gone if standing is None]).delete()
    support.take_back_helps(actor=one.actor, helps=[standing for _row, standing in gone if standing is not None])
    database.update_rows(VisitHelp, _HELP_COLUMNS, [(rows[it.key], *_told_of(it)) for it in placed if it.key])
    _add_helps(one, [*again, *(it for it in one.said.helps if it.key is None)])


def _told_of(said: HelpSaid) -> tuple[str, UUID | None, UUID | None, str | None]:
    rungs = dict(Rung.objects.filter(service_id=said.service).values_list("code", "pk"))
    return said.kind, rungs.get(said.before), rungs.get(said.after), said.obstacle or None


def _correct_help(one: _Amending, was: HelpSaid, said: HelpSaid, standing: Help | None) -> bool:
    """Put one help right in its place; `standing` is none where somebody else tells of it too. False: it is another help
    now, or one that was told of for that day already."""
    new_day = one.was.said.happened_on != one.said.happened_on
    if standing is None:
        return not new_day and was.service == said.service
    helper = Helper(standing.helper_name, standing.helper_kind, standing.helper_id)
    second = one.second
    if _same_second(one):
        second = Helper(
            standing.second_helper_name,
            standing.second_helper_kind,
            standing.second_helper_id,
            apart=one.new.second_id is not None,
        )
        if not new_day and was.service == said.service:
            return True
    try:
        support.correct_help(
            actor=one.actor,
            help_id=standing.pk,
            service=said.service,
            happened_on=_day(one) if new_day else standing.happened_on,
            helper=helper,
            second=second,
        )
    except Refused as refused:
        if refused.problem.code != "already_recorded":
            raise
        support.take_back_helps(actor=one.actor, helps=[standing])
        return False
    return True


def _same_second(one: _Amending) -> bool:
    names = ("second_id", "second_name", "second_kind", "second_how")
    return all(getattr(one.old, name) == getattr(one.new, name) for name in names)


def _day(one: _Amending) -> date:
    """The day on which the visit's helps count."""
    return visit_rules.counted_day(one.said.happened_on, one.new.arrived_on)


def _add_helps(one: _Amending, added: Sequence[HelpSaid]) -> None:
    """Helps that the pair forgot to tell of: to somebody who agreed to be written down, to the shop, or to nobody by name."""
    if not added:
        return
    contacts = Contact.objects.in_bulk(
        [UUID(it.receiver) for it in added if it.receiver not in {rules.SHOP, rules.NOBODY}]
    )
    agreed = {pk: _consent(contact) for pk, contact in contacts.items()}
    persons = {pk: people.particulars_of(contact) for pk, contact in contacts.items()}
    shop = one.new.business
    told_shop = BusinessInput(shop.name, address=shop.address, neighbourhood_id=shop.neighbourhood_id) if shop else None
    entries = []
    for said in added:
        pk = UUID(said.receiver) if said.receiver not in {rules.SHOP, rules.NOBODY} else None
        if said.receiver == rules.SHOP and told_shop is None:
            raise Refused(
                Problem("no_business", _("There is no shop at this door that could have been helped."), "helps")
            )
        is_shop = said.receiver == rules.SHOP
        entries.append(
            SupportRecordInput(
                service=said.service,
                happened_on=_day(one),
                person=persons[pk] if pk is not None else None,
                business=told_shop if is_shop else None,
                helper=one.first,
                second=one.second,
                consent=agreed[pk] if pk is not None else None,
                source=HelpSource.VISIT,
                source_id=uuid7(),
                receiver_id=one.new.business_id if is_shop else pk,
            )
        )
    recorded = support.add_helps(actor=one.actor, unit=one.new.unit, entries=entries, home=one.home)
    columns = ("help", "visit", *_HELP_COLUMNS)
    made = [(it.help_id, one.new.pk, *_told_of(said)) for said, it in zip(added, recorded, strict=True)]
    database.insert_rows(VisitHelp, columns, made, keep_known=True)


def _consent(contact: Contact) -> ConsentInput:
    """What somebody agreed to and has not taken back; nobody agrees for them."""
    same = known.same_person(known.canonical([contact.person_id])[contact.person_id])
    found = (
        Consent.objects.filter(person_id__in=same, purpose=SUPPORT, withdrawn_at=None).order_by("-recorded_at").first()
    )
    if found is None:
        message = _("%(name)s has taken back their consent, so nothing more is written down about them.")
        raise Refused(Problem("no_consent", message % {"name": contact.name}, "helps"))
    return ConsentInput((SUPPORT,), found.channel, found.text_version, found.guardian_name)


def _keep_version(one: _Amending, changed: Sequence[str], reason: str) -> None:
    last = VisitAmendment.objects.filter(visit=one.old).order_by("-number").values_list("number", flat=True).first()
    VisitAmendment.objects.create(
        visit=one.old,
        number=(last or 0) + 1,
        amended_at=clock.now(),
        amended_by=one.actor,
        reason=reason.strip()[:200],
        note=one.said.note.strip()[:300],
        changed=list(changed),
        before_sealed=reads.seal_version(one.was.said),
    )
