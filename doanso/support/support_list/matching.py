"""Match rows with the register: which receiver is meant, which records exist already, and which questions remain."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.imports.applied_rows import known_targets
from doanso.imports.models import RowVerdict
from doanso.imports.ports import AnswerOption, FieldDifference, Finding, Judgement, ListLine
from doanso.lib import formats, vietnamese
from doanso.people import actions as people
from doanso.people.actions import BusinessInput, Particulars
from doanso.people.models import Business, Contact, Gender
from doanso.support.models import SupportRecord
from doanso.support.support_list.reader import AGREED, PERSON, REFUSED, SHOP, UNNAMED, receiver_key, record_key

NAME = "supports"
"""The kind of list."""

SAME, ANOTHER, ONE_OF, NAMELESS, ON_PAPER, NAMESAKES = "same", "another", "is:", "unnamed", "on-paper", "namesakes"
"""Answers: the contact asked about; somebody else; the contact of that key; a time without a person; the signed paper is kept;
helper and receiver are two people of one name."""


def particulars(values: dict[str, Any]) -> Particulars:
    """Return the person's particulars in the row."""
    birth = values.get("birth")
    place = values.get("place")
    return Particulars(
        name=values["name"],
        gender=values.get("gender", ""),
        birth_date=date.fromisoformat(birth) if isinstance(birth, str) else None,
        birth_year=birth if isinstance(birth, int) else None,
        phone=values.get("phone", ""),
        address=values.get("address", ""),
        neighbourhood_id=UUID(place) if place else None,
    )


def business(values: dict[str, Any]) -> BusinessInput:
    """Return the shop's data in the row."""
    place = values.get("place")
    return BusinessInput(
        name=values["shop"],
        kind_of_trade=values.get("trade", ""),
        phone=values.get("phone", ""),
        address=values.get("address", ""),
        neighbourhood_id=UUID(place) if place else None,
    )


class SupportMatcher:
    """Matches rows for one unit; its counts of people are read by the session."""

    def __init__(self, unit_id: UUID, home: UUID, services: dict[str, str]) -> None:
        self._unit_id = unit_id
        self._home = home
        self.services = services
        self._known_people: set[UUID] = set()
        self._new_people_keys: set[int] = set()
        self.people_known = 0
        self.people_new = 0

    def judge(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """Return judgements of the lines of one step, in a fixed number of statements."""
        recorded = self._recorded(lines)
        judgements = [self._consent_question(line.values, recorded) for line in lines]
        receivers = self._preview_receivers(lines, judgements, recorded)
        active_records = self._active_records(
            [receiver_id for receiver_id, _alike in receivers.values() if receiver_id is not None], lines
        )
        self._warn_of_other_addresses(
            lines, {place: receiver_id for place, (receiver_id, _alike) in receivers.items() if receiver_id is not None}
        )
        labels = _labels([key for _one, alike in receivers.values() for key in alike])
        answers = []
        for place, (line, judgement) in enumerate(zip(lines, judgements, strict=True)):
            if judgement is not None:
                answers.append(judgement)
                continue
            receiver, alike = receivers.get(place, (None, ()))
            missing = self._missing(line.values, receiver, recorded, active_records)
            if missing and alike:
                answers.append(_who_question(line.values, alike, labels))
            else:
                answers.append(self._verdict(missing, receiver))
        return answers

    def _warn_of_other_addresses(self, lines: Sequence[ListLine], receivers: dict[int, UUID]) -> None:
        """Warn where a row states another address than the register, which keeps its own."""
        receivers_by_place = {place: key for place, key in receivers.items() if lines[place].values.get("address")}
        if not receivers_by_place:
            return
        registered_addresses: dict[UUID, str] = {}
        for model in (Contact, Business):
            registered_addresses |= dict(
                model.objects.filter(pk__in=set(receivers_by_place.values())).values_list("pk", "address")
            )
        for place, key in receivers_by_place.items():
            given_address, registered = lines[place].values["address"], registered_addresses.get(key, "")
            if not registered or vietnamese.fold(given_address) == vietnamese.fold(registered):
                continue
            message = _(
                "The list gives another address than the register; the one in the register, “%(address)s”, is kept."
            )
            finding = Finding("address", "address_kept", message % {"address": registered[:80]})
            if finding not in lines[place].warnings:
                lines[place].warnings.append(finding)

    def _verdict(self, missing: Sequence[tuple[str, str]], receiver: UUID | None) -> Judgement:
        if not missing:
            return Judgement(RowVerdict.UNCHANGED)
        descriptions = [
            f"{self.services.get(code, code)}, {formats.day(date.fromisoformat(day))}" for code, day in missing
        ]
        return Judgement(
            RowVerdict.NEW,
            "" if receiver is None else str(receiver),
            [FieldDifference("service", "", "; ".join(descriptions))],
        )

    def _recorded(self, lines: Iterable[ListLine]) -> dict[str, UUID | None]:
        """Return records that this list, or an equal one, has made already, with the person of each."""
        keys = {key for line in lines for key in (*self.keys(line.values), *self._nameless_keys(line.values))}
        targets = known_targets(kind=NAME, keys=keys)
        persons = (
            dict(SupportRecord.objects.filter(pk__in=set(targets.values())).values_list("pk", "person_id"))
            if targets
            else {}
        )
        return {key: persons.get(target) for key, target in targets.items()}

    def keys(self, values: dict[str, Any]) -> list[str]:
        """Return the keys of the row's records."""
        receiver = receiver_key(values)
        return [record_key(self._unit_id, receiver, code, day) for code, day in values["done"]]

    def _nameless_keys(self, values: dict[str, Any]) -> list[str]:
        """Return the keys of the row's records without a name."""
        return self.keys(_nameless(values)) if "nth" in values else []

    def _consent_question(self, values: dict[str, Any], recorded: dict[str, UUID | None]) -> Judgement | None:
        """Return the question of a row without a stated consent, unless its records exist already."""
        if values["to"] != PERSON:
            return None
        if values.get("sides"):
            return _sides_question(values["sides"])
        if values["consent"] == AGREED and not values.get("self"):
            return None
        for keys in (self.keys(values), self._nameless_keys(values)):
            if all(key in recorded for key in keys) and (keys or not values["done"]):
                return Judgement(RowVerdict.UNCHANGED)
        return _self_question() if values.get("self") else _consent_question(values)

    def _preview_receivers(
        self,
        lines: Sequence[ListLine],
        judgements: Sequence[Judgement | None],
        recorded: dict[str, UUID | None],
    ) -> dict[int, tuple[UUID | None, tuple[UUID, ...]]]:
        """Return by place the certain receiver, and the possible ones."""
        open_places = [place for place, result in enumerate(judgements) if result is None]
        persons = [place for place in open_places if lines[place].values["to"] == PERSON]
        shops = [place for place in open_places if lines[place].values["to"] == SHOP]
        receivers: dict[int, tuple[UUID | None, tuple[UUID, ...]]] = {}
        person_inputs = [particulars(lines[place].values) for place in persons]
        for place, result in zip(
            persons, people.preview_matches(unit_id=self._home, inputs=person_inputs), strict=True
        ):
            receivers[place] = (result.contact_id, result.alike if result.person_id is None else ())
            recorded_persons = (recorded.get(key) for key in self.keys(lines[place].values))
            person = result.person_id or next(filter(None, recorded_persons), None)
            if person is not None or not result.alike:
                # A row with an open question about its receiver is not counted yet.
                self._count(lines[place].values, person)
        shop_inputs = [business(lines[place].values) for place in shops]
        for place, shop in zip(shops, people.preview_businesses(unit_id=self._home, inputs=shop_inputs), strict=True):
            receivers[place] = (shop.business_id, shop.alike)
        return receivers

    def _count(self, values: dict[str, Any], person: UUID | None) -> None:
        """Count the people the list names, each once: known ones, and those who would be new."""
        if person is not None:
            self.people_known += person not in self._known_people
            self._known_people.add(person)
            return
        name, birth = values["name"], str(values.get("birth", ""))[:4]
        phone, where = values.get("phone"), f"{values.get('place', '')}{values.get('address', '')}"
        # As hashes only: a list of 100,000 stays small.
        keys = {hash((name, birth, which, value)) for which, value in (("phone", phone), ("place", where)) if value}
        self.people_new += not keys & self._new_people_keys
        self._new_people_keys |= keys

    def _active_records(self, receivers: Sequence[UUID], lines: Sequence[ListLine]) -> set[tuple[UUID, str, str]]:
        """Return the unit's records of these receivers on the days of the lines, from any source."""
        days = {day for line in lines for _code, day in line.values["done"]}
        if not receivers or not days:
            return set()
        support_records = SupportRecord.objects.filter(unit_id=self._unit_id, happened_on__in=days, taken_back_at=None)
        active_records = set()
        for column in ("contact_id", "business_id"):
            rows = support_records.filter(**{f"{column}__in": set(receivers)}).values_list(
                column, "service_id", "happened_on"
            )
            active_records |= {(receiver, code, day.isoformat()) for receiver, code, day in rows}
        return active_records

    def _missing(
        self,
        values: dict[str, Any],
        receiver: UUID | None,
        recorded: dict[str, UUID | None],
        active_records: set[tuple[UUID, str, str]],
    ) -> list[tuple[str, str]]:
        """Return the services and days that are not recorded yet."""
        return [
            (code, day)
            for (code, day), key in zip(values["done"], self.keys(values), strict=True)
            if key not in recorded and (receiver is None or (receiver, code, day) not in active_records)
        ]

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> list[Judgement]:
        """Return judgements after the answers, in a fixed number of statements."""
        resolved = list(judgements)
        again: list[int] = []
        chosen: dict[int, UUID | None] = {}
        for place, answer in enumerate(answers):
            values = lines[place].values
            if answer in values.get("sides", {}):
                values |= {"gender": answer, "birth": values.pop("sides")[answer]}
                again.append(place)
            elif answer == ON_PAPER:
                values["consent"] = AGREED
                again.append(place)
            elif answer == NAMESAKES:
                values.pop("self", None)
                again.append(place)
            elif answer == NAMELESS:
                nameless_values = _nameless(values)
                values.clear()
                values |= nameless_values
                chosen[place] = None
            elif answer == ANOTHER:
                chosen[place] = None
            elif answer:
                chosen_id = answer.removeprefix(ONE_OF) if answer.startswith(ONE_OF) else judgements[place].target
                values["receiver"] = chosen_id
                chosen[place] = UUID(chosen_id)
        for place, judgement in zip(again, self.judge([lines[place] for place in again]), strict=True):
            resolved[place] = judgement
        answered_lines = [lines[place] for place in chosen]
        recorded = self._recorded(answered_lines)
        active_records = self._active_records(
            [receiver_id for receiver_id in chosen.values() if receiver_id is not None], answered_lines
        )
        for place, receiver in chosen.items():
            missing = self._missing(lines[place].values, receiver, recorded, active_records)
            resolved[place] = self._verdict(missing, receiver)
        return resolved


def _sides_question(sides: dict[str, str | int]) -> Judgement:
    options = []
    for sex, birth in sides.items():
        label = f"{Gender(sex).label}, " + _("born %(birth)s") % {"birth": formats.birth(birth)}
        options.append(AnswerOption(sex, label, _("The birth under “%(sex)s” is right") % {"sex": Gender(sex).label}))
    message = _("Both “Nam” and “Nữ” hold a birth date. Which of the two is right?")
    return _question("birth", "both_sexes", message, options)


def _self_question() -> Judgement:
    message = _("Who helped and who was helped bear the same name; nobody helps themselves. Are they two people?")
    return _question("helper", "helped_self", message, [AnswerOption(NAMESAKES, _("Two people of the same name"))])


def _consent_question(values: dict[str, Any]) -> Judgement:
    nameless = AnswerOption(NAMELESS, _("Record it as a time without a name"))
    if values["consent"] == REFUSED:
        message = _("The person does not agree to be named. Record the help without a name, or leave the row out.")
        return _question("consent", "consent_refused", message, [nameless])
    message = _(
        "It is not told that the person agreed to be named. Write “x” in the column “Có phiếu đồng ý” where the signed"
        " paper is kept; without it only a time without a name can be recorded."
    )
    on_paper = AnswerOption(ON_PAPER, _("The signed paper is kept: record the name"))
    return _question("consent", "no_consent", message, [on_paper, nameless])


def _question(column: str, code: str, message: str, options: list[AnswerOption], target: str = "") -> Judgement:
    return Judgement(RowVerdict.QUESTION, target, findings=[Finding(column, code, message)], options=options)


def _who_question(values: dict[str, Any], alike: Sequence[UUID], labels: dict[UUID, str]) -> Judgement:
    """Ask which contact of the unit is meant. Nothing is asked about other units' contacts: the city resolves such pairs."""
    own_keys = [key for key in alike if key in labels]
    shop = values["to"] == SHOP
    if len(own_keys) == 1:
        meant = _("This is the one the unit has written down")
        options = [AnswerOption(SAME, _("This is: %(who)s") % {"who": labels[own_keys[0]]}, meant)]
    else:
        options = [AnswerOption(f"{ONE_OF}{key}", _("This is: %(who)s") % {"who": labels[key]}) for key in own_keys]
    options.append(AnswerOption(ANOTHER, _("Another shop: add as new") if shop else _("Somebody else: add as new")))
    message = (
        _("The unit has written down a shop like this one.")
        if shop
        else _("The unit has written down somebody like this.")
    )
    target = str(own_keys[0]) if len(own_keys) == 1 else ""
    return _question("shop" if shop else "name", "perhaps_known", message, options, target)


def _labels(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return the unit's own contacts and shops as texts that distinguish them from others of their name."""
    wanted_keys = set(keys)
    if not wanted_keys:
        return {}
    labels = {}
    for contact in Contact.objects.filter(pk__in=wanted_keys).select_related("neighbourhood"):
        born = formats.day(contact.birth_date) if contact.birth_date else str(contact.birth_year or "")
        place = contact.neighbourhood.name if contact.neighbourhood else ""
        parts = [contact.name, _("born %(birth)s") % {"birth": born} if born else "", contact.address, place]
        labels[contact.pk] = ", ".join(filter(None, parts))
    for shop in Business.objects.filter(pk__in=wanted_keys).select_related("neighbourhood"):
        place = shop.neighbourhood.name if shop.neighbourhood else ""
        labels[shop.pk] = ", ".join(filter(None, [shop.name, shop.address, place]))
    return labels


def _nameless(values: dict[str, Any]) -> dict[str, Any]:
    """Return the row without its person, for a receiver who does not want to be named."""
    return {"to": UNNAMED, **{name: values[name] for name in ("done", "helper", "second", "nth") if name in values}}
