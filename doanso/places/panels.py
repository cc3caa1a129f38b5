"""What this app contributes to a partner's page: the streets and markets it has a part in."""

from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.partners.ports import PartnerPage
from doanso.places import policy
from doanso.places.kinds import kind_named
from doanso.places.models import Place, PlacePartner
from doanso.places.wording import PILLS


def places_of_partner(actor: User, page: PartnerPage) -> Panel | None:
    """Return the places that a partner has a part in, as far as the reader sees them; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    seen = policy.VIEW.filter(actor, Place.objects.all())
    parts = PlacePartner.objects.filter(partner=page.partner, until=None, place__in=seen.values("pk"))
    rows = [
        {
            "place": part.place,
            "kind": kind_named(part.place.kind),
            "role": part.role,
            "mark": PILLS[part.place.state],
            "state": part.place.get_state_display(),
        }
        for part in parts.select_related("place").order_by("place__folded")
    ]
    return Panel("places/partner_places.html", {"rows": rows}) if rows else None
