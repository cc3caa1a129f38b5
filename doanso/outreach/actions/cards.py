"""Helper cards: what a phone brings as proof that the second of a pair was there, and the cards themselves."""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doanso.lib import clock
from doanso.outreach import card_keys
from doanso.outreach.models import Card
from doanso.outreach.rules import cards as rules
from doanso.units.models import Unit

# --- What a phone brings ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a teammate was there on a day.

    `how` is "card" with what the QR says (or the bare secret) as `proof`, or "code" with the six digits of a teammate.
    """

    teammate_id: UUID | None
    how: str
    proof: str
    day: date


@dataclass(frozen=True, slots=True)
class Checked:
    """Whose proof it was, where that is known, and why it confirms nothing.

    `problem` is empty, or "card_unknown", "card_over", "code_wrong", "code_stopped".
    """

    teammate_id: UUID | None
    problem: str


_UNKNOWN = Checked(None, "card_unknown")


@dataclass(slots=True)
class _Row:
    """A card as far as a proof needs it."""

    id: UUID
    teammate_id: UUID
    code_lookup: str
    term: rules.Term
    misses: rules.Misses


def check_proofs(*, unit: Unit, proofs: Sequence[Proof]) -> list[Checked]:
    """Judge each proof by the unit's cards as they were on its day; at most three statements, in the caller's transaction.

    The rows of cards are locked only for six digits, so that two phones together have no more tries than one; misses
    count on the business day on which the server hears of them, whatever day the phone says.
    """
    by_secret = _by_secret(unit, [one for one in proofs if one.how == "card"])
    of_teammate = _of_teammates(unit, [one for one in proofs if one.how != "card"])
    today = clock.today()
    checked: list[Checked] = []
    missed: dict[UUID, _Row] = {}
    for one in proofs:
        if one.how == "card":
            row = by_secret.get(card_keys.secret_lookup(rules.secret_of(one.proof)))
            checked.append(_UNKNOWN if row is None else _judged(row, one.day))
            continue
        rows = of_teammate.get(one.teammate_id, [])
        row = next((card for card in rows if card.term.holds(one.day)), None)
        if row is None:
            checked.append(Checked(rows[0].teammate_id, "card_over") if rows else _UNKNOWN)
            continue
        is_right = hmac.compare_digest(card_keys.code_lookup(row.id, rules.code_of(one.proof)), row.code_lookup)
        problem, after = rules.after_code(row.misses, is_right=is_right, today=today)
        if after != row.misses:
            row.misses = after
            missed[row.id] = row
        checked.append(Checked(row.teammate_id, problem))
    if missed:
        Card.objects.bulk_update(
            [Card(pk=row.id, misses=row.misses.count, missed_on=row.misses.on) for row in missed.values()],
            ["misses", "missed_on"],
        )
    return checked


def _judged(row: _Row, day: date) -> Checked:
    return Checked(row.teammate_id, "" if row.term.holds(day) else "card_over")


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


def _row(values: _Values) -> _Row:
    pk, teammate, _secret, code, since, until, revoked_at, mate_until, team_until, misses, missed_on = values
    revoked_on = clock.business_day(revoked_at) if revoked_at is not None else None
    term = rules.Term(since, until, revoked_on, mate_until, team_until)
    return _Row(pk, teammate, code, term, rules.Misses(misses, missed_on))


def _by_secret(unit: Unit, proofs: Sequence[Proof]) -> dict[str, _Row]:
    lookups = {card_keys.secret_lookup(secret) for one in proofs if (secret := rules.secret_of(one.proof))}
    if not lookups:
        return {}
    cards = Card.objects.filter(secret_lookup__in=lookups, teammate__unit=unit)
    return {values[2]: _row(values) for values in cards.values_list(*_COLUMNS)}


def _of_teammates(unit: Unit, proofs: Iterable[Proof]) -> dict[UUID | None, list[_Row]]:
    teammates = {one.teammate_id for one in proofs if one.teammate_id is not None}
    found: dict[UUID | None, list[_Row]] = defaultdict(list)
    if teammates:
        cards = Card.objects.select_for_update(of=("self",)).filter(teammate__in=teammates, teammate__unit=unit)
        for values in cards.order_by("pk").values_list(*_COLUMNS):
            found[values[1]].append(_row(values))
    return found
