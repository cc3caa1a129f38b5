"""The one lock of this app: every action on a partner, its contacts, agreements or undertakings locks the partner's row."""

from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.partners import policy
from doanso.partners.models import Agreement, Partner, Undertaking


def lock_partner(actor: User, partner_id: UUID) -> Partner:
    """Lock and return a partner that the actor keeps; raise PermissionDenied for any other."""
    partner = Partner.objects.select_for_update(of=("self",)).select_related("unit").get(pk=partner_id)
    policy.MANAGE.require(actor, partner)
    return partner


def sent_before[M: Model](model: type[M], key: UUID | None, **belongs: object) -> M | None:
    """Return the record that a form with this key has made already; refuse a key that made something else.

    `belongs` are values that the record has if it is the same form sent twice.
    """
    record = model._default_manager.filter(pk=key).first() if key is not None else None
    if record is not None and any(getattr(record, name) != value for name, value in belongs.items()):
        raise Refused(Problem("partner_key", _("This form was used for another record. Open it anew.")))
    return record


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
