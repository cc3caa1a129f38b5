"""What the answers to the questions of a members' list come to."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.imports.models import RowVerdict
from doanso.imports.ports import Difference, Judgement, Line
from doanso.members.models import Member, MemberState
from doanso.members.register_list import matching
from doanso.members.register_list.answers import ANOTHER, ASIDE, BACK, KEEP, MOVE, ONE_OF, RETURN, WITHOUT, offer
from doanso.people.models import Person

Judge = Callable[[Sequence[Line]], list[Judgement]]


def settle(
    lines: Sequence[Line], judgements: Sequence[Judgement], answers: Sequence[str], within: set[UUID], judge: Judge
) -> list[Judgement]:
    """What the answered questions come to, in a fixed number of statements."""
    settled = list(judgements)
    answered = [place for place, answer in enumerate(answers) if answer]
    members = _members([_meant(judgements[place], answers[place]) for place in answered])
    recognised: list[tuple[int, Member]] = []
    again: list[int] = []
    for place in answered:
        line, question, answer = lines[place], judgements[place], answers[place]
        aside = ASIDE.get(question.findings[0].code, "")
        member = members.get(_meant(question, answer))
        if answer in line.values.get("sides", {}):
            line.values |= {"gender": answer, "birth": line.values.pop("sides")[answer]}
            again.append(place)
        elif answer == WITHOUT:
            line.values.pop(aside, None)
            again.append(place)
        elif answer in {ANOTHER, RETURN}:
            settled[place] = Judgement(RowVerdict.NEW, question.target if answer == RETURN else "")
        elif member is not None and member.state == MemberState.ACTIVE and member.branch_id in within:
            if answer == KEEP:
                line.values.pop(aside, None)
                line.values["name"] = member.contact.name
            elif answer in {MOVE, BACK}:
                if answer == BACK:
                    line.values.pop(aside, None)
                line.values[answer] = True
            recognised.append((place, member))
    for place, judgement in zip(again, judge([lines[place] for place in again]), strict=True):
        settled[place] = judgement
    present = matching.Present([(lines[place].values, member) for place, member in recognised])
    taken = {entry.target for place, entry in enumerate(settled) if not answers[place] and entry.verdict in _FOUND}
    for place, member in recognised:
        if str(member.pk) in taken:
            settled[place] = matching.same_member_twice()
            continue
        taken.add(str(member.pk))
        settled[place] = _with_deed(lines[place].values, matching.judge_found(lines[place].values, member, present))
    _look_again(lines, settled, answered)
    return settled


_FOUND = {RowVerdict.CHANGED, RowVerdict.UNCHANGED}


def _with_deed(values: dict[str, Any], judgement: Judgement) -> Judgement:
    """The verdict where the answer asks for a deed besides: there is something to write even if nothing else differs."""
    if judgement.verdict == RowVerdict.QUESTION or not {MOVE, BACK} & values.keys():
        return judgement
    difference = (
        Difference("branch", "", _("moves to the branch of the list"))
        if MOVE in values
        else Difference("status", _("away"), _("takes part"))
    )
    return Judgement(RowVerdict.CHANGED, judgement.target, [difference, *judgement.differences])


def _meant(question: Judgement, answer: str) -> str:
    return answer.removeprefix(ONE_OF) if answer.startswith(ONE_OF) else question.target


def _members(keys: Sequence[str]) -> dict[str, Member]:
    ids = {UUID(key) for key in keys if key}
    if not ids:
        return {}
    return {str(member.pk): member for member in Member.objects.select_related("contact").filter(pk__in=ids)}


def _look_again(lines: Sequence[Line], settled: list[Judgement], answered: Sequence[int]) -> None:
    """What the first question hid: a card that is somebody else's, or that the person has left."""
    cards = {str(lines[place].values["card"]) for place in answered if lines[place].values.get("card")}
    holders = {}
    if cards:
        active = Member.objects.filter(state=MemberState.ACTIVE, card_number__in=cards)
        holders = {card: str(key) for card, key in active.values_list("card_number", "pk")}
    for place in answered:
        values, judgement = lines[place].values, settled[place]
        holder = holders.get(values.get("card", ""), "")
        if judgement.verdict in {RowVerdict.NEW, RowVerdict.CHANGED} and holder and holder != judgement.target:
            settled[place] = matching.card_taken()
        elif judgement.verdict == RowVerdict.NEW and values.get("status") == "left":
            settled[place] = matching.has_left()
        if settled[place].verdict == RowVerdict.QUESTION and not settled[place].options:
            offer(settled[place], values, None, [])


def persons_of(keys: Sequence[str]) -> dict[str, Person]:
    """The persons of stays that ended, by the stays' keys, as judgements have them."""
    ids = [UUID(key) for key in keys if key]
    if not ids:
        return {}
    return {str(stay.pk): stay.person for stay in Member.objects.select_related("person").filter(pk__in=ids)}
