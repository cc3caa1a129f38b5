"""What a person asks about their own data, with the law's clocks."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.lib import clock, database, sealing
from doanso.lib.problems import Problem, Refused
from doanso.people import configuration
from doanso.people.models import Channel, Request, RequestKind, RequestState
from doanso.people.queries import DETAIL

if TYPE_CHECKING:
    from doanso.accounts.models import User

WAITING = (RequestState.OPEN, RequestState.TAKEN)
LONGEST_DETAIL = 1000


@transaction.atomic
def open_request(
    *, actor: "User | None", person_id: UUID, unit_id: UUID, kind: str, channel: str, detail: str = ""
) -> Request:
    """Write down what a person asks for, and by when it is due. One that waits already is the answer to a second one.

    Without an actor the person asked by their own link. `detail` is in the person's words (what to correct).
    """
    if kind not in RequestKind.values or channel not in Channel.values:
        raise Refused(Problem("request_unknown", _("Choose what is asked, and how it reached us."), "kind"))
    database.lock([f"people.request:{person_id}"], shared=False)
    waiting = Request.objects.filter(person_id=person_id, kind=kind, state__in=WAITING).first()
    if waiting is not None:
        return waiting
    law, today = configuration.law(), clock.today()
    text = detail.strip()[:LONGEST_DETAIL]
    request = Request.objects.create(
        person_id=person_id,
        unit_id=unit_id,
        kind=kind,
        channel=channel,
        detail_sealed=sealing.seal(text, context=DETAIL) if text else b"",
        opened_on=today,
        opened_at=clock.now(),
        answer_by=law.answer_by(today),
        due_on=law.due_on(kind, today),
    )
    note = "" if actor is not None else "người dân"
    record(actor=actor, verb="people.open_request", obj=request, unit=unit_id, note=note)
    return request
