"""Reads of members' own declarations, for the officers who attest them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doanso.accounts.models import User
from doanso.adoption import queries
from doanso.adoption.models import Declaration, DeclarationOutcome, Usage
from doanso.adoption.rules import SELF_DECLARED
from doanso.adoption.rules.self_report import DeclarationState, state_of
from doanso.members import queries as members
from doanso.members.models import Member


def annotate_overtaken(queryset: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Annotate declarations with whether an officer has recorded something newer of the same person and service."""
    newer = Usage.objects.filter(
        queries.SEEN,
        person_id=OuterRef("usage__person_id"),
        service_id=OuterRef("usage__service_id"),
        happened_on__gte=OuterRef("usage__happened_on"),
        recorded_at__gt=OuterRef("usage__recorded_at"),
    )
    return queryset.annotate(overtaken=Exists(newer))


_UNDECIDED = Q(outcome="", usage__taken_back_at=None, usage__grade=SELF_DECLARED)


def waiting_declarations() -> QuerySet[Declaration]:
    """Return the declarations that wait for an officer."""
    return annotate_overtaken(Declaration.objects.filter(_UNDECIDED)).filter(overtaken=False)  # type: ignore[misc]


def state_of_declaration(declaration: Declaration) -> DeclarationState:
    """Return the state of a declaration from one of these queries, which loaded its usage."""
    return state_of(
        returned=declaration.outcome == DeclarationOutcome.RETURNED,
        taken_back=declaration.usage.taken_back_at is not None,
        grade=declaration.usage.grade,
        overtaken=declaration.overtaken,  # type: ignore[attr-defined]
    )


def declarations_of_stays(
    stays: QuerySet[Member],
    *,
    state: str = DeclarationState.WAITING,
    text: str = "",
    service: str = "",
    stage: UUID | None = None,
) -> QuerySet[Declaration]:
    """Return the declarations of these members, the longest waiting first; decided ones newest first."""
    if text:
        stays = members.filtered_rows(stays, text=text)
    declarations = Declaration.objects.filter(usage__person_id__in=stays.values("person_id"))
    if service:
        declarations = declarations.filter(usage__service_id=service)
    if stage is not None:
        declarations = declarations.filter(usage__stage_id=stage)
    declarations = annotate_overtaken(declarations).select_related("usage__stage", "usage__service", "decided_by")
    if state == DeclarationState.WAITING:
        declarations = declarations.filter(_UNDECIDED, overtaken=False)  # type: ignore[misc]
        return declarations.order_by("usage__recorded_at", "pk")
    if state == DeclarationState.RETURNED:
        declarations = declarations.filter(outcome=DeclarationOutcome.RETURNED)
    elif state == DeclarationState.ATTESTED:
        declarations = declarations.filter(usage__grade__gt=SELF_DECLARED, usage__taken_back_at=None)
    return declarations.order_by("-usage__recorded_at", "-pk")


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """A declaration as an officer's list shows it."""

    declaration: Declaration
    usage: Usage
    member: Member
    name: str
    branch: str
    state: DeclarationState
    is_own: bool

    @property
    def waits(self) -> bool:
        """Return whether there is something to decide."""
        return self.state == DeclarationState.WAITING


def declared_rows(actor: User, stays: QuerySet[Member], declarations: Sequence[Declaration]) -> list[DeclaredRow]:
    """Return a page of declarations with their members; a fixed number of statements."""
    of_person = {
        member.person_id: member
        for member in members.filtered_rows(
            stays.filter(person_id__in={declaration.usage.person_id for declaration in declarations})
        ).select_related("person", "contact", "branch")
    }
    called = members.names_for(actor, of_person.values())
    lines = []
    for declaration in declarations:
        member = of_person.get(declaration.usage.person_id)
        if member is None:
            # The member moved away between two statements.
            continue
        lines.append(
            DeclaredRow(
                declaration=declaration,
                usage=declaration.usage,
                member=member,
                name=called[member.pk],
                branch=member.branch_name,  # type: ignore[attr-defined]
                state=state_of_declaration(declaration),
                is_own=member.person.user_id == actor.pk,
            )
        )
    return lines


def attestable_ids(actor: User, declaration_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of the declarations whose persons the actor may attest in their branch."""
    attestable_people = queries.attestable_stays(actor).values("person_id")
    declarations = Declaration.objects.filter(pk__in=list(declaration_ids), usage__person_id__in=attestable_people)
    return list(declarations.order_by("usage__recorded_at", "pk").values_list("pk", flat=True))


def waiting_services_of(person_id: UUID, service_ids: Collection[str]) -> set[str]:
    """Return those of these services for which a person's own declaration still waits."""
    declarations = waiting_declarations().filter(usage__person_id=person_id, usage__service_id__in=service_ids)
    return set(declarations.values_list("usage__service_id", flat=True))


def declarations_by_id(declaration_ids: Collection[UUID]) -> list[Declaration]:
    """Return these declarations, the longest waiting first."""
    declarations = annotate_overtaken(Declaration.objects.filter(pk__in=declaration_ids))
    return list(
        declarations.select_related("usage__stage", "usage__service", "decided_by").order_by("usage__recorded_at", "pk")
    )


def stay_of(actor: User, declaration_id: UUID) -> Member | None:
    """Return the member whose declaration it is, if the actor may see their services."""
    person = Declaration.objects.filter(pk=declaration_id).values("usage__person_id")
    stays = queries.visible_stays(actor).filter(pk__in=queries.active_members().values("pk"), person_id__in=person)
    return stays.select_related("contact", "branch").first()
