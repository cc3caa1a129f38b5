"""Requests of people without an account that a public photo be taken down, and the unit's answers."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.events import rules
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.models import EventPhoto, PhotoRequest, PhotoRequestReason
from doanso.events.queries.photos import all_waiting_requests, has_public_photos, waiting_requests
from doanso.events.rules import photos as photo_rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.support.actions import limit_requests

VISITOR = "người dân"
"""Actor's name in the history for somebody who asks without an account."""


def request_photo_removal(*, photo_id: UUID, reason: str, words: str, network: str) -> PhotoRequest:
    """Ask that a public photo be taken down; return the same request where it waits already.

    Until the unit answers, the photo stands on no public page, unless the unit has decided before to keep it. Somebody else who
    asks meanwhile is read too. Refused for many requests about the photo or from one network address, for a photo that is not
    public, and for a long number in the words.
    """
    limit_requests("photo-request", network, photo_rules.REQUESTS_OF_A_PLACE)
    if reason not in PhotoRequestReason.values:
        raise Refused(Problem("photo_request_reason", _("Choose who is in the photo."), "reason"))
    refuse(rules.words_problem(words, photo_rules.LONGEST_REQUEST, "words"))
    found = EventPhoto.objects.filter(pk=photo_id).first()
    if found is None:
        raise _not_public()
    with transaction.atomic():
        event = lock_event_row(found.event_id)
        photo = EventPhoto.objects.get(pk=found.pk)
        # Shown beside others' words: nothing that turns their direction or cannot be seen.
        words = " ".join("".join(char for char in words if char.isprintable() or char.isspace()).split())
        waiting = waiting_requests(photo)
        same = next((request for request in waiting if (request.reason, request.words) == (reason, words)), None)
        if same is not None:
            return same
        refuse(photo_rules.another_request_problem(len(waiting)))
        if not waiting and not (photo.is_public and has_public_photos(event)):
            raise _not_public()
        request = PhotoRequest.objects.create(
            photo=photo,
            reason=reason,
            words=words,
            hides=not photo.requests.filter(is_kept=True).exists(),
            made_on=clock.today(),
            made_at=clock.now(),
        )
        record(actor=None, action="events.request_photo_removal", obj=photo, unit=event.unit_id, note=VISITOR)
        return request


def _not_public() -> Refused:
    return Refused(Problem("photo_gone", _("This photo is not public any more.")))


@transaction.atomic
def keep_photo(*, actor: User, photo: EventPhoto, request_ids: Collection[UUID], answer: str) -> EventPhoto:
    """Keep a photo that people asked to be taken down; whoever asked reads the answer.

    `request_ids` are the requests that the user has read. Refused where others wait or some were answered meanwhile, so that
    nobody's request is answered unread. The same answer again changes nothing.
    """
    event = lock_event(actor, photo.event_id)
    refuse(rules.words_problem(answer, rules.LONGEST_REASON, "answer", required=True))
    refuse_secret([answer], field="answer")
    answer = " ".join(answer.split())
    read = list(PhotoRequest.objects.filter(photo=photo, pk__in=request_ids))
    waiting = all_waiting_requests().filter(photo=photo)
    open_ids = set(waiting.values_list("pk", flat=True))
    if read and not open_ids and all(request.is_kept and request.answer == answer for request in read):
        return photo
    if not open_ids or open_ids != set(request_ids):
        message = _(
            "This request was answered meanwhile, or somebody else asks too. Open the photo anew and read what waits."
        )
        raise Refused(Problem("photo_request_stale", message))
    waiting.update(answered_at=clock.now(), answered_by=actor, is_kept=True, answer=answer, words="")
    record(actor=actor, action="events.keep_photo", obj=photo, unit=event.unit_id)
    return photo


def answer_by_removal(actor: User, photo: EventPhoto) -> None:
    """Answer what waits for a photo that is taken down; within that action, under the event's lock."""
    all_waiting_requests().filter(photo=photo).update(
        answered_at=clock.now(), answered_by=actor, is_kept=False, answer="", words=""
    )
