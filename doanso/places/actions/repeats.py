"""Make a place again for a later year: its set-up, never its lists and results."""

from uuid import UUID

from django.db import transaction

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.places import policy, queries
from doanso.places.actions.places import PlaceInput, create_place
from doanso.places.models import Place, PlacePartner


@transaction.atomic
def repeat_place(
    *, actor: User, place: Place, inputs: PlaceInput, with_partners: bool, key: UUID | None = None
) -> Place:
    """Set up a place of the same kind and unit, under the criteria in force now, perhaps with the partners of another one.

    House lists, stalls, surveys, checks, scores, recognitions, photos and plates are not copied. `key` becomes its id: a form
    sent twice makes one place.
    """
    policy.MANAGE.require(actor, place)
    partners = queries.running_partners(place) if with_partners else []

    def write_partners(new: Place) -> None:
        PlacePartner.objects.bulk_create(
            PlacePartner(
                place=new, partner_id=part.partner_id, role=part.role, is_board=part.is_board, since=clock.today()
            )
            for part in partners
        )

    return create_place(
        actor=actor,
        unit=queries.keeping_unit(place),
        kind=place.kind,
        inputs=inputs,
        key=key,
        made_from=place,
        write_more=write_partners,
    )
