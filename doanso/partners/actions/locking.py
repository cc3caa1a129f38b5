"""The one lock of this app: every action on a partner, its contacts, agreements or undertakings locks the partner's row."""

from uuid import UUID

from django.db.models import Model

from doanso.accounts.models import User
from doanso.lib import clock, vietnamese
from doanso.partners import policy
from doanso.partners.models import Agreement, Partner, Undertaking


def lock_partner(actor: User, partner_id: UUID) -> Partner:
    """Lock and return a partner that the actor keeps; raise PermissionDenied for any other."""
    partner = Partner.objects.select_for_update(of=("self",)).select_related("unit").get(pk=partner_id)
    policy.MANAGE.require(actor, partner)
    return partner


def save_version(record: Agreement | Partner | Undertaking, *names: str) -> None:
    """Save these fields as a new version."""
    record.version += 1
    record.changed_at = clock.now()
    record.save(update_fields=[*names, "version", "changed_at"])


def changed_fields(record: Model, values: dict[str, object]) -> list[str]:
    """Return the names of the fields that differ from these values, in their order."""
    return [name for name, value in values.items() if getattr(record, name) != value]


def folded_name(name: str, short_name: str) -> str:
    """Return the search key of a partner: its name, then its short name."""
    return vietnamese.fold(f"{name} {short_name}")[:300]
