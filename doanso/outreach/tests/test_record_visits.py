"""A visit sent by a phone: the pair, the people helped, the door, the figures; each once, whatever is sent again."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import Event
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import AwaitedConfirmation, Teammate, Visit, VisitHelp
from doanso.outreach.tests.conftest import Outing
from doanso.people.models import Contact, Duplicate, Household
from doanso.support.models import Help, Receipt, ReceiptLink
from doanso.support.slips import link_lookup
from doanso.sync.actions import register_device
from doanso.sync.models import Record
from doanso.sync.tests.conftest import Phone
from doanso.tally.recount import recount
from doanso.testing import TODAY, Tree

SIGNED = {"how": "signature", "proof": "M12 30L14 33L20 40L26 31"}


def key() -> str:
    return str(uuid7())


def guest(name: str = "Nguyễn Văn Bảy", *services: str, year: int = 1951, **more: Any) -> dict[str, Any]:
    """Somebody by name who agreed, helped with these services (the portal, unless told)."""
    helps = [
        {"id": key(), "service": one, "kind": "guide", "before": "none", "after": "active", "obstacle": ""}
        for one in services or ("portal",)
    ]
    person = {"contact": None, "name": name, "birth_year": year, "gender": "", "phone": "", "guardian": ""}
    return {
        "person": person | more.pop("person", {}),
        "business": False,
        "consent": {"purposes": ["support"], "text": "2023-09", "channel": "voice"},
        "receipt": {"id": key(), "link": _link(), "code": "7KQ2M4XD"},
        "helps": helps,
    } | more


def _link() -> str:
    import base64
    import secrets

    return base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


NOBODY: dict[str, Any] = {"person": None, "business": False, "consent": None, "receipt": None}


class Visiting:
    """Lan's phone on its way through ward 4."""

    def __init__(self, outing: Outing, phone: Phone) -> None:
        self.outing, self.phone = outing, phone

    def body(self, at: int = 0, **more: Any) -> dict[str, Any]:
        """A visit at a door of the drive: Bảy is helped with the portal, Út signs as the second."""
        door = self.outing.doors[at]
        ut = {"teammate": str(self.outing.mates["ut"].pk), "name": "", "kind": "official"}
        return {
            "drive": str(self.outing.drive.pk),
            "door": str(door.pk),
            "household": {
                "id": str(door.household_id),
                "new": False,
                "number": "",
                "street": "",
                "neighbourhood": None,
            },
            "business": None,
            "happened_on": str(TODAY),
            "began_at": "2023-11-12T08:12:00+07:00",
            "ended_at": "2023-11-12T08:19:30+07:00",
            "outcome": "helped",
            "follow_up_on": None,
            "in_area": True,
            "pair": {
                "team": str(self.outing.team.pk),
                "first": {"teammate": str(self.outing.mates["lan"].pk), "how": "sign-in"},
                "second": ut | SIGNED,
            },
            "people": [guest()],
        } | more

    def record(
        self, body: Mapping[str, Any], *, of: str | None = None, base: str | None = None, **more: Any
    ) -> dict[str, str]:
        told = {
            "kind": "outreach.visit",
            "version": 1,
            "unit": str(self.phone.unit.pk),
            "base": base,
            "made_at": "2023-11-12T08:20:00+07:00",
            "body": body,
        } | more
        payload = json.dumps(told, ensure_ascii=False)
        return {"id": of or key(), "hash": sha256(payload.encode()).hexdigest(), "payload": payload}

    def send(self, *bodies: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What became of these visits."""
        return self.deliver(*[self.record(one) for one in bodies])

    def deliver(self, *records: Mapping[str, str]) -> list[dict[str, Any]]:
        answer = self.phone.send(*records, sent_at=clock.now().isoformat())
        assert answer["again"] == []
        return list(answer["acks"])

    def with_second(self, **second: Any) -> dict[str, Any]:
        body = self.body()
        body["pair"]["second"] = {"teammate": None, "name": "", "kind": "official", "how": "none", "proof": ""} | second
        return body


@pytest.fixture
def visiting(outing: Outing, tree: Tree) -> Visiting:
    done = register_device(actor=tree.lan, device_id=uuid7(), name="Máy của Lan")
    return Visiting(outing, Phone(done.device, done.token, outing.ward, Client()))


def applied(acks: list[dict[str, Any]]) -> None:
    assert [(one["state"], one["problem"]) for one in acks] == [("applied", None)] * len(acks)


def test_a_pair_helps_somebody_at_home(visiting: Visiting, tree: Tree) -> None:
    outing = visiting.outing
    [ack] = visiting.send(visiting.body(people=[guest("Nguyễn Văn Bảy", "portal", "payment")]))
    applied([ack])
    visit = Visit.objects.get()
    assert (str(visit.pk), visit.recorded_by, visit.unit) == (ack["id"], tree.lan, outing.ward)
    assert (visit.first, visit.first_how, visit.second, visit.second_how) == (
        outing.mates["lan"],
        "sign-in",
        outing.mates["ut"],
        "signature",
    )
    assert (visit.paired, visit.paired_on, visit.household) == (True, TODAY, outing.household)
    helps = list(Help.objects.order_by("service_id"))
    assert [(one.service_id, one.grade, one.source, one.helper_name, one.second_helper_name) for one in helps] == [
        ("payment", 2, "visit", "Bùi Thị Lan", "Trần Văn Út"),
        ("portal", 2, "visit", "Bùi Thị Lan", "Trần Văn Út"),
    ]
    assert [one.after.code for one in VisitHelp.objects.select_related("after") if one.after] == ["active", "active"]
    contact = Contact.objects.get(name="Nguyễn Văn Bảy")
    assert (contact.household, contact.address) == (outing.household, "2 Lê Lợi")
    assert (outing.figure("portal-residents"), outing.figure("payment-residents", "p4")) == (1, 1)
    door = outing.doors[0]
    door.refresh_from_db()
    assert (door.outcome, door.visits, door.visited_on) == ("helped", 1, TODAY)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"outreach.record", "support.record"} <= verbs


def test_sent_a_hundred_times_it_changes_nothing(visiting: Visiting) -> None:
    records = [visiting.record(visiting.body(at)) for at in range(3)]
    first = visiting.deliver(*records)
    before = [Visit.objects.count(), Help.objects.count(), Event.objects.count(), Record.objects.count()]
    for _time in range(100):
        assert visiting.deliver(*records) == [one | {"known": True} for one in first]
    assert [Visit.objects.count(), Help.objects.count(), Event.objects.count(), Record.objects.count()] == before
    assert list(recount()) == []


@pytest.mark.parametrize("outcome", ["refused", "not-home"])
def test_where_nobody_agreed_nobody_is_written_down(visiting: Visiting, outcome: str) -> None:
    before = Contact.objects.count()
    applied(visiting.send(visiting.body(outcome=outcome, people=[])))
    assert Visit.objects.get().outcome == outcome
    assert (Contact.objects.count(), Help.objects.count()) == (before, 0)
    [ack] = visiting.send(visiting.body(1, outcome=outcome))
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "nobody_to_name")


def test_help_without_a_name_is_a_time(visiting: Visiting) -> None:
    unnamed = guest() | NOBODY
    applied(visiting.send(visiting.body(people=[unnamed])))
    assert (Contact.objects.count(), Receipt.objects.count()) == (0, 0)
    assert (visiting.outing.figure("portal-residents"), visiting.outing.figure("portal-times")) == (0, 1)


def test_the_shop_itself_is_helped(visiting: Visiting) -> None:
    shop = {"id": key(), "new": True, "name": "Tạp hóa Năm", "number": "9", "street": "Lê Lợi", "neighbourhood": None}
    helped = guest("", "payment") | {"person": None, "consent": None, "business": True}
    applied(visiting.send(visiting.body(door=None, household=None, business=shop, people=[helped])))
    visit = Visit.objects.get()
    assert visit.business is not None
    assert (visit.business.name, visit.business.address) == ("Tạp hóa Năm", "9 Lê Lợi")
    assert (visiting.outing.figure("payment-shops"), visiting.outing.figure("payment-residents")) == (1, 0)
    assert Help.objects.get().receipt is not None


def test_a_door_found_on_the_way_is_a_home(visiting: Visiting) -> None:
    place = {"id": key(), "new": True, "number": "12 / 3a", "street": "Lê Lợi"}
    ward = str(visiting.outing.neighbourhood.pk)
    applied(visiting.send(visiting.body(door=None, household=place | {"neighbourhood": ward})))
    home = Household.objects.get(pk=place["id"])
    assert (home.address, home.neighbourhood) == ("12/3A Lê Lợi", visiting.outing.neighbourhood)
    again = place | {"id": key(), "number": "12/3A", "neighbourhood": ward}
    applied(visiting.send(visiting.body(door=None, household=again, people=[guest("Trần Thị Sáu")])))
    assert Visit.objects.filter(household=home).count() == 2


def test_whoever_was_helped_by_another_ward_counts_once(visiting: Visiting, tree: Tree) -> None:
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentTold, Helper, HelpTold, record_helps

    person = Particulars("Nguyễn Văn Bảy", birth_year=1951, phone="0909000111")
    told = HelpTold(
        "portal", TODAY, person=person, helper=Helper("Chi"), consent=ConsentTold(("support",), "paper", "2023-09")
    )
    record_helps(actor=tree.chi, unit=tree.units["p5"], entries=[told])
    applied(visiting.send(visiting.body(people=[guest(person={"phone": "0909000111"})])))
    assert (visiting.outing.figure("portal-residents"), visiting.outing.figure("portal-residents", "p4")) == (1, 0)


def test_somebody_alike_of_another_ward_is_offered_for_merging(visiting: Visiting, tree: Tree) -> None:
    from doanso.people.actions import Particulars
    from doanso.support.actions import ConsentTold, Helper, HelpTold, record_helps

    person = Particulars("Nguyễn Văn Bảy", birth_year=1951, phone="0909000111", address="2 Lê Lợi")
    told = HelpTold(
        "portal", TODAY, person=person, helper=Helper("Chi"), consent=ConsentTold(("support",), "paper", "2023-09")
    )
    record_helps(actor=tree.chi, unit=tree.units["p5"], entries=[told])
    applied(visiting.send(visiting.body()))
    assert visiting.outing.figure("portal-residents") == 2
    [pair] = Duplicate.objects.filter(state="open")
    assert pair.unit == tree.units["p4"]


def test_a_receipt_shown_twice_is_one_and_anothers_is_refused(visiting: Visiting) -> None:
    told = guest()
    first = visiting.record(visiting.body(people=[told]))
    visiting.deliver(first)
    renamed = told | {"person": told["person"] | {"name": "Nguyễn Văn Bẩy"}, "helps": guest()["helps"]}
    applied(visiting.deliver(visiting.record(visiting.body(people=[renamed]), of=first["id"], base=first["hash"])))
    assert Receipt.objects.count() == 1
    stolen = guest("Trần Thị Sáu") | {"receipt": told["receipt"] | {"link": _link()}}
    [ack] = visiting.send(visiting.body(1, people=[stolen]))
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "receipt_taken")


# --- The pair -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "paired", "problem"),
    [
        ({"name": "Trần Văn Út"} | SIGNED, True, ""),
        ({"name": "Phạm Trung Tín", "kind": "youth"} | SIGNED, False, ""),
        ({"name": "Trần Văn Út", "how": "signature", "proof": "M1 1"}, False, "signature_empty"),
        ({"name": "Trần Văn Út"}, False, ""),
        ({"how": "card", "proof": "AAAAAAAAAAAAAAAAAAAAAA"}, False, "card_unknown"),
        ({"mate": "ut", "how": "code", "proof": "123456"}, False, "code_wrong"),
        ({"mate": "lan"} | SIGNED, False, "same_person"),
        ({"mate": "hoa"} | SIGNED, True, ""),
        ({"mate": "tin"} | SIGNED, False, ""),
        ({"mate": "ut", "how": "sign-in"}, False, ""),
    ],
)
def test_a_pair_is_two_confirmed_people_of_two_kinds(
    visiting: Visiting, second: dict[str, Any], paired: bool, problem: str
) -> None:
    mate = second.pop("mate", None)
    more = {"teammate": str(visiting.outing.mates[mate].pk)} if mate else {}
    applied(visiting.send(visiting.with_second(**second, **more)))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_problem.replace("code_unknown", "code_wrong")) == (
        paired,
        problem if mate != "ut" or problem != "code_wrong" else visit.second_problem,
    )
    assert Help.objects.get().grade == (2 if paired else 1)


def test_alone_is_recorded_as_it_is(visiting: Visiting) -> None:
    body = visiting.body()
    body["pair"]["second"] = None
    applied(visiting.send(body))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_name, visit.second_how) == (False, "", "none")


def _second_phone(visiting: Visiting, user: Any) -> Visiting:
    """Út signs in on a phone of his own."""
    ut = visiting.outing.mates["ut"]
    Teammate.objects.filter(pk=ut.pk).update(user=user)
    done = register_device(actor=user, device_id=uuid7(), name="Máy của Út")
    return Visiting(visiting.outing, Phone(done.device, done.token, visiting.outing.ward, Client()))


@pytest.mark.parametrize("first_to_come", ["visit", "word"])
def test_the_second_confirms_on_a_phone_of_their_own(visiting: Visiting, tree: Tree, first_to_come: str) -> None:
    ut = str(visiting.outing.mates["ut"].pk)
    other = _second_phone(visiting, tree.an)
    visit = visiting.record(visiting.with_second(teammate=ut, how="sign-in"))
    word = other.record({"visit": visit["id"], "teammate": ut, "how": "sign-in"}, kind="outreach.confirmation")
    deliveries = [(visiting, visit), (other, word)]
    for phone, record in deliveries if first_to_come == "visit" else reversed(deliveries):
        applied(phone.deliver(record))
    found = Visit.objects.get()
    assert (found.paired, found.second_how, found.second_id) == (True, "sign-in", visiting.outing.mates["ut"].pk)
    help = Help.objects.get()  # noqa: A001
    assert (help.grade, help.second_helper_name, help.second_helper_kind) == (2, "Trần Văn Út", "official")
    assert not AwaitedConfirmation.objects.exists()
    assert list(recount()) == []


def test_nobody_confirms_in_anothers_name(visiting: Visiting, tree: Tree) -> None:
    ut = str(visiting.outing.mates["ut"].pk)
    visit = visiting.record(visiting.with_second(teammate=ut, how="sign-in"))
    visiting.deliver(visit)
    word = visiting.record({"visit": visit["id"], "teammate": ut, "how": "sign-in"}, kind="outreach.confirmation")
    [ack] = visiting.deliver(word)
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "not_you")
    own = visiting.record(
        {"visit": visit["id"], "teammate": str(visiting.outing.mates["lan"].pk), "how": "sign-in"},
        kind="outreach.confirmation",
    )
    [ack] = visiting.deliver(own)
    assert ack["problem"]["code"] == "same_person"
    assert not Visit.objects.get().paired


# --- Receipts -----------------------------------------------------------------------------------------------------------


def test_the_receipt_is_the_one_the_phone_showed(visiting: Visiting) -> None:
    told = guest()
    applied(visiting.send(visiting.body(people=[told])))
    receipt = Receipt.objects.get()
    assert (str(receipt.pk), receipt.link_lookup) == (told["receipt"]["id"], link_lookup(told["receipt"]["link"]))
    assert receipt.shown_until is not None
    assert Client().get(f"/r/{told['receipt']['link']}/").status_code == 200


def test_a_second_receipt_of_the_day_leads_to_the_first(visiting: Visiting) -> None:
    one, other = guest("Nguyễn Văn Bảy", "portal"), guest("Nguyễn Văn Bảy", "payment")
    applied(visiting.send(visiting.body(people=[one]), visiting.body(people=[other])))
    receipt = Receipt.objects.get()
    assert str(receipt.pk) == one["receipt"]["id"]
    assert ReceiptLink.objects.get().receipt == receipt
    assert Client().get(f"/r/{other['receipt']['link']}/").content.count(b"payment") >= 1


def test_a_word_given_at_the_door_waits_for_the_visit(visiting: Visiting) -> None:
    told = guest()
    link = f"/r/{told['receipt']['link']}/"
    assert Client().post(f"{link}confirm/").status_code == 200
    applied(visiting.send(visiting.body(people=[told])))
    # The phone left the receipt's page long before that word.
    assert Help.objects.get().grade == 3


def test_a_word_given_while_the_phone_showed_it_lifts_nothing(visiting: Visiting) -> None:
    told = guest()
    Client().post(f"/r/{told['receipt']['link']}/confirm/")
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    applied(visiting.send(visiting.body(people=[told], ended_at=later)))
    assert Receipt.objects.get().confirmations.count() == 1
    assert Help.objects.get().grade == (2 if Receipt.objects.get().shown_until else 3)


# --- Another version ----------------------------------------------------------------------------------------------------


def test_a_change_keeps_what_is_the_same(visiting: Visiting) -> None:
    bay, sau = guest("Nguyễn Văn Bảy"), guest("Trần Thị Sáu", year=1960)
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    kept = Help.objects.get()
    applied(visiting.deliver(visiting.record(visiting.body(people=[bay, sau]), of=first["id"], base=first["hash"])))
    assert set(Help.objects.filter(taken_back_at=None).values_list("contact__name", flat=True)) == {
        "Nguyễn Văn Bảy",
        "Trần Thị Sáu",
    }
    kept.refresh_from_db()
    assert kept.taken_back_at is None
    assert visiting.outing.figure("portal-residents") == 2
    assert list(recount()) == []


def test_a_change_takes_back_what_was_not_so(visiting: Visiting) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    second = visiting.record(visiting.body(outcome="not-home", people=[]), of=first["id"], base=first["hash"])
    applied(visiting.deliver(second))
    assert Visit.objects.get().outcome == "not-home"
    assert visiting.outing.figure("portal-residents") == 0
    door = visiting.outing.doors[0]
    door.refresh_from_db()
    assert door.outcome == "not-home"
    third = visiting.record(visiting.body(), of=first["id"], base=second["hash"])
    applied(visiting.deliver(third))
    assert visiting.outing.figure("portal-residents") == 1
    assert list(recount()) == []


def test_a_visit_of_another_day_counts_on_that_day(visiting: Visiting) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    earlier = str(TODAY - timedelta(days=2))
    applied(visiting.deliver(visiting.record(visiting.body(happened_on=earlier), of=first["id"], base=first["hash"])))
    on = TODAY - timedelta(days=2)
    assert visiting.outing.figure("portal-residents", on=on) == 1
    assert list(recount()) == []


# --- Clocks, doors and refusals -----------------------------------------------------------------------------------------


def test_a_clock_that_is_ahead_counts_today(visiting: Visiting) -> None:
    applied(visiting.send(visiting.body(happened_on="2031-01-01")))
    assert Help.objects.get().happened_on == TODAY
    assert visiting.outing.figure("portal-residents") == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"outcome": "dance"}, "message_invalid", "outcome"),
        ({"people": []}, "nothing_done", "people"),
        ({"outcome": "follow-up", "people": []}, "follow_up_day", "follow_up_on"),
        ({"outcome": "follow-up", "people": [], "follow_up_on": "2023-11-12"}, "follow_up_day", "follow_up_on"),
        ({"people": [guest(business=True)]}, "two_receivers", "people"),
        ({"people": [guest() | {"consent": None}]}, "no_consent", "consent"),
        ({"people": [guest("Nguyễn 0909 000 111")]}, "digits_in_name", "name"),
        ({"people": [guest("Bảy", "portal", "banking")]}, "code_unknown", "before"),
        ({"people": [guest(person={"phone": "12"})]}, None, None),
        (
            {"people": [guest() | {"receipt": {"id": key(), "link": "!" * 22, "code": "7KQ2M4XD"}}]},
            "link_malformed",
            "link",
        ),
        ({"more": 1}, "message_invalid", "more"),
        ({"happened_on": "1999-01-01"}, "day_too_early", "happened_on"),
    ],
)
def test_what_is_not_right_is_kept_and_said(
    visiting: Visiting, change: dict[str, Any], code: str | None, field: str | None
) -> None:
    good, bad = visiting.body(1), visiting.body() | change
    acks = visiting.send(bad, good)
    assert [one["state"] for one in acks] == ["refused", "applied"]
    if code is not None:
        assert (acks[0]["problem"]["code"], acks[0]["problem"]["field"]) == (code, field)
    assert Visit.objects.count() == 1


def test_another_wards_home_and_door_are_nobodys(visiting: Visiting, tree: Tree) -> None:
    other = Household.objects.create(unit=tree.units["p5"], address="1 Nơi khác", created_at=clock.now())
    place = {"id": str(other.pk), "new": False, "number": "", "street": "", "neighbourhood": None}
    [ack] = visiting.send(visiting.body(door=None, household=place))
    assert ack["problem"]["code"] == "place_unknown"
    # An unknown door says nothing: the home is one of the drive's.
    applied(visiting.send(visiting.body(door=key())))
    assert Visit.objects.get().door == visiting.outing.doors[0]
    applied(visiting.send(visiting.body(1, door=key(), drive=None)))
    assert Visit.objects.get(household=visiting.outing.doors[1].household).door is None


def test_as_many_statements_for_a_hundred_as_for_ten(visiting: Visiting) -> None:
    visiting.send(visiting.body())
    counts = []
    for size in (10, 100):
        bodies = [
            visiting.body(
                people=[guest(f"Nguyễn Văn {'ABCDEGHIKL'[n % 10]} {'MNOPQRSTUV'[n // 10]} {size}", "portal", "payment")]
            )
            for n in range(size)
        ]
        records = [visiting.record(one) for one in bodies]
        with CaptureQueriesContext(connection) as queries:
            applied(visiting.deliver(*records))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 60, "\n".join(one["sql"][:150] for one in queries.captured_queries)


def test_the_messages_of_the_contract_are_read(visiting: Visiting) -> None:
    from pathlib import Path

    from doanso.outreach.records.visits import ConfirmationKind, VisitKind

    folder = Path(__file__).parents[3] / "contract"
    for name in ("visit", "visit_refused", "visit_unnamed", "visit_shop"):
        told = json.loads((folder / f"{name}.json").read_text())
        assert VisitKind().read(told["body"], told["version"]).outcome == told["body"]["outcome"]
    told = json.loads((folder / "confirmation.json").read_text())
    assert ConfirmationKind().read(told["body"], 1)[0] == UUID(told["body"]["visit"])


def test_a_visit_is_taken_back_with_all_it_brought(
    visiting: Visiting, tree: Tree, as_user: Callable[..., Client]
) -> None:
    from django.core.exceptions import PermissionDenied

    from doanso.lib.problems import Refused
    from doanso.outreach.actions.visits import take_back_visit

    visiting.send(visiting.body())
    visit = Visit.objects.get()
    for stranger in (tree.chi, tree.khoa, tree.minh, tree.hanh):
        with pytest.raises(PermissionDenied):
            take_back_visit(actor=stranger, visit=visit, reason="Ghi nhầm nhà")
    with pytest.raises(Refused) as refused:
        take_back_visit(actor=tree.an, visit=visit, reason=" ")
    assert refused.value.problem.field == "reason"
    for _time in range(2):
        done = take_back_visit(actor=tree.an, visit=visit, reason="Ghi nhầm nhà")
        assert done.taken_back_reason == "Ghi nhầm nhà"
    assert visiting.outing.figure("portal-residents") == 0
    assert list(recount()) == []
