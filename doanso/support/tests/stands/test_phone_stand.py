"""A stand on a phone with a network: who entered themselves and waits, and finishing them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.people.models import Consent
from doanso.support.actions import close_stand
from doanso.support.models import StandTurn, SupportRecord
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.stands.conftest import AtStand
from doanso.support.tests.stands.from_phone import APPLIED, FromPhone, person
from doanso.sync.tests.conftest import Phone
from doanso.sync.tests.conftest import phone_of as phone_of

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).parents[4] / "contract"
SAU = StandEntry("Lê Văn Sáu", 1960)


class AtPhone:
    """Lan's phone at An's stand, with a network."""

    def __init__(self, at_stand: AtStand, phone: Phone) -> None:
        self.at_stand, self.phone = at_stand, phone

    def get(self, phone: Phone | None = None) -> Any:
        """The stand as it is now."""
        used = phone or self.phone
        address = f"/api/v1/stands/{self.at_stand.stand.pk}"
        return used.client.get(address, headers={"Authorization": f"Bearer {used.token}"})

    def post(self, turn: StandTurn, what: str, body: Any = None, phone: Phone | None = None) -> Any:
        """Finish, drop or undo an entry."""
        used = phone or self.phone
        address = f"/api/v1/stands/{self.at_stand.stand.pk}/turns/{turn.pk}/{what}"
        headers = {"Authorization": f"Bearer {used.token}"}
        return used.client.post(address, json.dumps(body or {}), content_type="application/json", headers=headers)

    def finish(self, turn: StandTurn, *services: str, namesakes: bool = False, phone: Phone | None = None) -> Any:
        """Finish an entry with these services."""
        body = {"services": services or ("portal",), "namesakes": namesakes}
        return self.post(turn, "finish", body, phone)


@pytest.fixture
def at_phone(at_stand: AtStand, phone_of: Callable[..., Phone]) -> AtPhone:
    return AtPhone(at_stand, phone_of(at_stand.ward.tree.lan))


def test_a_helper_sees_who_waits_and_finishes_them_with_their_own_consent(at_phone: AtPhone) -> None:
    at = at_phone.at_stand
    bay, nobody = at.enter(), at.enter(None)
    answer = at_phone.get()
    assert answer["Cache-Control"] == "no-store"
    assert [(row["number"], row["name"], row["birth_year"]) for row in answer.json()["entries"]] == [
        (1, "Nguyễn Thị Bảy", 1951),
        (2, "", None),
    ]
    assert (answer.json()["stand"]["waiting"], answer.json()["stand"]["kept"]) == (2, False)

    done = at_phone.finish(bay, "portal", "vneid").json()
    assert (done["entry"]["state"], done["entry"]["changed"], done["entry"]["number"]) == ("recorded", True, 1)
    assert [row["number"] for row in done["entries"]] == [2]
    assert done["stand"]["others"] == {"named": 1, "unnamed": 0}
    assert at_phone.finish(nobody).json()["stand"] == done["stand"] | {
        "others": {"named": 1, "unnamed": 1},
        "waiting": 0,
    }
    assert set(Consent.objects.values_list("channel", "text_version")) == {("screen", "2023-09")}
    assert SupportRecord.objects.filter(recorded_by=at.ward.tree.lan, source="booth").count() == 3
    assert StandTurn.objects.exclude(person_encrypted=b"").count() == 0
    assert at.ward.figure() == 1
    assert not list(recount())


def test_an_entry_that_somebody_else_finished_is_told_and_counted_once(
    at_phone: AtPhone, phone_of: Callable[..., Phone]
) -> None:
    at = at_phone.at_stand
    bay = at.enter()
    an = phone_of(at.actor)
    assert at_phone.finish(bay, phone=an).json()["entry"]["changed"] is True
    for _again in range(2):
        entry = at_phone.finish(bay).json()["entry"]
        assert (entry["state"], entry["changed"]) == ("recorded", False)
        assert entry["ended_at"] is not None
    assert (SupportRecord.objects.count(), at.ward.figure()) == (1, 1)
    # Whoever was recorded by hand before is known, and counted once too.
    entry = at_phone.finish(at.enter()).json()["entry"]
    assert (entry["state"], entry["changed"], entry["doubtful"]) == ("known", True, False)
    assert at.ward.figure() == 1
    # Without a telephone number nobody is sure who is meant, and the phone says so.
    at.record(SAU)
    entry = at_phone.finish(at.enter(SAU)).json()["entry"]
    assert (entry["state"], entry["doubtful"]) == ("recorded", True)


def test_whoever_two_helpers_may_have_recorded_is_shown_to_both(at_phone: AtPhone, as_user: Any) -> None:
    at = at_phone.at_stand
    sent = FromPhone(at, at_phone.phone)
    line = sent.record(person(SAU.name, SAU.birth_year))
    surely_one = sent.record(services=["vneid"])
    at.record(StandEntry("LÊ VĂN SÁU", 1960))
    at.record()
    assert sent.send(line, surely_one) == [APPLIED, APPLIED]
    assert at_phone.get().json()["alike"] == [line["id"]]
    board = as_user(at.actor).get(f"/support/stands/{at.stand.pk}/").content.decode()
    assert re.findall(r"Trùng số (\d)\?", board) == ["1", "3"]
    # One of the two lines is undone, whichever.
    as_user(at.actor).post(f"/support/stands/{at.stand.pk}/turns/{line['id']}/undo/")
    assert at_phone.get().json()["alike"] == []
    assert at.ward.figure() == 2


def test_who_left_is_dropped_and_a_slip_of_the_thumb_is_undone(at_phone: AtPhone) -> None:
    at = at_phone.at_stand
    bay, sau = at.enter(), at.enter(SAU)
    assert at_phone.post(bay, "drop").json()["entry"] | {"ended_at": ""} == {
        "id": str(bay.pk), "number": 1, "state": "dropped", "ended_at": "", "changed": True,
        "doubtful": False,
    }  # fmt: skip
    refused = at_phone.finish(bay)
    assert (refused.status_code, refused.json()["code"]) == (422, "turn_gone")
    at_phone.finish(sau)
    assert at_phone.post(sau, "undo").json()["entry"]["state"] == "undone"
    assert at_phone.post(sau, "undo").json()["entry"]["changed"] is False
    assert at.ward.figure() == 0
    actors = AuditEvent.objects.filter(action="support.keep_stand").values_list("actor", "changed")
    lan = at.ward.tree.lan.pk
    assert sorted(actors, key=str) == sorted([(lan, ["dropped"]), (lan, ["undone"])], key=str)
    # What others recorded by hand is not theirs to undo.
    by_hand = at.record(StandEntry("Trần Thị Tám", 1950)).turn
    assert at_phone.post(by_hand, "undo").status_code == 404
    assert at.ward.figure() == 1


@pytest.mark.parametrize(
    ("entry", "services", "code"),
    [
        (StandEntry("Trần Gia Huy", 1951), ["portal"], "helped_self"),
        (SAU, ["payment"], "services_missing"),
        (SAU, [], "services_missing"),
    ],
)
def test_the_desks_rules_hold(at_phone: AtPhone, entry: StandEntry, services: list[str], code: str) -> None:
    turn = at_phone.at_stand.enter(entry)
    refused = at_phone.post(turn, "finish", {"services": services, "namesakes": False})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert at_phone.at_stand.states() == [(1, "waiting")]


def test_two_people_of_one_name_are_finished_where_the_phone_says_so(at_phone: AtPhone) -> None:
    turn = at_phone.at_stand.enter(StandEntry("Trần Gia Huy", 1951))
    assert at_phone.finish(turn, namesakes=True).json()["entry"]["state"] == "recorded"


def test_strangers_and_an_ended_stand_are_not_found(at_phone: AtPhone, phone_of: Callable[..., Phone]) -> None:
    at = at_phone.at_stand
    bay = at.enter()
    chi = phone_of(at.ward.tree.chi)
    for answer in (at_phone.get(chi), at_phone.finish(bay, phone=chi), at_phone.post(bay, "drop", phone=chi)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    close_stand(actor=at.actor, stand_id=at.stand.pk)
    for answer in (at_phone.get(), at_phone.finish(bay)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not SupportRecord.objects.exists()


def test_the_answers_have_the_form_of_the_contract_in_a_constant_number_of_statements(at_phone: AtPhone) -> None:
    contract = {
        name: json.loads((CONTRACT / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("stand", "stand_finished", "stand_finish")
    }
    counts = []
    for more in range(3):
        turn = at_phone.at_stand.enter(StandEntry(f"Lê Thị {'ABC'[more]}", 1950))
        with CaptureQueriesContext(connection) as captured:
            answer = at_phone.get().json()
        counts.append(len(captured))
    assert counts[1] == counts[2]
    finished = at_phone.post(turn, "finish", contract["stand_finish"]).json()
    for given, wanted in ((answer, contract["stand"]), (finished, contract["stand_finished"])):
        assert list(given) == list(wanted)
        assert list(given["stand"]) == list(wanted["stand"])
        assert list(given["entries"][0]) == list(wanted["entries"][0])
    assert list(finished["entry"]) == list(contract["stand_finished"]["entry"])
