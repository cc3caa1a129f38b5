"""Requests of people without an account that a public photo be taken down, and the unit's answers."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.events import rules
from doanso.events.actions.locking import lock_event, locked
from doanso.events.models import EventPhoto, PhotoRequest, PhotoRequestReason
from doanso.events.queries.photos import all_waiting_requests, has_public_photos, waiting_request
from doanso.events.rules import photos as photo_rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.support.actions import limit_requests

VISITOR = "người dân"
"""Actor's name in the history for somebody who asks without an account."""


def request_photo_removal(*, photo_id: UUID, reason: str, words: str, network: str) -> PhotoRequest:
    """Ask that a public photo be taken down; return the request that waits already where there is one.

    Until the unit answers, the photo stands on no public page, unless the unit has decided before to keep it. Refused for many
    requests from one network address, for a photo that is not public, and for a long number in the words.
    """
    limit_requests("photo-request", network, photo_rules.REQUESTS_OF_A_PLACE)
    if reason not in PhotoRequestReason.values:
        raise Refused(Problem("photo_request_reason", _("Choose who is in the photo."), "reason"))
    refuse(rules.words_problem(words, photo_rules.LONGEST_REQUEST, "words"))
    found = EventPhoto.objects.filter(pk=photo_id).first()
    if found is None:
        raise _not_public()
    with transaction.atomic():
        event = locked(found.event_id)
        photo = EventPhoto.objects.get(pk=found.pk)
        waiting = waiting_request(photo)
        if waiting is not None:
            return waiting
        if not photo.is_public or not has_public_photos(event):
            raise _not_public()
        request = PhotoRequest.objects.create(
            photo=photo,
            reason=reason,
            # Shown beside others' words: nothing that turns their direction or cannot be seen.
            words=" ".join("".join(char for char in words if char.isprintable() or char.isspace()).split()),
            hides=not photo.requests.filter(is_kept=True).exists(),
            made_on=clock.today(),
            made_at=clock.now(),
        )
        record(actor=None, action="events.request_photo_removal", obj=photo, unit=event.unit_id, note=VISITOR)
        return request


def _not_public() -> Refused:
    return Refused(Problem("photo_gone", _("This photo is not public any more.")))


@transaction.atomic
def keep_photo(*, actor: User, photo: EventPhoto, request_id: UUID, answer: str) -> EventPhoto:
    """Keep a photo that somebody asked to be taken down; whoever asked reads the answer.

    `request_id` is the request that the user has read. Refused where it was answered meanwhile, so that nobody's request is
    answered unread. The same answer again changes nothing.
    """
    event = lock_event(actor, photo.event_id)
    refuse(rules.words_problem(answer, rules.LONGEST_REASON, "answer", required=True))
    refuse_secret([answer], field="answer")
    answer = " ".join(answer.split())
    request = PhotoRequest.objects.filter(photo=photo, pk=request_id).first()
    if request is not None and request.is_kept and request.answer == answer:
        return photo
    if request is None or request.answered_at is not None:
        message = _("This request was answered meanwhile. Open the photo anew: perhaps somebody else asks now.")
        raise Refused(Problem("photo_request_stale", message))
    request.answered_at, request.answered_by, request.is_kept = clock.now(), actor, True
    request.answer, request.words = answer, ""
    request.save(update_fields=["answered_at", "answered_by", "is_kept", "answer", "words"])
    record(actor=actor, action="events.keep_photo", obj=photo, unit=event.unit_id)
    return photo


def answer_by_removal(actor: User, photo: EventPhoto) -> None:
    """Answer what waits for a photo that is taken down; within that action, under the event's lock."""
    all_waiting_requests().filter(photo=photo).update(
        answered_at=clock.now(), answered_by=actor, is_kept=False, answer="", words=""
    )
