"""Resolve the answers to the questions of a members' list.

The session calls these in turn: `meant_ids` (the members are read once), `apply_answers`, the rows that changed are matched
again, and `conclude_rows`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.imports.models import RowVerdict
from doanso.imports.ports import FieldDifference, Judgement, ListLine
from doanso.members.models import Member, MemberState
from doanso.members.register_list import matching
from doanso.members.register_list.answers import (
    ANOTHER,
    ASIDE,
    BACK,
    KEEP,
    MOVE,
    ONE_OF,
    RETURN,
    WITHOUT,
    offer_answers,
)
from doanso.members.register_list.register_rows import CurrentStatus

_MATCHED = {RowVerdict.CHANGED, RowVerdict.UNCHANGED}


@dataclass(frozen=True, slots=True)
class AnsweredRows:
    """The results of the answers, by the rows' places: rows to match again, members that rows mean, unchanged verdicts."""

    to_match: list[int] = field(default_factory=list)
    members: list[tuple[int, Member]] = field(default_factory=list)
    verdicts: dict[int, Judgement] = field(default_factory=dict)


def meant_ids(judgements: Sequence[Judgement], answers: Sequence[str]) -> set[UUID]:
    """Return the keys of the stays that the answered questions are about."""
    keys = (_stay_key(judgement, answer) for judgement, answer in zip(judgements, answers, strict=True) if answer)
    return {UUID(key) for key in keys if key}


def apply_answers(
    lines: Sequence[ListLine],
    judgements: Sequence[Judgement],
    answers: Sequence[str],
    members: Mapping[UUID, Member],
    within: set[UUID],
) -> AnsweredRows:
    """Change the values of answered lines by their answers; `within` are the branches the list is for."""
    rows = AnsweredRows()
    for place, (line, question, answer) in enumerate(zip(lines, judgements, answers, strict=True)):
        if not answer:
            continue
        aside = ASIDE.get(question.findings[0].code, "")
        key = _stay_key(question, answer)
        member = members.get(UUID(key)) if key else None
        if answer in line.values.get("sides", {}):
            line.values |= {"gender": answer, "birth": line.values.pop("sides")[answer]}
            rows.to_match.append(place)
        elif answer == WITHOUT:
            line.values.pop(aside, None)
            rows.to_match.append(place)
        elif answer in {ANOTHER, RETURN}:
            rows.verdicts[place] = Judgement(RowVerdict.NEW, question.target if answer == RETURN else "")
        elif member is not None and member.state == MemberState.ACTIVE and member.branch_id in within:
            if answer == KEEP:
                line.values.pop(aside, None)
                line.values["name"] = member.contact.name
            elif answer in {MOVE, BACK}:
                if answer == BACK:
                    line.values.pop(aside, None)
                line.values[answer] = True
            rows.members.append((place, member))
    return rows


def conclude_rows(
    lines: Sequence[ListLine],
    judgements: Sequence[Judgement],
    answers: Sequence[str],
    rows: AnsweredRows,
    rematched: Sequence[Judgement],
    current: CurrentStatus,
    card_holders: Mapping[str, str],
) -> list[Judgement]:
    """Return the verdicts on all lines; `rematched` are those on `rows.to_match`, `card_holders` active stays by their cards."""
    concluded = list(judgements)
    for place, judgement in [*rows.verdicts.items(), *zip(rows.to_match, rematched, strict=True)]:
        concluded[place] = judgement
    taken = {entry.target for place, entry in enumerate(concluded) if not answers[place] and entry.verdict in _MATCHED}
    for place, member in rows.members:
        if str(member.pk) in taken:
            concluded[place] = matching.same_member_twice()
            continue
        taken.add(str(member.pk))
        values = lines[place].values
        concluded[place] = _with_action(values, matching.judge_match(values, member, current))
    for place, answer in enumerate(answers):
        if answer:
            concluded[place] = _second_question(lines[place].values, concluded[place], card_holders)
    return concluded


def answered_cards(lines: Sequence[ListLine], answers: Sequence[str]) -> set[str]:
    """Return the card numbers of the answered lines."""
    return {
        str(line.values["card"])
        for line, answer in zip(lines, answers, strict=True)
        if answer and line.values.get("card")
    }


def _with_action(values: dict[str, Any], judgement: Judgement) -> Judgement:
    """Return the verdict where the answer requires an action besides: there is something to write in any case."""
    if judgement.verdict == RowVerdict.QUESTION or not {MOVE, BACK} & values.keys():
        return judgement
    difference = (
        FieldDifference("branch", "", _("moves to the branch of the list"))
        if MOVE in values
        else FieldDifference("status", _("away"), _("takes part"))
    )
    return Judgement(RowVerdict.CHANGED, judgement.target, [difference, *judgement.differences])


def _stay_key(question: Judgement, answer: str) -> str:
    return answer.removeprefix(ONE_OF) if answer.startswith(ONE_OF) else question.target


def _second_question(values: dict[str, Any], judgement: Judgement, card_holders: Mapping[str, str]) -> Judgement:
    """Return the question that the first one hid: another member has the card, or the person has left."""
    holder = card_holders.get(values.get("card", ""), "")
    if judgement.verdict in {RowVerdict.NEW, RowVerdict.CHANGED} and holder and holder != judgement.target:
        judgement = matching.card_taken()
    elif judgement.verdict == RowVerdict.NEW and values.get("status") == "left":
        judgement = matching.has_left()
    if judgement.verdict == RowVerdict.QUESTION and not judgement.options:
        offer_answers(judgement, values, None, [])
    return judgement
