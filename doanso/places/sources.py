"""Source lines of recognitions, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.places import policy
from doanso.places.models import Place, Recognition
from doanso.units import queries as units


def recognition_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a line per recognition with its place, unit and day; without them if the actor may not see the place."""
    recognitions = list(Recognition.objects.filter(pk__in=list(ids)).select_related("place"))
    places = Place.objects.filter(pk__in={recognition.place_id for recognition in recognitions})
    readable = set(policy.VIEW.filter(actor, places).values_list("pk", flat=True))
    names = units.named_units_by_id({recognition.unit_id for recognition in recognitions})
    lines = {}
    for recognition in recognitions:
        place = recognition.place
        if place.pk not in readable:
            lines[recognition.pk] = SourceLine(title=_("A place you may not open"), detail="", url="")
            continue
        words = {"unit": names[recognition.unit_id].name, "day": formats.day(recognition.decided_on)}
        detail = _("%(unit)s, recognised on %(day)s") % words
        if recognition.withdrawn_on is not None:
            detail += " · " + _("withdrawn on %(day)s") % {"day": formats.day(recognition.withdrawn_on)}
        lines[recognition.pk] = SourceLine(
            title=place.name, detail=detail, url=reverse("places:place", args=[place.pk])
        )
    return lines
