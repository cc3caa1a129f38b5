"""The page of a scanned card."""

from dataclasses import dataclass
from datetime import date, timedelta

from doanso.lib import clock
from doanso.outreach import card_keys
from doanso.outreach.models import Card
from doanso.outreach.queries import teams
from doanso.outreach.rules import cards as rules
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class ShownCard:
    """The public data of a card: `state` is now, later or former, and only now it names anybody."""

    unit: Unit
    state: str
    given_name: str
    team: str
    since: date
    last_day: date


def card_of(secret: str) -> ShownCard | None:
    """Return the card of a scanned secret, if there is one."""
    lookup = card_keys.secret_lookup(secret)
    card = Card.objects.select_related("teammate__team__unit").filter(secret_lookup=lookup).first()
    if card is None:
        return None
    mate, today = card.teammate, clock.today()
    revoked_on = clock.business_day(card.revoked_at) if card.revoked_at is not None else None
    term = rules.CardTerm(card.since, card.until, revoked_on, mate.until, mate.team.until)
    is_good = term.holds(today)
    return ShownCard(
        unit=mate.team.unit,
        state=teams.NOW if is_good else teams.LATER if today < card.since < term.end else teams.FORMER,
        given_name=mate.name.split()[-1] if is_good and mate.name else "",
        team=mate.team.name,
        since=card.since,
        last_day=term.end - timedelta(days=1),
    )
