"""Decide which person each row of a list means and what differs, from data that `register_rows` has read; executes no
statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.imports.models import RowVerdict
from doanso.imports.ports import FieldDifference, Finding, Judgement
from doanso.lib import formats
from doanso.members.models import AbsenceReason, Member, MemberState, PostKind
from doanso.members.register_list import cells
from doanso.members.register_list.answers import offer_answers
from doanso.members.register_list.register_rows import CurrentStatus, KnownMembers, RowKeys, particulars
from doanso.people import actions as people
from doanso.people import queries as people_queries
from doanso.people.actions import Particulars
from doanso.people.models import Gender

_COLUMN_OF = {"birth_date": "birth", "birth_year": "birth", "joined_on": "joined", "card_number": "card"}


def _question(column: str, code: str, message: str, about: Member | None = None) -> Judgement:
    target = "" if about is None else str(about.pk)
    return Judgement(RowVerdict.QUESTION, target, findings=[Finding(column, code, message)])


def _elsewhere() -> Judgement:
    message = _(
        "This person is an active member of another unit; ask for a transfer instead of adding the person again."
    )
    return _question("", "active_elsewhere", message)


def _counts(member: Member) -> bool:
    return member.state == MemberState.ACTIVE and not member.temporary


def _birth_agrees(member: Member, row: RowKeys) -> bool:
    birth = row.values.get("birth")
    if birth is None or member.contact.birth_year is None:
        return True
    if isinstance(birth, str) and member.contact.birth_date is not None:
        return member.contact.birth_date.isoformat() == birth
    return member.contact.birth_year == row.year


def _numbers_clash(member: Member, row: RowKeys) -> bool:
    known_number = member.contact.citizen_id_lookup
    return bool(known_number and row.citizen and known_number != row.citizen)


def _numbers_differ(member: Member, row: RowKeys) -> bool:
    """Return whether numbers of the same kind differ; with equal ones the member would have been found by the number."""
    return _numbers_clash(member, row) or bool(row.card and member.card_number and row.card != member.card_number)


def _birth_is_near(member: Member, row: RowKeys) -> bool:
    """Return whether births differ like a typing error: in one part, or with day and month swapped."""
    known_birth = member.contact.birth_date
    if member.contact.birth_year == row.year or known_birth is None or row.birth_date is None:
        return True
    return (known_birth.day, known_birth.month) == (row.birth_date.day, row.birth_date.month)


def match_row(known_members: KnownMembers, row: RowKeys) -> Member | Judgement:
    """Return the member of the register that the row means, or a judgement where there is none or a doubt."""
    if row.values.get("sides"):
        message = _("Both “Nam” and “Nữ” hold a birth date. Which of the two is right?")
        return _question("birth", "both_sexes", message)
    answer = _match_by_keys(known_members, row)
    member_id = answer.pk if isinstance(answer, Member) else None
    if member_id is None and isinstance(answer, Judgement) and answer.verdict != RowVerdict.NEW:
        return answer
    holders = (member for member in known_members.by_card.get(row.card, ()) if member.state == MemberState.ACTIVE)
    if any(member.pk != member_id for member in holders):
        return card_taken()
    return answer


def card_taken() -> Judgement:
    """Return the question about a card that another active member has."""
    return _question("card", "card_taken", _("Another active member has this card number; check the card."))


def has_left() -> Judgement:
    """Return the question about a new member who has left the Union according to the list."""
    message = _("The list says that the person has left; only those who take part are added.")
    return _question("status", "left", message)


def same_member_twice() -> Judgement:
    """Return the judgement that two rows of one step are about one member."""
    message = _("Another row of the list means the same member; keep one of them.")
    return _question("name", "same_member_twice", message)


def _match_by_keys(known_members: KnownMembers, row: RowKeys) -> Member | Judgement:
    for members, code in (
        (known_members.by_citizen.get(row.citizen, ()), "citizen_id"),
        (known_members.by_card.get(row.card, ()), "card"),
    ):
        answer = _by_number(known_members, row, members, code)
        if answer is not None:
            return answer
    return _by_name(known_members, row)


def _by_number(
    known_members: KnownMembers, row: RowKeys, members: Iterable[Member], column: str
) -> Member | Judgement | None:
    members = list(members)
    if not members:
        return None
    members_here = [member for member in members if known_members.is_here(member)]
    active = [member for member in members_here if member.state == MemberState.ACTIVE]
    if not active:
        if any(_counts(member) and not known_members.is_here(member) for member in members):
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


def _by_name(known_members: KnownMembers, row: RowKeys) -> Member | Judgement:
    namesakes = [
        member
        for member in known_members.by_name.get(row.folded, ())
        if _birth_agrees(member, row) and not _numbers_clash(member, row)
    ]
    members_here = [member for member in namesakes if known_members.is_here(member)]
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
    return _corrected(known_members, row) or _as_elsewhere(known_members, row, namesakes) or Judgement(RowVerdict.NEW)


def _corrected(known_members: KnownMembers, row: RowKeys) -> Judgement | None:
    """Return the question about a namesake in the branch whose birth may have been corrected; None where there is none or
    numbers differ.
    """
    for member in known_members.by_name.get(row.folded, ()):
        active = member.state == MemberState.ACTIVE and member.branch_id == row.branch
        if (
            active
            and not _birth_agrees(member, row)
            and _birth_is_near(member, row)
            and not _numbers_differ(member, row)
        ):
            message = _(
                "A member of this name in this branch has another birth date. If it is the same person, correct it on the"
                " member's page; if not, add the personal number or the card of both."
            )
            return _question("birth", "birth_differs", message, member)
    return None


def _as_elsewhere(known_members: KnownMembers, row: RowKeys, namesakes: Iterable[Member]) -> Judgement | None:
    if row.values.get("status") == "temporary":
        return None
    elsewhere = [member for member in namesakes if not known_members.is_here(member) and _counts(member)]
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


def _register_value(contact: Any, name: str) -> str:
    if name in {"phone", "citizen_id", "email"}:
        return people_queries.decrypt_field(contact, name)
    if name == "gender":
        return dict(Gender.choices).get(contact.gender, "")
    if name == "birth_date":
        return formats.day(contact.birth_date) if contact.birth_date else str(contact.birth_year or "")
    return str(getattr(contact, name) or "")


def _list_value(facts: Particulars, name: str) -> str:
    if name == "gender":
        return dict(Gender.choices).get(facts.gender, "")
    if name == "birth_date":
        return formats.day(facts.birth_date)
    return str(getattr(facts, name) or "")


def judge_match(values: dict[str, Any], member: Member, current: CurrentStatus) -> Judgement:
    """Return the verdict on a row whose member is known."""
    status = values.get("status", "")
    if status == "left":
        message = _("The list says that the member has left; record how and when on the member's page.")
        return _question("status", "left", message, member)
    if status == cells.PRESENT and not member.temporary and current.is_away(member):
        message = _("The register has the member away; if the member is back, end the absence on the member's page.")
        return _question("status", "still_away", message, member)
    known_birth, year = member.contact.birth_date, values.get("birth")
    if known_birth is not None and isinstance(year, int) and year != known_birth.year:
        message = _("The register has the whole birth date, of another year; write the whole date to correct it.")
        return _question("birth", "birth_differs", message, member)
    facts = particulars(values)
    changed = people.differences(member.contact, facts, keep_untold=True)
    differences = [
        FieldDifference(_COLUMN_OF.get(name, name), _register_value(member.contact, name), _list_value(facts, name))
        for name in changed
    ]
    joined, card = cells.day(values.get("joined")), values.get("card", "")
    if joined is not None and joined != member.joined_on:
        before = formats.day(member.joined_on) if member.joined_on else ""
        differences.append(FieldDifference("joined", before, formats.day(joined)))
    if card and card != member.card_number:
        differences.append(FieldDifference("card", member.card_number, card))
    kind = values.get("post", "")
    held = current.post_before(member, kind) if kind else None
    if held is not None:
        before = ", ".join(str(PostKind(other_kind).label) for other_kind in sorted(held))
        differences.append(FieldDifference("post", before, str(PostKind(kind).label)))
    if status in AbsenceReason.values and not current.is_away(member):
        differences.append(FieldDifference("status", _("takes part"), _("away")))
    verdict = RowVerdict.CHANGED if differences else RowVerdict.UNCHANGED
    return Judgement(verdict, str(member.pk), differences)


def match_rows(known_members: KnownMembers, rows: Sequence[RowKeys]) -> list[Member | Judgement]:
    """Return for each row the member it means, or a judgement where there is none or a doubt."""
    matches = [match_row(known_members, row) for row in rows]
    return [
        has_left()
        if isinstance(match, Judgement) and match.verdict == RowVerdict.NEW and row.values.get("status") == "left"
        else match
        for row, match in zip(rows, matches, strict=True)
    ]


def judge_rows(
    known_members: KnownMembers,
    rows: Sequence[RowKeys],
    matches: Sequence[Member | Judgement],
    current: CurrentStatus,
) -> list[Judgement]:
    """Return the verdicts on the rows of one step, with the answers that its questions may get."""
    judgements = []
    taken: set[UUID] = set()
    for row, match in zip(rows, matches, strict=True):
        if isinstance(match, Judgement):
            judgements.append(match)
        elif match.pk in taken:
            judgements.append(same_member_twice())
        else:
            taken.add(match.pk)
            judgements.append(judge_match(row.values, match, current))
    for row, judgement in zip(rows, judgements, strict=True):
        if judgement.verdict == RowVerdict.QUESTION:
            about = known_members.by_key.get(judgement.target)
            offer_answers(judgement, row.values, about, known_members.active_here(row.folded))
    return judgements
