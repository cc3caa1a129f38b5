"""Actions on the partners of a place: who works with it, in which part."""

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.partners.models import Partner
from doanso.places import policy
from doanso.places.actions.locking import lock_place
from doanso.places.models import Place, PlacePartner


@transaction.atomic
def add_partner(*, actor: User, place: Place, partner: Partner, role: str, is_board: bool = False) -> PlacePartner:
    """Give a partner a part in a place from today on; its part is worded anew if it has one already."""
    fresh = lock_place(place)
    policy.MANAGE.require(actor, fresh)
    if not role.strip():
        raise Refused(Problem("place_partner_role", _("Say what the partner does here."), "role"))
    if partner.ended_on is not None and partner.ended_on <= clock.today():
        raise Refused(Problem("place_partner_ended", _("This partner is no longer one."), "partner"))
    if is_board and fresh.partners.filter(is_board=True, until=None).exclude(partner=partner).exists():
        message = _("The market has another board; end that one first.")
        raise Refused(Problem("place_partner_board", message, "is_board"))
    part, is_new = PlacePartner.objects.get_or_create(
        place=fresh,
        partner=partner,
        until=None,
        defaults={"role": role.strip()[:120], "is_board": is_board, "since": clock.today()},
    )
    if not is_new:
        part.role, part.is_board = role.strip()[:120], is_board
        part.save(update_fields=["role", "is_board"])
    record(actor=actor, action="places.add_partner", obj=fresh, unit=fresh.unit_id)
    return part


@transaction.atomic
def end_partner(*, actor: User, part: PlacePartner) -> PlacePartner:
    """End a partner's part in a place today; it stays readable in the history. A second call changes nothing."""
    place = lock_place(part.place)
    policy.MANAGE.require(actor, place)
    fresh = PlacePartner.objects.get(pk=part.pk)
    if fresh.until is None:
        fresh.until = clock.today()
        fresh.save(update_fields=["until"])
        record(actor=actor, action="places.end_partner", obj=place, unit=place.unit_id)
    return fresh
