"""Permissions on documents. A unit's drafts are its own affair until they are issued."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from doanso.access.models import RoleAssignment
from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.documents.models import Delivery, Document, DocumentState, RoutingStep, StandIn
from doanso.lib import clock
from doanso.units.models import Unit

VIEW = Permission("documents.view", unit_of="unit_id")
DRAFT = Permission("documents.draft", unit_of="unit_id")
# The same permission, asked of units and of attachments.
DRAFT_AT = Permission("documents.draft", unit_of="id")
DRAFT_ATTACHMENT = Permission("documents.draft", unit_of="document__unit_id")
ISSUE = Permission("documents.issue", unit_of="unit_id")
ISSUE_AT = Permission("documents.issue", unit_of="id")
# Branches have no office; the unit above sets theirs.
SET_LETTERHEAD = Permission("documents.set_letterhead", unit_of="unit_id")
# The same, asked of units.
SET_LETTERHEAD_AT = Permission("documents.set_letterhead", unit_of="id")
VIEW_AT = Permission("documents.view", unit_of="id")
# Asked of steps: a person without a role at the document's unit decides nothing about it.
VIEW_STEP = Permission("documents.view", unit_of="document__unit_id")
DRAFT_STEP = Permission("documents.draft", unit_of="document__unit_id")
MANAGE = Permission("documents.manage", unit_of="unit_id")
MANAGE_AT = Permission("documents.manage", unit_of="id")
# Asked of deliveries, by receiving unit or person.
RECEIVE = Permission("documents.receive", unit_of="unit_id", own_of="user_id")

OUT = (DocumentState.ISSUED, DocumentState.RECALLED, DocumentState.REPLACED)
"""The states in which users who may view a unit's documents see one."""


def readable_documents(actor: User) -> QuerySet[Document]:
    """Return the documents the actor may read: issued ones of viewed units, all of the own unit, and those with a step that
    the actor may decide or could have decided, as reviewer, signer or stand-in.
    """
    return Document.objects.filter((Q(state__in=OUT) & VIEW.condition(actor)) | _work_condition(actor))


def _work_condition(actor: User) -> Q:
    """Return the condition of documents of the actor's office, and of those with a step of the actor's."""
    steps = RoutingStep.objects.filter(desk_condition(actor))
    return DRAFT.condition(actor) | ISSUE.condition(actor) | Q(pk__in=steps.values("document_id"))


def received_deliveries(actor: User) -> QuerySet[Delivery]:
    """Return the deliveries to the actor and the actor's units, of issued documents."""
    return RECEIVE.filter(actor, Delivery.objects.filter(sent_at__isnull=False))


def receives_for_units(actor: User) -> bool:
    """Return whether documents reach the actor through a unit; others receive only what is sent to themselves."""
    return bool(RECEIVE.roots(actor) or RECEIVE.unit_only_roots(actor))


def desk_condition(actor: User) -> Q:
    """Return the condition of steps that are the actor's or of a person for whom the actor stands in today.

    The actor must still view the unit's documents, and a stand-in holds for its own unit alone.
    """
    today = clock.today()
    stand_ins = StandIn.objects.filter(
        deputy=actor, user=OuterRef("user"), unit=OuterRef("document__unit"), since__lte=today, until__gte=today
    )
    return (Q(user=actor) | Exists(stand_ins)) & VIEW_STEP.condition(actor)


def deputed_desks(actor: User) -> set[tuple[UUID, UUID]]:
    """Return (person id, unit id) of everybody for whom the actor stands in today."""
    today = clock.today()
    stand_ins = StandIn.objects.filter(deputy=actor, since__lte=today, until__gte=today)
    return set(stand_ins.values_list("user_id", "unit_id"))


def permitted_units(actor: User, permission: Permission, unit_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the units at which the actor holds a permission that is asked of units (`…_AT`).

    No statement is needed for units at which the actor's own roles are.
    """
    held = (permission.roots(actor) | permission.unit_only_roots(actor)) & set(unit_ids)
    rest = set(unit_ids) - held
    if not rest or not permission.allows_anywhere(actor):
        return held
    return held | set(permission.filter(actor, Unit.objects.filter(pk__in=rest)).values_list("pk", flat=True))


def people_at(permission: Permission, unit: Unit) -> QuerySet[User]:
    """Return, by name, the users who have or had a role at the unit itself and hold the permission there today."""
    near = RoleAssignment.objects.filter(unit=unit).values("user")
    return permission.holders_at(unit).filter(pk__in=near).order_by("sort_key")


def is_readable(actor: User, document: Document) -> bool:
    """Return whether `readable_documents` has the document; one of the actor's own unit needs no statement."""
    return _is_of_own_office(actor, document) or readable_documents(actor).filter(pk=document.pk).exists()


def works_on(actor: User, document: Document) -> bool:
    """Return whether the actor works on the document, by a role in its office or on a step; one who only reads what others
    issued, such as an inspector, does not. A document of the actor's own unit needs no statement.
    """
    own_office = _is_of_own_office(actor, document)
    return own_office or Document.objects.filter(_work_condition(actor), pk=document.pk).exists()


def _is_of_own_office(actor: User, document: Document) -> bool:
    return document.unit_id in DRAFT.unit_only_roots(actor) | ISSUE.unit_only_roots(actor)


def require_work(actor: User, document: Document) -> None:
    """Raise PermissionDenied unless the actor works on the document."""
    if not works_on(actor, document):
        raise PermissionDenied(DRAFT.name)


def require_readable(actor: User, document: Document) -> None:
    """Raise PermissionDenied unless the actor may read the document."""
    if not is_readable(actor, document):
        raise PermissionDenied(VIEW.name)


def allows(actor: User, permission: Permission, document: Document) -> bool:
    """Return the result of `permission.allows`; for a document of a unit at which the actor's own role is, without a
    statement.
    """
    return document.unit_id in permission.unit_only_roots(actor) or permission.allows(actor, document)


def may_discard(actor: User, document: Document) -> bool:
    """Return whether the actor may discard a document.

    A draft: users who may draft there. A signed one: the clerk, because nobody else issues it, and its signer while the signer
    views the unit's documents.
    """
    if document.state != DocumentState.SIGNED:
        return allows(actor, DRAFT, document)
    mandate = document.mandate
    is_signer = mandate is not None and mandate.user_id == actor.pk and VIEW.allows(actor, document)
    return is_signer or allows(actor, ISSUE, document)


def has_desk(actor: User, step: RoutingStep) -> bool:
    """Return whether the actor may decide the step, as its person or as a stand-in; a signer has no stand-in."""
    condition = desk_condition(actor)
    if step.is_signer:
        condition &= Q(user=actor)
    return RoutingStep.objects.filter(condition, pk=step.pk).exists()


def require_desk(actor: User, step: RoutingStep) -> None:
    """Raise PermissionDenied unless the actor may decide the step."""
    if not has_desk(actor, step):
        raise PermissionDenied(DRAFT.name)
