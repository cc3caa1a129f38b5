"""Corrections that residents send from public pages, without an account; and the answers of the unit."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodeKind, new_link
from doanso.lib.problems import Problem, Refused, refuse
from doanso.places import notices, policy
from doanso.places.actions.locking import lock_place
from doanso.places.models import InformationCorrection, Place, PublicPoint
from doanso.places.rules import points as rules
from doanso.support.actions import limit_requests

RESIDENT = "người dân"
"""The actor that the audit log names for what people without an account do."""
link_lookup = AccessCodeKind("places.correction").link_lookup


def send_correction(
    *, place: Place, point: PublicPoint | None, topic: str, text: str, network: str
) -> tuple[InformationCorrection, str]:
    """Store what somebody says is wrong on a public page; return it and the secret link under which its answer is read.

    The network address is counted as a keyed hash against too many of them, and not stored with the correction.
    """
    refuse(rules.correction_problem(text))
    refuse_secret([text], field="text")
    message = _("This network has sent many corrections within an hour. Try again later, or call the unit.")
    limit_requests("places.correction", network, rules.CORRECTIONS_OF_A_NETWORK, message=message)
    link = new_link()
    with transaction.atomic():
        # The place's row gives corrections of a place one order, so that their number is bounded.
        locked = lock_place(place)
        waiting = InformationCorrection.objects.filter(place=locked, settled_at=None)
        if waiting.count() >= rules.MOST_OPEN_CORRECTIONS:
            message = _("Many corrections of this page wait to be answered already. Please call the unit.")
            raise Refused(Problem("corrections_full", message))
        correction = InformationCorrection.objects.create(
            place=locked,
            point=point,
            topic=topic,
            text=text.strip(),
            link_lookup=link_lookup(link),
            sent_on=clock.today(),
            made_at=clock.now(),
        )
        record(actor=None, action="places.send_correction", obj=correction, unit=locked.unit_id, note=RESIDENT)
        notices.notify_correction(correction)
    return correction, link


@transaction.atomic
def answer_correction(*, actor: User, correction_id: UUID, outcome: str, answer: str) -> InformationCorrection:
    """Answer a correction; the answer is read by its sender. Refused when it was answered meanwhile."""
    place = lock_place(Place.objects.get(corrections=correction_id))
    correction = InformationCorrection.objects.select_related("point").get(pk=correction_id)
    correction.place = place
    policy.MANAGE.require(actor, place)
    if correction.settled_at is not None:
        raise Refused(Problem("correction_settled", _("Somebody has answered this meanwhile.")))
    refuse(rules.answer_problem(outcome, answer))
    refuse_secret([answer], field="answer")
    correction.outcome, correction.answer = outcome, answer.strip()
    correction.settled_by, correction.settled_at = actor, clock.now()
    correction.save(update_fields=["outcome", "answer", "settled_by", "settled_at"])
    record(actor=actor, action="places.settle_correction", obj=correction, unit=place.unit_id, changed=["outcome"])
    notices.clear_correction(correction)
    return correction


def empty_old_corrections(*, most: int = 1000) -> int:
    """Empty the words of corrections that were answered half a year ago; return how many. Part of the worker's maintenance."""
    old = InformationCorrection.objects.filter(settled_at__lt=clock.now() - rules.WORDS_KEPT, emptied_at=None)
    ids = list(old.values_list("pk", flat=True)[:most])
    return InformationCorrection.objects.filter(pk__in=ids).update(text="", answer="", emptied_at=clock.now())
