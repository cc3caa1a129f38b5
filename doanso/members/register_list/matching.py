"""How rows of a list meet the register: who is meant, and what differs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import batched, chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.imports.models import RowVerdict
from doanso.imports.ports import Difference, Finding, Judgement, Line
from doanso.lib import clock, database, formats, vietnamese
from doanso.members import queries
from doanso.members.models import Absence, AbsenceReason, Member, MemberState, Post, PostKind
from doanso.members.register_list import cells
from doanso.members.register_list.answers import offer
from doanso.people import actions as people
from doanso.people import queries as people_queries
from doanso.people.actions import Particulars
from doanso.people.models import Contact, Gender

_PAGE = 2000
"""So many keys are asked for in one statement."""

_COLUMN_OF = {"birth_date": "birth", "birth_year": "birth", "joined_on": "joined", "card_number": "card"}


def particulars(values: dict[str, Any]) -> Particulars:
    """What the row tells about the person."""
    birth = values.get("birth")
    return Particulars(
        name=values["name"],
        gender=values.get("gender", ""),
        birth_date=date.fromisoformat(birth) if isinstance(birth, str) else None,
        birth_year=birth if isinstance(birth, int) else None,
        phone=values.get("phone", ""),
        citizen_id=values.get("citizen_id", ""),
        email=values.get("email", ""),
        address=values.get("address", ""),
    )


class _Asked:
    """One line with the keys it is looked up by."""

    __slots__ = ("birth_date", "branch", "card", "citizen", "folded", "phone", "values", "year")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.folded = vietnamese.fold(values["name"])
        birth = values.get("birth")
        self.birth_date = date.fromisoformat(birth) if isinstance(birth, str) else None
        self.year = birth if self.birth_date is None else self.birth_date.year
        number, telephone = values.get("citizen_id"), values.get("phone")
        self.citizen = people_queries.lookup("citizen_id", number) if number else ""
        self.phone = people_queries.lookup("phone", telephone) if telephone else ""
        self.card = values.get("card", "")
        self.branch = UUID(values["branch"])


def _question(column: str, code: str, message: str, about: Member | None = None) -> Judgement:
    target = "" if about is None else str(about.pk)
    return Judgement(RowVerdict.QUESTION, target, findings=[Finding(column, code, message)])


def _elsewhere() -> Judgement:
    message = _(
        "This person is an active member of another unit; ask for a transfer instead of adding the person again."
    )
    return _question("", "active_elsewhere", message)


def _known_by(column: str, values: Collection[str]) -> list[UUID]:
    """Contacts with one of these keyed hashes. Plain SQL, because each step asks with hundreds of values."""
    where = f"{column} IN ({database.marks(values)})"
    return [key for (key,) in database.read_rows(Contact, ("id",), where, list(values))] if values else []


def _named(rows: Sequence[_Asked], homes: Collection[UUID]) -> list[UUID]:
    """Contacts of these units that have the name of a row."""
    if not rows or not homes:
        return []
    where, parameters = people_queries.namesakes_within({row.folded for row in rows}, homes)
    return [key for (key,) in database.read_rows(Contact, ("id",), where, parameters)]


def _born_alike(rows: Sequence[_Asked]) -> list[UUID]:
    """Contacts of any unit that share the name and the whole birth date with a row."""
    # The year stands beside the date because names and years have an index; pairs, because each name has its own year.
    born = {(row.folded, row.year, row.birth_date) for row in rows if row.birth_date is not None}
    where = f"(folded, birth_year, birth_date) IN (VALUES {', '.join(['(%s, %s, %s)'] * len(born))})"
    return [key for (key,) in database.read_rows(Contact, ("id",), where, [*chain(*born)])] if born else []


def _keys(*stays: QuerySet[Member]) -> set[UUID]:
    return set(chain.from_iterable(queryset.values_list("pk", flat=True) for queryset in stays))


def _members(keys: Collection[UUID]) -> Iterator[Member]:
    """The stays with their contacts, each read once however many ways led to it, the older first."""
    for page in batched(sorted(keys), _PAGE):
        yield from Member.objects.select_related("contact").filter(pk__in=page).order_by("pk")


class Register:
    """What the register knows about the people of one step, read in a fixed number of statements."""

    def __init__(
        self, rows: Sequence[_Asked], within: set[UUID], homes: Iterable[UUID], admitted: Collection[UUID] = ()
    ) -> None:
        self._within = within
        homes = list(homes)
        citizens = {row.citizen for row in rows if row.citizen}
        cards = {row.card for row in rows if row.card}
        phones = {row.phone for row in rows if row.phone}
        active = Member.objects.filter(state=MemberState.ACTIVE)
        by_number = _keys(
            Member.objects.filter(contact_id__in=_known_by("citizen_id_lookup", citizens)),
            Member.objects.filter(card_number__in=cards),
        )
        by_name = _keys(
            Member.objects.filter(contact_id__in=_named(rows, homes)),
            active.filter(contact_id__in=_known_by("phone_lookup", phones)),
            active.filter(contact_id__in=_born_alike(rows), temporary=False).exclude(contact__unit_id__in=homes),
        )
        # Rows of one list are told apart by the reader: who came in by an earlier row is no reason to ask.
        by_name.difference_update(admitted)
        self.by_key = {str(member.pk): member for member in _members(by_number | by_name)}
        self.by_citizen: dict[str, list[Member]] = defaultdict(list)
        self.by_card: dict[str, list[Member]] = defaultdict(list)
        self.by_name: dict[str, list[Member]] = defaultdict(list)
        for member in self.by_key.values():
            if member.contact.citizen_id_lookup:
                self.by_citizen[member.contact.citizen_id_lookup].append(member)
            if member.card_number:
                self.by_card[member.card_number].append(member)
            if member.pk not in admitted:
                self.by_name[member.contact.folded].append(member)

    def is_here(self, member: Member) -> bool:
        """Whether the stay is in the unit the list is for."""
        return member.branch_id in self._within

    def active_here(self, folded: str) -> list[Member]:
        """Active members of that name in the unit the list is for."""
        named = self.by_name.get(folded, ())
        return [member for member in named if self.is_here(member) and member.state == MemberState.ACTIVE]


def _counts(member: Member) -> bool:
    return member.state == MemberState.ACTIVE and not member.temporary


def _birth_agrees(member: Member, row: _Asked) -> bool:
    birth = row.values.get("birth")
    if birth is None or member.contact.birth_year is None:
        return True
    if isinstance(birth, str) and member.contact.birth_date is not None:
        return member.contact.birth_date.isoformat() == birth
    return member.contact.birth_year == row.year


def _numbers_clash(member: Member, row: _Asked) -> bool:
    known_number = member.contact.citizen_id_lookup
    return bool(known_number and row.citizen and known_number != row.citizen)


def _told_apart(member: Member, row: _Asked) -> bool:
    """Both have a number of the same kind; had it been one number, the member had been found by it."""
    return _numbers_clash(member, row) or bool(row.card and member.card_number and row.card != member.card_number)


def _birth_is_near(member: Member, row: _Asked) -> bool:
    """Births that differ as one that was mistyped and corrected does: in one part, or day and month changed places."""
    known_birth = member.contact.birth_date
    if member.contact.birth_year == row.year or known_birth is None or row.birth_date is None:
        return True
    return (known_birth.day, known_birth.month) == (row.birth_date.day, row.birth_date.month)


def match(register: Register, row: _Asked) -> Member | Judgement:
    """Who in the register the row means, or what is to be said instead."""
    if row.values.get("sides"):
        message = _("Both “Nam” and “Nữ” hold a birth date. Which of the two is right?")
        return _question("birth", "both_sexes", message)
    answer = _meant(register, row)
    member_id = answer.pk if isinstance(answer, Member) else None
    if member_id is None and isinstance(answer, Judgement) and answer.verdict != RowVerdict.NEW:
        return answer
    holders = (member for member in register.by_card.get(row.card, ()) if member.state == MemberState.ACTIVE)
    if any(member.pk != member_id for member in holders):
        return card_taken()
    return answer


def card_taken() -> Judgement:
    """Somebody else carries the card."""
    return _question("card", "card_taken", _("Another active member has this card number; check the card."))


def has_left() -> Judgement:
    """Nobody is added who has gone."""
    message = _("The list says that the person has left; only those who take part are added.")
    return _question("status", "left", message)


def same_member_twice() -> Judgement:
    """Two rows of one step about one member."""
    message = _("Another row of the list means the same member; keep one of them.")
    return _question("name", "same_member_twice", message)


def _meant(register: Register, row: _Asked) -> Member | Judgement:
    for members, code in (
        (register.by_citizen.get(row.citizen, ()), "citizen_id"),
        (register.by_card.get(row.card, ()), "card"),
    ):
        answer = _by_number(register, row, members, code)
        if answer is not None:
            return answer
    return _by_name(register, row)


def _by_number(register: Register, row: _Asked, members: Iterable[Member], column: str) -> Member | Judgement | None:
    members = list(members)
    if not members:
        return None
    members_here = [member for member in members if register.is_here(member)]
    active = [member for member in members_here if member.state == MemberState.ACTIVE]
    if not active:
        if any(_counts(member) and not register.is_here(member) for member in members):
            return _elsewhere()
        if members_here:
            return _ended(members_here[-1])
        return _known_elsewhere() if column == "citizen_id" else None
    best = min(active, key=lambda member: (member.temporary, member.branch_id != row.branch))
    if best.contact.folded != row.folded:
        message = _("The register has another name under this number; check which one is right.")
        return _question(column, "name_differs", message, best)
    return best


def _ended(stay: Member) -> Judgement:
    message = _("The person was a member here and left; admit the person again on the members' page if need be.")
    return _question("", "membership_ended", message, stay)


def _known_elsewhere() -> Judgement:
    message = _(
        "The register knows this person from another unit; admit the person on the members' page, or ask for a transfer."
    )
    return _question("", "known_elsewhere", message)


def _by_name(register: Register, row: _Asked) -> Member | Judgement:
    namesakes = [
        member
        for member in register.by_name.get(row.folded, ())
        if _birth_agrees(member, row) and not _numbers_clash(member, row)
    ]
    members_here = [member for member in namesakes if register.is_here(member)]
    active = [member for member in members_here if member.state == MemberState.ACTIVE]
    has_birth = row.values.get("birth") is not None
    same_branch = [member for member in active if member.branch_id == row.branch]
    same_phone = [member for member in active if row.phone and member.contact.phone_lookup == row.phone]
    certain = same_branch if len(same_branch) == 1 else same_phone
    if len(same_branch) > 1:
        same_branch_and_phone = [member for member in same_branch if member in same_phone]
        certain = same_branch_and_phone or same_branch
    if len(certain) == 1:
        return certain[0]
    if len(certain) > 1 or (len(active) > 1 and has_birth):
        message = _("Several members of this name and birth are in the register; add the personal number or the card.")
        return _question("name", "ambiguous", message)
    if members_here and not has_birth:
        message = _(
            "The register has somebody of this name; write the birth date, so that it can be told who is meant."
        )
        return _question("birth", "namesake", message, (active or members_here)[0])
    if active:
        message = _(
            "A member of this name and birth is in another branch of this unit; transfer the member there first."
        )
        return _question("branch", "other_branch", message, active[0])
    if members_here:
        return _ended(members_here[-1])
    return _corrected(register, row) or _as_elsewhere(register, row, namesakes) or Judgement(RowVerdict.NEW)


def _corrected(register: Register, row: _Asked) -> Judgement | None:
    """Somebody of this name in the branch whose birth may have been corrected, unless numbers tell the two apart."""
    for member in register.by_name.get(row.folded, ()):
        active = member.state == MemberState.ACTIVE and member.branch_id == row.branch
        if active and not _birth_agrees(member, row) and _birth_is_near(member, row) and not _told_apart(member, row):
            message = _(
                "A member of this name in this branch has another birth date. If it is the same person, correct it on the"
                " member's page; if not, add the personal number or the card of both."
            )
            return _question("birth", "birth_differs", message, member)
    return None


def _as_elsewhere(register: Register, row: _Asked, namesakes: Iterable[Member]) -> Judgement | None:
    if row.values.get("status") == "temporary":
        return None
    elsewhere = [member for member in namesakes if not register.is_here(member) and _counts(member)]
    has_birth = row.values.get("birth") is not None
    if has_birth and any(row.phone and member.contact.phone_lookup == row.phone for member in elsewhere):
        return _elsewhere()
    if row.birth_date is not None and any(member.contact.birth_date == row.birth_date for member in elsewhere):
        message = _(
            "A person of this name and birth date is an active member of another unit; ask for a transfer, or admit the"
            " person on the members' page if it is somebody else."
        )
        return _question("birth", "perhaps_elsewhere", message)
    return None


class Present:
    """Posts and absences of today of the members who were found, read only where the list speaks of them."""

    def __init__(self, matches: Sequence[tuple[dict[str, Any], Member]]) -> None:
        today = clock.today()
        posted = [member.person_id for values, member in matches if values.get("post")]
        stated = [member.person_id for values, member in matches if values.get("status")]
        self._posts: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
        if posted:
            for post in Post.objects.filter(queries.standing(today), person_id__in=posted):
                self._posts[post.person_id, post.unit_id].add(post.kind)
        self._away: dict[UUID, str] = {}
        if stated:
            away = Absence.objects.filter(queries.standing(today), person_id__in=stated, taken_back_at=None)
            self._away = dict(away.values_list("person_id", "reason"))

    def post_before(self, member: Member, kind: str) -> set[str] | None:
        """Other offices the member holds in the branch; None when the list tells nothing new."""
        held = self._posts[member.person_id, member.branch_id]
        return None if kind in held else held

    def is_away(self, member: Member) -> bool:
        """Whether the register has the member away."""
        return member.person_id in self._away


def _told(contact: Any, name: str) -> str:
    if name in {"phone", "citizen_id", "email"}:
        return people_queries.told(contact, name)
    if name == "gender":
        return dict(Gender.choices).get(contact.gender, "")
    if name == "birth_date":
        return formats.day(contact.birth_date) if contact.birth_date else str(contact.birth_year or "")
    return str(getattr(contact, name) or "")


def _wanted(facts: Particulars, name: str) -> str:
    if name == "gender":
        return dict(Gender.choices).get(facts.gender, "")
    if name == "birth_date":
        return formats.day(facts.birth_date)
    return str(getattr(facts, name) or "")


def judge_found(values: dict[str, Any], member: Member, present: Present) -> Judgement:
    """The verdict on a row whose member is known."""
    status = values.get("status", "")
    if status == "left":
        message = _("The list says that the member has left; record how and when on the member's page.")
        return _question("status", "left", message, member)
    if status == cells.PRESENT and not member.temporary and present.is_away(member):
        message = _("The register has the member away; if the member is back, end the absence on the member's page.")
        return _question("status", "still_away", message, member)
    known_birth, year = member.contact.birth_date, values.get("birth")
    if known_birth is not None and isinstance(year, int) and year != known_birth.year:
        message = _("The register has the whole birth date, of another year; write the whole date to correct it.")
        return _question("birth", "birth_differs", message, member)
    facts = particulars(values)
    changed = people.differences(member.contact, facts, keep_untold=True)
    differences = [
        Difference(_COLUMN_OF.get(name, name), _told(member.contact, name), _wanted(facts, name)) for name in changed
    ]
    joined, card = cells.day(values.get("joined")), values.get("card", "")
    if joined is not None and joined != member.joined_on:
        before = formats.day(member.joined_on) if member.joined_on else ""
        differences.append(Difference("joined", before, formats.day(joined)))
    if card and card != member.card_number:
        differences.append(Difference("card", member.card_number, card))
    kind = values.get("post", "")
    held = present.post_before(member, kind) if kind else None
    if held is not None:
        before = ", ".join(str(PostKind(other_kind).label) for other_kind in sorted(held))
        differences.append(Difference("post", before, str(PostKind(kind).label)))
    if status in AbsenceReason.values and not present.is_away(member):
        differences.append(Difference("status", _("takes part"), _("away")))
    verdict = RowVerdict.CHANGED if differences else RowVerdict.UNCHANGED
    return Judgement(verdict, str(member.pk), differences)


def judge(
    lines: Sequence[Line], within: set[UUID], homes: Iterable[UUID], admitted: Collection[UUID] = ()
) -> list[Judgement]:
    """Verdicts on the lines of one step; `admitted` came in by earlier rows of the same list."""
    keyed_rows = [_Asked(line.values) for line in lines]
    register = Register(keyed_rows, within, homes, admitted)
    answers = [match(register, row) for row in keyed_rows]
    matches = [
        (row.values, answer) for row, answer in zip(keyed_rows, answers, strict=True) if isinstance(answer, Member)
    ]
    present = Present(matches)
    judgements = []
    taken: set[UUID] = set()
    for row, answer in zip(keyed_rows, answers, strict=True):
        if isinstance(answer, Judgement):
            if answer.verdict == RowVerdict.NEW and row.values.get("status") == "left":
                answer = has_left()
            judgements.append(answer)
        elif answer.pk in taken:
            judgements.append(same_member_twice())
        else:
            taken.add(answer.pk)
            judgements.append(judge_found(row.values, answer, present))
    for row, judgement in zip(keyed_rows, judgements, strict=True):
        if judgement.verdict == RowVerdict.QUESTION:
            about = register.by_key.get(judgement.target)
            offer(judgement, row.values, about, register.active_here(row.folded))
    return judgements
