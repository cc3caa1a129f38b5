"""The possible answers to questions about rows of a members' list."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from doanso.imports.ports import AnswerOption, FieldDifference, Judgement
from doanso.lib import formats
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.people.models import Gender

SAME, KEEP, ANOTHER, RETURN, WITHOUT, ONE_OF = "same", "keep", "another", "return", "without", "is:"
MOVE, BACK = "move", "back"
"""`SAME`: the member in question, with the list's values. `KEEP`: the same, with the register's where the two differ.
`ANOTHER`: a new member. `RETURN`: a former member, admitted again. `WITHOUT`: import the row without the doubtful cell.
`ONE_OF` and a key: that member. `MOVE`: the member, transferred to the branch of the list. `BACK`: the member, back from being
away."""

ASIDE = {"birth_differs": "birth", "card_taken": "card", "left": "status", "still_away": "status"}
"""Which value is laid aside by `KEEP` and `WITHOUT`."""
_CANDIDATES = 4


def offer_answers(
    judgement: Judgement, values: dict[str, Any], about: Member | None, candidates: Sequence[Member]
) -> None:
    """Set the answers that a question may get.

    A member of another unit is never described: such a row is a new member, where it can be, or is left out.
    """
    code = judgement.findings[0].code
    if code == "both_sexes":
        right = _("The birth under “%(sex)s” is right")
        judgement.options = [
            AnswerOption(sex, _side(sex, birth), right % {"sex": Gender(sex).label})
            for sex, birth in values["sides"].items()
        ]
        return
    judgement.options = [AnswerOption(name, label) for name, label in _options(code, values, about, candidates)]
    if about is not None and code in {"birth_differs", "name_differs"}:
        judgement.differences = [_difference(code, values, about)]


def _difference(code: str, values: dict[str, Any], about: Member) -> FieldDifference:
    if code == "name_differs":
        return FieldDifference("name", about.contact.name, values["name"])
    return FieldDifference("birth", _born(about), formats.birth(values.get("birth")))


def _born(member: Member) -> str:
    return formats.day(member.contact.birth_date) if member.contact.birth_date else str(member.contact.birth_year or "")


def _options(
    code: str, values: dict[str, Any], about: Member | None, candidates: Sequence[Member]
) -> list[tuple[str, str]]:
    another = (ANOTHER, _("Somebody else: add as a new member"))
    again = (RETURN, _("This is the person, who comes back: admit again"))
    match code:
        case "name_differs":
            return [
                (SAME, _("This is the person: correct the name")),
                (KEEP, _("This is the person: keep the name of the register")),
            ]
        case "birth_differs":
            correct = (SAME, _("This is the person: correct the birth date"))
            keep = (KEEP, _("This is the person: keep the birth date of the register"))
            # A year alone can't correct a whole date.
            whole_date = isinstance(values.get("birth"), str) or about is None or about.contact.birth_date is None
            return [*([correct] if whole_date else []), keep, *([] if _found_by_number(values, about) else [another])]
        case "namesake" if about is not None and about.state == MemberState.ACTIVE:
            return [(SAME, _("This is the person: take over what the list says")), another]
        case "namesake" | "membership_ended":
            died = about is None or about.state == MemberState.DIED
            named = code == "namesake" or not _found_by_number(values, about)
            return [*([] if died else [again]), *([another] if named else [])]
        case "known_elsewhere":
            return [(RETURN, _("Admit the person here"))]
        case "other_branch":
            return [
                (MOVE, _("This is the person: transfer to the branch of the list, today")),
                (KEEP, _("This is the person: stays in the branch of the register")),
                another,
            ]
        case "perhaps_elsewhere":
            return [another]
        case "ambiguous":
            return [
                *((f"{ONE_OF}{candidate.pk}", _described(candidate)) for candidate in candidates[:_CANDIDATES]),
                another,
            ]
        case "card_taken":
            return [(WITHOUT, _("Import the row without the card number"))]
        case "left":
            return [(WITHOUT, _("Has not left: import the rest of the row"))]
        case "still_away":
            return [
                (BACK, _("Is back: end the absence today")),
                (WITHOUT, _("Is still away: import the rest of the row")),
            ]
    return []


def _side(sex: str, birth: str | int) -> str:
    """Return one of two births with the sex of the column in which it was typed."""
    return f"{Gender(sex).label}, " + _("born %(birth)s") % {"birth": formats.birth(birth)}


def _described(member: Member) -> str:
    """Describe a member of the unit so that namesakes can be distinguished."""
    parts = [member.contact.name]
    if born := _born(member):
        parts.append(_("born %(birth)s") % {"birth": born})
    if member.card_number:
        parts.append(_("card %(card)s") % {"card": member.card_number})
    elif member.joined_on:
        parts.append(_("joined on %(day)s") % {"day": formats.day(member.joined_on)})
    parts.append(_("member here since %(day)s") % {"day": formats.day(member.since)})
    return _("This is: %(who)s") % {"who": ", ".join(parts)}


def _found_by_number(values: dict[str, Any], member: Member | None) -> bool:
    """Return whether the member was recognised by the personal number or the card, which are unique."""
    if member is None:
        return True
    number, card = values.get("citizen_id"), values.get("card")
    if number and people.lookup_hash("citizen_id", number) == member.contact.citizen_id_lookup:
        return True
    return bool(card and card == member.card_number)
