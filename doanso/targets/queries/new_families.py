"""Families that came with a new version of the product: which of them a programme that runs does not count yet."""

from collections.abc import Collection
from dataclasses import dataclass

from doanso.ledger import ports
from doanso.ledger.ports import FamilyDescription
from doanso.lib import clock
from doanso.targets.counting import is_served
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class NewFamilies:
    """What a new version can count that a programme does not, with the programme's code and title."""

    code: str
    title: str
    families: tuple[FamilyDescription, ...]

    @property
    def titles(self) -> list[str]:
        """The titles of the families."""
        return [str(family.title) for family in self.families]


def new_families(programme: Programme) -> list[FamilyDescription]:
    """Return the families that are counted now and that the programme neither counts nor knows."""
    counted = Indicator.objects.filter(programme=programme).exclude(numerator="").values_list("family", flat=True)
    return _unknown({*programme.known_families, *counted})


def newly_served(programme: Programme) -> bool:
    """Return whether the programme has an indicator that nothing counted when it was published, and something counts now."""
    waiting = Indicator.objects.filter(programme=programme, numerator="").values_list("family", flat=True)
    return any(is_served(family) for family in waiting)


def new_families_below(root: Unit) -> list[NewFamilies]:
    """Return what the programmes of a unit that are not over could count by now; one statement."""
    rows = Indicator.objects.filter(programme__root=root, programme__last_day__gte=clock.today())
    known: dict[tuple[str, str], set[str]] = {}
    fields = ("programme__code", "programme__title", "programme__known_families", "family", "numerator")
    for code, title, families, family, numerator in rows.order_by("programme__code").values_list(*fields):
        names = known.setdefault((code, title), set(families))
        if numerator:
            names.add(family)
    found = [NewFamilies(code, title, tuple(_unknown(names))) for (code, title), names in known.items()]
    return [each for each in found if each.families]


def _unknown(names: Collection[str]) -> list[FamilyDescription]:
    descriptions = ports.family_descriptions()
    return [each for each in descriptions if each.family not in names and is_served(each.family)]
