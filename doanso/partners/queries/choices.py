"""Partners as other apps offer and name them; names of organisations are no personal data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.partners import policy
from doanso.partners.kinds import kind_name
from doanso.partners.models import Agreement, Partner
from doanso.units import queries as units
from doanso.units.models import Unit, UnitName, UnitPath


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """A partner that a form offers; `unit` is the short name of the unit that keeps it."""

    id: UUID
    name: str
    short_name: str
    kind: str
    kind_name: str
    unit: str

    @property
    def label(self) -> str:
        """The words of the choice: name and the unit that keeps it."""
        return f"{self.name} ({self.unit})"


@dataclass(frozen=True, slots=True)
class PartnerLink:
    """A partner as another app's page names it; `url` is empty where the reader may not open its page."""

    id: UUID
    name: str
    short_name: str
    kind: str
    kind_name: str
    url: str


def offered_partners(actor: User) -> QuerySet[Partner]:
    """Return the running partners that the actor may name: those they see, and those of the units above their own.

    A ward works with the bank that the city has an agreement with; it sees the bank's name and not its page.
    """
    return Partner.objects.filter(policy.VIEW.condition(actor) | _above(actor), ended_on=None)


def _above(actor: User) -> Q:
    paths = UnitPath.objects.filter(in_effect(clock.today()), unit__in=policy.VIEW.roots(actor))
    return Q(unit__in=paths.values("ancestor"))


def of_unit_and_above(unit: Unit) -> QuerySet[Partner]:
    """Return the running partners of a unit and of the units above it."""
    return Partner.objects.filter(unit__in=units.units_above(unit, clock.today()), ended_on=None).select_related("unit")


def shared_partners(actor: User) -> QuerySet[Partner]:
    """Return the running partners of the units above the actor's own, of which the actor sees the names alone."""
    return Partner.objects.filter(_above(actor), ended_on=None).exclude(policy.VIEW.condition(actor))


def partner_choices(actor: User, kinds: Collection[str] = ()) -> list[PartnerChoice]:
    """Return the running partners that the actor may name, of these kinds or of all, by name; one statement."""
    names = UnitName.objects.filter(unit=OuterRef("unit"), since__lte=clock.today()).order_by("-since")
    rows = offered_partners(actor).annotate(unit_name=Subquery(names.values("short_name")[:1]))
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    return [
        PartnerChoice(
            partner.pk,
            partner.name,
            partner.short_name,
            partner.kind,
            kind_name(partner.kind),
            partner.unit_name or "",
        )
        for partner in rows.order_by("folded", "pk")
    ]


def partner_links(actor: User, partner_ids: Collection[UUID]) -> Mapping[UUID, PartnerLink]:
    """Return how these partners are named, by id, with the page of those that the actor may open; one statement.

    For partners that a record refers to which the actor may see: an ended one is named too.
    """
    is_visible = ExpressionWrapper(policy.VIEW.condition(actor), output_field=BooleanField())
    partners = Partner.objects.filter(pk__in=list(partner_ids)).annotate(is_visible=is_visible)
    return {
        partner.pk: PartnerLink(
            partner.pk,
            partner.name,
            partner.short_name,
            partner.kind,
            kind_name(partner.kind),
            reverse("partners:partner", args=[partner.pk]) if partner.is_visible else "",
        )
        for partner in partners
    }


def partners_with_agreement(partner_ids: Collection[UUID], day: date) -> frozenset[UUID]:
    """Return those of these partners with whom an agreement is in effect on a day; one statement."""
    rows = Agreement.objects.filter(partner__in=list(partner_ids), valid_from__lte=day)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=day), Q(ended_on=None) | Q(ended_on__gte=day))
    return frozenset(rows.values_list("partner", flat=True))
