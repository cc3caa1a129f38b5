"""Demo data of people: requests of residents about their data, and pairs that wait for the city.

It uses persons whom the wards have helped, so it comes after the demo of support.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db import transaction

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.people import actions, ports, queries
from doanso.people.models import Contact, Duplicate
from doanso.people.particulars import Particulars
from doanso.units.models import Unit


def year(units: Sequence[tuple[Unit, User]], officer: User, last: date, *, printed: str) -> list[DatedAction]:
    """Return the actions up to a day; `printed` is the ward whose secretary can sign in."""
    planned: list[DatedAction] = []
    by_code = {unit.code: (unit, secretary) for unit, secretary in units}
    if printed not in by_code:
        return planned
    ward, secretary = by_code[printed]
    # Another ward where there is one: schools and offices record no support at homes.
    other_wards = sorted(
        (unit for unit, _secretary in units if unit.code != printed), key=lambda candidate: not candidate.code.isdigit()
    )
    other = other_wards[0] if other_wards else None
    # Days of the story: one request is overdue on 12 November 2023, one is due in days, one has just come, one is complete.
    requests = [
        (date(2023, 9, 18), 1, "correct", "Tên tôi viết thiếu chữ lót", True),
        (date(2023, 10, 20), 2, "withdraw", "", False),
        (date(2023, 11, 9), 3, "copy", "", False),
        (date(2023, 11, 10), 4, "erase", "Tôi không muốn giữ tên trong danh sách nữa", False),
    ]
    planned.append((date(2023, 6, 12), partial(_live_together, ward, secretary)))
    for day, place, kind, detail, is_resolved in requests:
        planned.append((day, partial(_ask, ward, secretary, place, kind, detail, is_resolved)))
    if other is not None:
        planned += [
            (date(2023, 10, 30), partial(_match_similar, ward, other)),
            (date(2023, 11, 8), partial(_resolve_two, officer)),
        ]
    return [action for action in planned if action[0] <= last]


def _residents(unit: Unit) -> list[Contact]:
    """Return the persons whom the ward helped, in a fixed order."""
    contacts = list(queries.all_contacts().filter(unit=unit).exclude(phone_lookup="").order_by("pk"))
    members = ports.kept_persons({contact.person_id for contact in contacts})
    return [contact for contact in contacts if contact.person_id not in members]


def _ask(unit: Unit, secretary: User, place: int, kind: str, detail: str, is_resolved: bool) -> None:
    residents = _residents(unit)
    if len(residents) <= place:
        return
    request = actions.open_request(
        actor=None,
        person_id=residents[place].person_id,
        unit_id=unit.pk,
        kind=kind,
        channel="screen",
        detail=detail,
    )
    if is_resolved:
        actions.take_request(actor=secretary, request=request)
        actions.resolve_request(actor=secretary, request=request)


def _live_together(unit: Unit, secretary: User) -> None:
    """Put two of them, twice, into one home."""
    residents = _residents(unit)
    for first, second in zip(residents[20:24:2], residents[21:24:2], strict=False):
        actions.share_home(actor=secretary, unit_id=unit.pk, contact_ids=[first.pk, second.pk], address=first.address)


def _match_similar(unit: Unit, other: Unit) -> None:
    """Match another ward's list of the same people with slight differences: a year off, a letter off, words swapped."""
    inputs = []
    for place, contact in enumerate(_residents(unit)[10:16]):
        words, number = contact.name.split(), queries.decrypt_field(contact, "phone")
        name = (
            contact.name
            if place % 3 == 0
            else " ".join([*words[1:], words[0]])
            if place % 3 == 1
            else contact.name + "h"
        )
        year = contact.birth_year + 1 if contact.birth_year and place % 3 == 0 else contact.birth_year
        inputs.append(Particulars(name, contact.gender, birth_year=year, phone=number, address=contact.address))
    with transaction.atomic():
        actions.match_or_create_people(unit_id=other.pk, inputs=inputs)


def _resolve_two(officer: User) -> None:
    """Decide on two pairs for the city: one was the same person, one was not."""
    waiting = queries.all_duplicates().filter(state="open", one_business=None).order_by("found_at", "pk")
    for pair, decision in zip(list[Duplicate](waiting[:2]), ("same", "different"), strict=False):
        actions.resolve_duplicate(actor=officer, duplicate=pair, decision=decision)
