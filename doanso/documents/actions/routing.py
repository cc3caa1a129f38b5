"""Actions on a document's way to its signature: sent on, agreed to, returned, called back, remarked on.

Exactly one step is open while a document is under way; the transaction that passes a step opens the next one, so nobody can sign
before all reviewers have agreed.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.actions.signing_files import room_problem
from doanso.documents.models import Comment, Document, DocumentState, Mandate, RoutingStep, StepState
from doanso.documents.queries.documents import draft_of
from doanso.documents.rules import routing as rules
from doanso.documents.rules.placeholders import placeholder_problem
from doanso.documents.secrecy import refuse_secret
from doanso.documents.signature_fields import DOCUMENT, PERSON
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing.actions import withdraw_signatures


def send_on(
    *,
    actor: User,
    document: Document,
    expected_version: int,
    reviewers: Sequence[User],
    mandate: Mandate | None,
    words: str = "",
) -> Document:
    """Send a draft to its reviewers, one after the other, and then to its signer.

    An uploaded file that could not be signed as it is is refused, because its signer could not change it. The file is read before
    anything is locked; a file uploaded meanwhile is another version and is refused by its number.
    """
    policy.DRAFT.require(actor, document)
    if document.state in rules.WRITABLE and document.version == expected_version:
        refuse(room_problem(document, signer=mandate.user.display_name if mandate is not None else ""))
    with transaction.atomic():
        return _start_round(actor, document, expected_version, reviewers, mandate, words)


def _start_round(
    actor: User,
    document: Document,
    expected_version: int,
    reviewers: Sequence[User],
    mandate: Mandate | None,
    words: str,
) -> Document:
    fresh = _lock_document(document)
    policy.DRAFT.require(actor, fresh)
    refuse(rules.write_problem(fresh.state))
    refuse(rules.version_problem(expected_version, fresh.version))
    refuse(placeholder_problem(draft_of(fresh).lines()))
    refuse(rules.words_problem(words, needed=False))
    refuse_secret([words], field="words")
    # The mandate may have ended since the page was opened.
    mandate = Mandate.objects.select_related("user").filter(pk=mandate.pk).first() if mandate is not None else None
    refuse(rules.route_problem(actor.pk, [person.pk for person in reviewers], mandate.user_id if mandate else None))
    if mandate is None or mandate.unit_id != fresh.unit_id:
        raise Refused(Problem("mandate_elsewhere", _("Choose somebody who signs for this unit."), "mandate"))
    refuse(rules.mandate_problem(fresh.kind, mandate.kinds, mandate.since, mandate.until, clock.today()))
    people = [*reviewers, mandate.user]
    if any(not person.is_active for person in people):
        raise Refused(Problem("route_gone", _("Somebody on this way has no account any more."), "reviewers"))
    if any(not policy.VIEW.allows_at(person, fresh.unit) for person in people):
        raise Refused(Problem("route_stranger", _("Choose somebody who sees documents of this unit."), "reviewers"))
    next_round, now = next_round_of(fresh), clock.now()
    RoutingStep.objects.bulk_create(
        RoutingStep(
            document=fresh,
            round=next_round,
            place=place,
            user=user,
            is_signer=place == len(people),
            state=StepState.OPEN if place == 1 else StepState.WAITING,
            opened_at=now if place == 1 else None,
            version=fresh.version,
        )
        for place, user in enumerate(people, 1)
    )
    fresh.mandate = mandate
    fresh.state = DocumentState.REVIEW if reviewers else DocumentState.SIGNING
    _save(fresh, "mandate", "state")
    if words.strip():
        Comment.objects.create(document=fresh, version=fresh.version, words=words.strip(), by=actor, at=now)
    record(actor=actor, action="documents.send_on", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def pass_step(*, actor: User, document: Document, expected_version: int, words: str = "") -> Document:
    """Agree to a document; the next step opens. A signer agrees by signing."""
    fresh = _lock_document(document)
    step = _open_step(actor, fresh)
    refuse(rules.version_problem(expected_version, fresh.version))
    refuse(rules.words_problem(words, needed=False))
    refuse_secret([words], field="words")
    if step.is_signer:
        raise Refused(Problem("step_signs", _("Sign the document; that is how a signer agrees.")))
    author_id = fresh.versions.values_list("made_by", flat=True).get(number=fresh.version)
    refuse(rules.stand_in_agrees_problem(step.user_id, actor.pk, author_id))
    _decide(step, actor, StepState.PASSED, words)
    following = fresh.steps.filter(round=step.round, place=step.place + 1).get()
    following.state, following.opened_at = StepState.OPEN, clock.now()
    following.save(update_fields=["state", "opened_at"])
    if following.is_signer:
        fresh.state = DocumentState.SIGNING
    _save(fresh, "state")
    record(actor=actor, action="documents.pass_step", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def return_step(*, actor: User, document: Document, expected_version: int, words: str) -> Document:
    """Return a document to its author, with what should be changed in version `expected_version`."""
    fresh = _lock_document(document)
    step = _open_step(actor, fresh)
    refuse(rules.numbered_problem(fresh.number_id is not None))
    refuse(rules.version_problem(expected_version, fresh.version))
    refuse(rules.words_problem(words, needed=True))
    refuse_secret([words], field="words")
    _decide(step, actor, StepState.RETURNED, words)
    make_draft_again(fresh, step.round, actor)
    record(actor=actor, action="documents.return_step", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def call_back(*, actor: User, document: Document) -> Document:
    """Make a document that is under way a draft again; those who agreed are asked again in the next round."""
    fresh = _lock_document(document)
    policy.DRAFT.require(actor, fresh)
    refuse(rules.decide_problem(fresh.state))
    refuse(rules.numbered_problem(fresh.number_id is not None))
    step = fresh.steps.select_for_update().get(state=StepState.OPEN)
    _decide(step, actor, StepState.DROPPED, "")
    make_draft_again(fresh, step.round, actor)
    record(actor=actor, action="documents.call_back", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


def next_round_of(document: Document) -> int:
    """Return the number of the next round of steps of a document whose row is locked."""
    return (document.steps.aggregate(last=Max("round"))["last"] or 0) + 1


def make_draft_again(document: Document, round_: int, actor: User) -> None:
    """Make the document, whose row is locked, a draft, and withdraw its signed file and what was prepared for the signature,
    because the next round is about another version.
    """
    withdraw_signatures(actor=actor, owners=[(DOCUMENT, document.pk)], field=PERSON)
    document.steps.filter(round=round_, state=StepState.WAITING).update(state=StepState.DROPPED)
    document.state, document.base, document.signed, document.mandate = DocumentState.DRAFT, None, None, None
    _save(document, "state", "base", "signed", "mandate")


@transaction.atomic
def comment(*, actor: User, document: Document, version: int, words: str, quote: str = "") -> Comment:
    """Remark on a version, by those who work on the document before it is signed."""
    fresh = _lock_document(document)
    policy.require_work(actor, fresh)
    refuse(rules.words_problem(words, needed=True))
    refuse_secret([words, quote], field="words")
    if fresh.state not in rules.WRITABLE | rules.UNDER_WAY:
        raise Refused(Problem("document_fixed", _("The document is signed; what it says does not change any more.")))
    remark = Comment.objects.create(
        document=fresh,
        version=min(version, fresh.version),
        words=words.strip(),
        quote=quote.strip()[:300],
        by=actor,
        at=clock.business_now(),
    )
    record(actor=actor, action="documents.comment", obj=fresh, unit=fresh.unit_id)
    return remark


@transaction.atomic
def resolve_comment(*, actor: User, remark: Comment) -> Comment:
    """Mark a remark as resolved; repeating changes nothing."""
    fresh = Comment.objects.select_for_update(of=("self",)).select_related("document").get(pk=remark.pk)
    if fresh.by_id != actor.pk:
        policy.DRAFT.require(actor, fresh.document)
    if fresh.settled_at is None:
        fresh.settled_by, fresh.settled_at = actor, clock.business_now()
        fresh.save(update_fields=["settled_by", "settled_at"])
        record(actor=actor, action="documents.settle_comment", obj=fresh.document, unit=fresh.document.unit_id)
    return fresh


def _lock_document(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).get(pk=document.pk)


def _open_step(actor: User, document: Document) -> RoutingStep:
    """Lock and return the open step, for the person it names or today's stand-in."""
    policy.require_work(actor, document)
    refuse(rules.decide_problem(document.state))
    step = document.steps.select_for_update(of=("self",)).get(state=StepState.OPEN)
    policy.require_desk(actor, step)
    return step


def _decide(step: RoutingStep, actor: User, state: str, words: str) -> None:
    step.state, step.words, step.decided_by, step.decided_at = state, words.strip(), actor, clock.business_now()
    step.save(update_fields=["state", "words", "decided_by", "decided_at"])


def _save(document: Document, *fields: str) -> None:
    document.changed_at = clock.now()
    document.save(update_fields=[*fields, "changed_at"])
