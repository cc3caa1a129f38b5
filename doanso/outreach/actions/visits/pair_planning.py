"""Stage 3, plan: who was at a door as far as there is evidence. Pure: reads and writes nothing."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem
from doanso.outreach.actions.visits.batches import BatchMatch, PairMatch, PairPlan, VisitItem
from doanso.outreach.models import How, Teammate
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.teams import words_problem
from doanso.outreach.rules.visits import PairMember
from doanso.support.actions import Helper


def plan_pair(match: BatchMatch, visit_item: VisitItem) -> PairPlan:
    """Return the pair of a visit, the evidence for the second, and why it proves nothing."""
    holder_id = match.batch.holder_of(visit_item).pk
    first = _first_member(match, visit_item)
    named_id, how, problem_code = _shown_second(match.pairs, visit_item)
    signature = ""
    payload = visit_item.payload.second
    if payload is not None and payload.how == How.SIGNATURE and rules.is_signature(payload.proof):
        signature = payload.proof
    teammate = _teammate(match.pairs, named_id)
    if _is_also_first(match.pairs, visit_item, first, teammate, holder_id):
        problem_code = problem_code or "same_person"
    if problem_code:
        how = How.NONE
    if how == How.NONE and (confirmer := _confirmer(match.pairs, visit_item, first, teammate, holder_id)) is not None:
        teammate, how, problem_code = confirmer, How.SIGN_IN, ""
    second, problem = None, None
    if teammate is not None:
        second = PairMember(teammate.pk, teammate.name, teammate.kind, how)
    elif payload is not None and payload.name:
        second = PairMember(None, payload.name, payload.kind, how)
        problem = words_problem(payload.name, "pair.second.name") or name_problem(payload.name, "pair.second.name")
    first_teammate = _teammate(match.pairs, first.teammate_id)
    team_id = first_teammate.team_id if first_teammate is not None else None
    return PairPlan(first, second, problem_code, signature, team_id, problem)


def helper_of(pairs: PairMatch, member: PairMember) -> Helper:
    """Return one of a pair as the helper of a support record."""
    teammate = _teammate(pairs, member.teammate_id)
    member_id = teammate.member_id if teammate is not None else None
    # Whether a teammate is the first as well was judged by more than the name.
    return Helper(member.name, member.kind, member_id, apart=teammate is not None)


def helped_self_problem(pairs: PairMatch, visit_item: VisitItem, pair: PairPlan) -> Problem | None:
    """Return why a member of the pair can't have helped this receiver: name and year of birth are their own.

    The phone asks where the names alone agree, since two people may have one name.
    """
    members = [pair.first] if pair.second is None else [pair.first, pair.second]
    teammates = [_teammate(pairs, member.teammate_id) for member in members]
    contacts = [
        teammate.member.contact for teammate in teammates if teammate is not None and teammate.member is not None
    ]
    for guest in visit_item.payload.guests:
        person = guest.person
        if person is not None and any(
            contact.birth_year
            and person.birth_year == contact.birth_year
            and vietnamese.may_be_one_name(person.name, contact.name)
            for contact in contacts
        ):
            message = _("Who helped and who was helped are one and the same; nobody helps themselves.")
            return Problem("helped_self", message, "people")
    return None


def _teammate(pairs: PairMatch, teammate_id: UUID | None) -> Teammate | None:
    return pairs.teammates.get(teammate_id) if teammate_id is not None else None


def _first_member(match: BatchMatch, visit_item: VisitItem) -> PairMember:
    """Return the holder of the phone, who is signed in on it: as the teammate named, by another term, or as no teammate."""
    holder = match.batch.holder_of(visit_item)
    teammate = _teammate(match.pairs, visit_item.payload.first_id)
    if teammate is None or teammate.user_id != holder.pk:
        own_terms = (
            term
            for term in match.pairs.teammates.values()
            if term.user_id == holder.pk and _is_in_term(term, visit_item.counted_on)
        )
        teammate = next(own_terms, None)
    if teammate is None:
        return PairMember(None, holder.display_name, rules.YOUTH, How.SIGN_IN)
    return PairMember(teammate.pk, teammate.name, teammate.kind, How.SIGN_IN)


def _shown_second(pairs: PairMatch, visit_item: VisitItem) -> tuple[UUID | None, str, str]:
    """Return the second, the evidence for them, and the code of why it proves nothing."""
    payload = visit_item.payload.second
    if payload is None:
        return None, How.NONE, ""
    if payload.how in {How.CARD, How.CODE}:
        result = pairs.proofs[visit_item.visit_id]
        return result.teammate_id or payload.teammate_id, payload.how, result.problem
    if payload.how == How.SIGNATURE:
        problem_code = "" if rules.is_signature(payload.proof) else "signature_empty"
        return payload.teammate_id, payload.how, problem_code
    # A sign-in is proved by the second's own phone, in a record of its own.
    return payload.teammate_id, How.NONE, ""


def _is_also_first(
    pairs: PairMatch, visit_item: VisitItem, first: PairMember, teammate: Teammate | None, holder_id: UUID
) -> bool:
    """Return whether the second is, or may be by name, the first."""
    if teammate is None:
        payload = visit_item.payload.second
        return payload is not None and vietnamese.may_be_one_name(payload.name, first.name)
    if _is_first(pairs, first, teammate, holder_id):
        return True
    # Only the name is known of a teammate without sign-in and membership.
    name_only = teammate.user_id is None and teammate.member_id is None
    return name_only and vietnamese.may_be_one_name(teammate.name, first.name)


def _is_first(pairs: PairMatch, first: PairMember, teammate: Teammate, holder_id: UUID) -> bool:
    """Return whether this teammate is the same human as the first: by sign-in or as the same member."""
    user_ids = {teammate.user_id, teammate.member.person.user_id if teammate.member is not None else None}
    if teammate.pk == first.teammate_id or holder_id in user_ids:
        return True
    first_teammate = _teammate(pairs, first.teammate_id)
    if first_teammate is None or first_teammate.member_id is None:
        return False
    return first_teammate.member_id == teammate.member_id


def _confirmer(
    pairs: PairMatch, visit_item: VisitItem, first: PairMember, named: Teammate | None, holder_id: UUID
) -> Teammate | None:
    """Return who has confirmed on a phone of their own: the named teammate if possible; in a team on that day, and not the
    first.
    """
    for teammate_id in pairs.confirmed_by.get(visit_item.visit_id, ()):
        teammate = _teammate(pairs, teammate_id)
        if teammate is None or (named is not None and named != teammate):
            continue
        if _is_in_term(teammate, visit_item.counted_on) and not _is_first(pairs, first, teammate, holder_id):
            return teammate
    return None


def _is_in_term(teammate: Teammate, day: date) -> bool:
    return teammate.since <= day and (teammate.until is None or day < teammate.until)
