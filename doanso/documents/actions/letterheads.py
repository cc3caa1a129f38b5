"""Action on a unit's letterhead."""

from django.db import transaction

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.models import Letterhead
from doanso.documents.queries.letterheads import LetterheadValues
from doanso.lib import clock
from doanso.lib.names import name_problem
from doanso.lib.problems import refuse
from doanso.units.models import Unit


@transaction.atomic
def set_letterhead(*, actor: User, unit: Unit, letterhead: LetterheadValues) -> Letterhead:
    """Set what is printed at the head and the foot of a unit's documents from now on."""
    policy.SET_LETTERHEAD.require_at(actor, unit)
    for field in ("superior", "issuer", "symbol", "place", "authority", "post", "signer"):
        refuse(name_problem(getattr(letterhead, field), field))
    kept, _new = Letterhead.objects.update_or_create(
        unit=unit,
        defaults={
            "superior": letterhead.superior,
            "issuer": letterhead.issuer,
            "symbol": letterhead.symbol,
            "place": letterhead.place,
            "authority": letterhead.authority,
            "post": letterhead.post,
            "signer": letterhead.signer,
            "recipients": "\n".join(letterhead.recipients),
            "set_by": actor,
            "set_at": clock.now(),
        },
    )
    record(actor=actor, action="documents.set_letterhead", obj=kept, unit=unit)
    return kept
