"""Helper cards: proofs by phones that the second of a pair was present, and the cards themselves."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.outreach import card_keys
from doanso.outreach.actions.preconditions import lock_team, lock_teammate, refuse_any, require_active
from doanso.outreach.models import Card, Team, Teammate
from doanso.outreach.rules import cards as rules
from doanso.outreach.rules import teams as team_rules
from doanso.units.models import Unit

# --- Proofs from phones --------------------------------------------------------------------------------------------------


class CardProof(NamedTuple):
    """Evidence that a teammate was present on a day.

    `how` is "card" with the text of the QR (or the bare secret) as `proof`, or "code" with the six digits of a teammate.
    """

    teammate_id: UUID | None
    how: str
    proof: str
    day: date


class ProofResult(NamedTuple):
    """The teammate to whom a proof belongs, if known, and why it confirms nothing.

    `problem` is empty, or "card_unknown", "card_over", "code_wrong", "code_stopped".
    """

    teammate_id: UUID | None
    problem: str


_UNKNOWN = ProofResult(None, "card_unknown")


@dataclass(slots=True)
class _CardRow:
    """The columns of a card by which proofs are checked."""

    id: UUID
    teammate_id: UUID
    code_lookup: str
    term: rules.CardTerm
    misses: rules.CodeMisses


def check_proofs(*, unit: Unit, proofs: Sequence[CardProof]) -> list[ProofResult]:
    """Check each proof against the unit's cards as they were on its day; at most three statements, in the caller's transaction.

    Cards are locked only for six digits, so that two phones together have no more tries than one; misses count on the business
    day of the server, whatever day the phone states.
    """
    by_secret = _by_secret(unit, [proof for proof in proofs if proof.how == "card"])
    of_teammate = _of_teammates(unit, [proof for proof in proofs if proof.how != "card"])
    today = clock.today()
    checked: list[ProofResult] = []
    missed: dict[UUID, _CardRow] = {}
    for proof in proofs:
        if proof.how == "card":
            row = by_secret.get(rules.secret_of(proof.proof))
            checked.append(_UNKNOWN if row is None else _judged(row, proof.day))
            continue
        rows = of_teammate.get(proof.teammate_id, [])
        row = next((card for card in rows if card.term.holds(proof.day)), None)
        if row is None:
            checked.append(ProofResult(rows[0].teammate_id, "card_over") if rows else _UNKNOWN)
            continue
        is_right = hmac.compare_digest(card_keys.code_lookup(row.id, rules.code_of(proof.proof)), row.code_lookup)
        problem, after = rules.after_code(row.misses, is_right=is_right, today=today)
        if after != row.misses:
            row.misses = after
            missed[row.id] = row
        checked.append(ProofResult(row.teammate_id, problem))
    if missed:
        Card.objects.bulk_update(
            [Card(pk=row.id, misses=row.misses.count, missed_on=row.misses.on) for row in missed.values()],
            ["misses", "missed_on"],
        )
    return checked


def _judged(row: _CardRow, day: date) -> ProofResult:
    return ProofResult(row.teammate_id, "" if row.term.holds(day) else "card_over")


_COLUMNS = (
    "id",
    "teammate_id",
    "secret_lookup",
    "code_lookup",
    "since",
    "until",
    "revoked_at",
    "teammate__until",
    "teammate__team__until",
    "misses",
    "missed_on",
)
_Values = tuple[UUID, UUID, str, str, date, date, datetime | None, date | None, date | None, int, date | None]


def _row(values: _Values) -> _CardRow:
    pk, teammate, _secret, code, since, until, revoked_at, mate_until, team_until, misses, missed_on = values
    revoked_on = clock.business_day(revoked_at) if revoked_at is not None else None
    term = rules.CardTerm(since, until, revoked_on, mate_until, team_until)
    return _CardRow(pk, teammate, code, term, rules.CodeMisses(misses, missed_on))


def _by_secret(unit: Unit, proofs: Sequence[CardProof]) -> dict[str, _CardRow]:
    secrets = {rules.secret_of(row.proof) for row in proofs} - {""}
    if not secrets:
        return {}
    lookups = {card_keys.secret_lookup(row): row for row in secrets}
    cards = Card.objects.filter(secret_lookup__in=lookups, teammate__unit=unit)
    return {lookups[values[2]]: _row(values) for values in cards.values_list(*_COLUMNS)}


def _of_teammates(unit: Unit, proofs: Iterable[CardProof]) -> dict[UUID | None, list[_CardRow]]:
    teammates = {proof.teammate_id for proof in proofs if proof.teammate_id is not None}
    rows_by_teammate: dict[UUID | None, list[_CardRow]] = defaultdict(list)
    if teammates:
        cards = Card.objects.select_for_update(of=("self",)).filter(teammate__in=teammates, teammate__unit=unit)
        for values in cards.order_by("pk").values_list(*_COLUMNS):
            rows_by_teammate[values[1]].append(_row(values))
    return rows_by_teammate


# --- The cards ----------------------------------------------------------------------------------------------------------


_VALID_CARDS = PreparedQuery(
    lambda holders: Card.objects.select_for_update().filter(teammate_id__in=holders, revoked_at=None).order_by("pk")
)


def revoke_cards(*, actor: User, unit: Unit, mates: Collection[Teammate]) -> None:
    """Revoke the cards of these teammates from today on; the caller has locked them and checked the policy.

    The keys are deleted, since such a card is never printed again; the hashes stay, for visits of earlier days.
    """
    holders = {mate.pk: mate for mate in mates}
    held = _VALID_CARDS(list(holders))
    if not held:
        return
    Card.objects.filter(pk__in=[card.pk for card in held]).update(revoked_at=clock.now(), keys_encrypted=b"")
    record_many([AuditEventInput(actor, "outreach.revoke_card", holders[card.teammate_id], unit) for card in held])


def _issue(actor: User, team: Team, mate: Teammate, until: date) -> Card:
    """Issue a card to a teammate who has none; refused for an impossible term."""
    today = clock.today()
    first = max(today, mate.since)
    mate_end = team_rules.earliest_end(mate.until, team.until)
    refuse_any([team_rules.card_problem(until, first=first, mate_end=mate_end, today=today)])
    card = Card(teammate=mate, since=first, until=until, issued_at=clock.now(), issued_by=actor)
    card_keys.put_new_keys(card)
    card.save(force_insert=True)
    record(actor=actor, action="outreach.issue_card", obj=mate, unit=team.unit)
    return card


@transaction.atomic
def issue_card(*, actor: User, teammate_id: UUID, until: date) -> Card:
    """Issue a card from today, or from the first day in the team, up to a day. A former card is revoked: only one is valid."""
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    revoke_cards(actor=actor, unit=team.unit, mates=[mate])
    return _issue(actor, team, mate, until)


@transaction.atomic
def issue_missing(*, actor: User, team_id: UUID, until: date) -> list[Card]:
    """Issue a card to each teammate who has neither card nor sign-in, up to that day or the end of their own term."""
    team = lock_team(actor, team_id)
    require_active(team)
    today = clock.today()
    locked_mates = Teammate.objects.select_for_update(no_key=True).filter(not_over(today), team=team, user=None)
    mates = list(locked_mates.order_by("pk"))
    good = Card.objects.filter(teammate__in=mates, revoked_at=None, until__gt=today)
    carded = set(good.values_list("teammate_id", flat=True))
    missing = [mate for mate in mates if mate.pk not in carded]
    if not missing:
        message = _("Everybody in the team has a card or a sign-in already.")
        raise Refused(Problem("nobody_missing", message))
    revoke_cards(actor=actor, unit=team.unit, mates=missing)
    return [_issue(actor, team, mate, team_rules.earliest_end(until, mate.until) or until) for mate in missing]


@transaction.atomic
def revoke_card(*, actor: User, teammate_id: UUID) -> None:
    """Revoke the card, which may be lost, from today on; without a card nothing happens."""
    team, mate = lock_teammate(actor, teammate_id)
    revoke_cards(actor=actor, unit=team.unit, mates=[mate])


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A valid card, with what is printed on it."""

    card: Card
    keys: card_keys.CardKeys


@transaction.atomic
def reprint(*, actor: User, teammate_id: UUID) -> PrintedCard:
    """Return the valid card with its keys for printing; reading them is recorded in the history."""
    team, mate = lock_teammate(actor, teammate_id)
    require_active(team, mate)
    printed = _opened(actor, team, Card.objects.filter(teammate=mate))
    if not printed:
        raise Refused(Problem("no_card", _("This person has no card that is good. Issue one first.")))
    return printed[0]


@transaction.atomic
def reprint_team(*, actor: User, team_id: UUID) -> list[PrintedCard]:
    """Return every valid card of the team for printing, heads first, then by name."""
    team = lock_team(actor, team_id)
    require_active(team)
    return _opened(actor, team, Card.objects.filter(teammate__team=team))


def _opened(actor: User, team: Team, cards: QuerySet[Card]) -> list[PrintedCard]:
    today = clock.today()
    good = cards.filter(not_over(today, "teammate__"), revoked_at=None, until__gt=today)
    order = ("-teammate__is_head", "teammate__sort_key", "pk")
    opened_cards = list(good.select_related("teammate").order_by(*order))
    record_many([AuditEventInput(actor, "outreach.print_card", card.teammate, team.unit) for card in opened_cards])
    return [PrintedCard(card, card_keys.keys_of(card)) for card in opened_cards]
