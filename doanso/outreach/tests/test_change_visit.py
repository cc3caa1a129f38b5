"""A later version of a visit: unchanged helps stay, others are taken back."""

from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Entry
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.outreach.actions.visits import take_back_visit
from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.outreach.rules import versions
from doanso.outreach.rules.versions import NamedReceiver
from doanso.outreach.tests.visiting import NOBODY, SIGNED, Visiting, applied, guest, key, link
from doanso.people.actions import Particulars, change_contact, match_or_create_people, particulars_of
from doanso.people.models import Contact
from doanso.people.queries import decrypt_field
from doanso.support.actions import confirm_receipt, dispute_receipt
from doanso.support.models import Confirmation, Dispute, Receipt, SupportRecord
from doanso.support.queries import receipt_by_lookup
from doanso.support.receipt_keys import link_lookup
from doanso.sync.actions.retention import forget_records
from doanso.testing import TODAY, Tree


def test_a_change_keeps_what_is_the_same(visiting: Visiting) -> None:
    bay, sau = guest("Nguyễn Văn Bảy"), guest("Trần Thị Sáu", year=1960)
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    support_record = SupportRecord.objects.get()
    applied(visiting.deliver(visiting.record(visiting.body(people=[bay, sau]), of=first["id"], base=first["hash"])))
    assert set(SupportRecord.objects.filter(taken_back_at=None).values_list("contact__name", flat=True)) == {
        "Nguyễn Văn Bảy",
        "Trần Thị Sáu",
    }
    support_record.refresh_from_db()
    assert support_record.taken_back_at is None
    assert visiting.outing.figure("portal-residents") == 2


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


def test_a_visit_of_another_day_counts_on_that_day(visiting: Visiting) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    earlier = str(TODAY - timedelta(days=2))
    applied(visiting.deliver(visiting.record(visiting.body(happened_on=earlier), of=first["id"], base=first["hash"])))
    on = TODAY - timedelta(days=2)
    assert visiting.outing.figure("portal-residents", on=on) == 1


def test_what_both_of_a_pair_reported_stands_while_one_of_them_does(visiting: Visiting, tree: Tree) -> None:
    """Each has recorded the visit on a phone of their own: two visits, and one help."""
    for body in (visiting.body(), visiting.body()):
        applied(visiting.send(body))
    first, second = Visit.objects.order_by("pk")
    assert SupportRecord.objects.count() == 1
    assert visiting.outing.figure("portal-residents") == 1
    take_back_visit(actor=tree.an, visit=first, reason="Ghi hai lần")
    assert visiting.outing.figure("portal-residents") == 1
    take_back_visit(actor=tree.an, visit=second, reason="Không có thật")
    assert visiting.outing.figure("portal-residents") == 0
    assert list(recount()) == []


def test_a_visit_that_tells_of_it_no_more_leaves_it_to_the_other(visiting: Visiting) -> None:
    record = visiting.record(visiting.body())
    visiting.deliver(record)
    applied(visiting.send(visiting.body()))
    applied(
        visiting.deliver(
            visiting.record(visiting.body(outcome="not-home", people=[]), of=record["id"], base=record["hash"])
        )
    )
    assert visiting.outing.figure("portal-residents") == 1
    assert [visit_help.visit_id for visit_help in VisitSupportRecord.objects.all()] != [UUID(record["id"])]
    assert VisitSupportRecord.objects.count() == 1


def test_no_record_of_another_kind_takes_a_visits_place(visiting: Visiting) -> None:
    record = visiting.record(visiting.body())
    visiting.deliver(record)
    door = {"drive": None, "household": visiting.body()["household"], "business": None, "gone": False}
    [ack] = visiting.deliver(visiting.record(door, of=record["id"], base=record["hash"], kind="outreach.door"))
    assert (ack["state"], ack["problem"]["code"]) == ("waiting", "conflict")
    assert visiting.outing.figure("portal-residents") == 1


# --- What the receiver has said -----------------------------------------------------------------------------------------


class Confirmed:
    """Bảy was helped at a home that was found at the door, and has confirmed at home on a phone of their own."""

    def __init__(self, visiting: Visiting) -> None:
        self.visiting = visiting
        home = {"id": key(), "new": True, "number": "12/3", "street": "Lê Lợi", "neighbourhood": None}
        bay = guest(person={"phone": "0912345678"})
        self.body = visiting.body(door=None, household=home, people=[bay])
        self.record = visiting.record(self.body)
        applied(visiting.deliver(self.record))
        Receipt.objects.update(shown_until=clock.now() - timedelta(hours=1))
        self.confirm()
        self.support_record = SupportRecord.objects.get()
        assert self.support_record.grade == 3
        self.entries = Entry.objects.count()

    def confirm(self) -> None:
        confirm_receipt(receipt_id=Receipt.objects.get().pk, staff_browser=False, device=("own",))

    def changed_body(self, change: Any) -> dict[str, Any]:
        """Return the body of the visit after a change."""
        body = deepcopy(self.body)
        change(self, body)
        return body

    def send(self, change: Any) -> None:
        self.body = self.changed_body(change)
        record = self.visiting.record(self.body, of=self.record["id"], base=self.record["hash"])
        applied(self.visiting.deliver(record))
        self.record = record

    @property
    def people_visited(self) -> list[tuple[str, int]]:
        return list(
            SupportRecord.objects.filter(taken_back_at=None).order_by("pk").values_list("contact__name", "grade")
        )


@pytest.fixture
def confirmed(visiting: Visiting) -> Confirmed:
    return Confirmed(visiting)


def _place(**more: Any) -> Any:
    return lambda _one, body: body["household"].update(more)


def _person(**more: Any) -> Any:
    return lambda _one, body: body["people"][0]["person"].update(more)


def _known_home(confirmed: Confirmed, body: dict[str, Any]) -> None:
    """Set the number to that of a home in the register."""
    body["household"].update(number="7", neighbourhood=str(confirmed.visiting.outing.neighbourhood.pk))


def _listed_home(confirmed: Confirmed, body: dict[str, Any]) -> None:
    """Set a door of the list instead of the home the phone took for a new one."""
    door = confirmed.visiting.outing.doors[1]
    body["household"] = {
        "id": str(door.household_id), "new": False, "number": "", "street": "", "neighbourhood": None,
    }  # fmt: skip


def _chosen(confirmed: Confirmed, body: dict[str, Any]) -> None:
    """Set Bảy as chosen from the ward's list, which the phone has by now."""
    body["people"][0]["person"].update(contact=str(confirmed.support_record.contact_id), name="Bảy")


def _other_second(confirmed: Confirmed, body: dict[str, Any]) -> None:
    hoa = {"teammate": str(confirmed.visiting.outing.mates["hoa"].pk), "name": "", "kind": "official"}
    body["pair"]["second"] = hoa | SIGNED


def _nobody_along(_one: Confirmed, body: dict[str, Any]) -> None:
    body["pair"]["second"] = None


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        (_place(number="12/5"), {"address": "12/5 Lê Lợi"}),
        (_place(number="12/5", street="Hùng Vương"), {"address": "12/5 Hùng Vương"}),
        (_known_home, {"address": "7 Lê Lợi"}),
        (_listed_home, {"address": "4 Lê Lợi"}),
        (_chosen, {}),
        (_person(name="Nguyễn Văn Bẩy"), {"name": "Nguyễn Văn Bẩy"}),
        (_person(name="Nguyễn Bảy"), {"name": "Nguyễn Bảy"}),
        (_person(phone="0909000111"), {"phone": "0909000111"}),
        (_person(phone="", gender=""), {"phone": "0912345678"}),
        (_person(gender="male"), {"gender": "male"}),
        (_person(birth_year=None), {"birth_year": 1951}),
        (_other_second, {"second": "Lê Thị Hoa"}),
        (_nobody_along, {"second": ""}),
    ],
)
def test_what_is_only_put_right_keeps_the_receivers_word(
    confirmed: Confirmed, change: Any, stands: dict[str, Any]
) -> None:
    confirmed.send(change)
    [active_help] = SupportRecord.objects.all()
    assert (active_help.pk, active_help.grade, active_help.taken_back_at) == (confirmed.support_record.pk, 3, None)
    assert active_help.receipt_id == confirmed.support_record.receipt_id
    assert Confirmation.objects.count() == 1
    # Its place in the ledger's line is the same.
    assert Entry.objects.count() == confirmed.entries
    contact = Contact.objects.get()
    actual = {
        "phone": decrypt_field(contact, "phone"), "second": active_help.second_helper_name,
        **{name: getattr(contact, name) for name in ("name", "gender", "birth_year", "address")},
    }  # fmt: skip
    expected = {
        "name": "Nguyễn Văn Bảy",
        "address": "12/3 Lê Lợi",
        "phone": "0912345678",
        "second": "Trần Văn Út",
    } | stands
    assert {name: actual[name] for name in expected} == expected
    assert contact.household == Visit.objects.get().household
    assert VisitSupportRecord.objects.get().support_record_id == active_help.pk


def _met_again(person: Confirmed) -> dict[str, Any]:
    """Return the body of a later visit that met Bảy in the same home with another service."""
    home = person.body["household"] | {"new": False, "number": "", "street": ""}
    bay = guest("Nguyễn Văn Bảy", "payment", person={"phone": "0912345678"})
    return person.visiting.body(door=None, household=home, people=[bay])


def test_whom_a_visit_wrote_down_at_its_door_moves_along_though_another_met_them_there(confirmed: Confirmed) -> None:
    applied(confirmed.visiting.send(_met_again(confirmed)))
    confirmed.send(_listed_home)
    contact = Contact.objects.get()
    door = confirmed.visiting.outing.doors[1]
    assert (contact.address, contact.household_id) == ("4 Lê Lợi", door.household_id)
    assert contact.neighbourhood_id == confirmed.visiting.outing.neighbourhood.pk


def test_whom_an_earlier_visit_wrote_down_at_its_door_stays_there(confirmed: Confirmed) -> None:
    later = _met_again(confirmed)
    record = confirmed.visiting.record(later)
    applied(confirmed.visiting.deliver(record))
    home = Contact.objects.get().household_id
    _listed_home(confirmed, later)
    applied(confirmed.visiting.deliver(confirmed.visiting.record(later, of=record["id"], base=record["hash"])))
    contact = Contact.objects.get()
    assert Visit.objects.filter(household=home).count() == 1
    assert (contact.address, contact.household_id) == ("12/3 Lê Lợi", home)


@pytest.mark.parametrize("change", [_listed_home, _known_home, _place(number="12/5")])
def test_an_address_that_somebody_wrote_otherwise_stays(confirmed: Confirmed, change: Any) -> None:
    contact = Contact.objects.get()
    written = particulars_of(contact)._replace(address="12/3 Lê Lợi, nhà sau chùa")
    change_contact(contact=contact, particulars=written)
    confirmed.send(change)
    [active_help] = SupportRecord.objects.all()
    contact.refresh_from_db()
    assert (contact.address, contact.household_id) == (written.address, written.household_id)
    assert (active_help.pk, active_help.grade) == (confirmed.support_record.pk, 3)


def _service(_one: Confirmed, body: dict[str, Any]) -> None:
    body["people"][0]["helps"][0]["service"] = "payment"


def _day(_one: Confirmed, body: dict[str, Any]) -> None:
    body["happened_on"] = str(TODAY - timedelta(days=1))


def _other_chosen(confirmed: Confirmed, body: dict[str, Any]) -> None:
    [met] = match_or_create_people(
        unit_id=confirmed.visiting.outing.ward.pk, inputs=[Particulars("Nguyễn Văn Bảy", birth_year=1980)]
    )
    body["people"][0]["person"].update(contact=str(met.contact_id))


def _unnamed(_one: Confirmed, body: dict[str, Any]) -> None:
    body["people"][0].update(NOBODY)


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        (_service, "Nguyễn Văn Bảy"),
        (_day, "Nguyễn Văn Bảy"),
        (_person(name="Nguyễn Văn Sáu"), "Nguyễn Văn Sáu"),
        (_person(name="Nguyễn Thị Mười"), "Nguyễn Thị Mười"),
        (_person(birth_year=1975), "Nguyễn Văn Bảy"),
        (_other_chosen, "Nguyễn Văn Bảy"),
        (_unnamed, None),
    ],
)
def test_what_the_receiver_did_not_confirm_waits_for_their_word(
    confirmed: Confirmed, change: Any, stands: str | None
) -> None:
    confirmed.send(change)
    confirmed.support_record.refresh_from_db()
    assert confirmed.support_record.taken_back_at is not None
    assert confirmed.people_visited == [(stands, 2)]


def test_a_shop_keeps_its_help_when_its_number_and_sign_are_put_right(visiting: Visiting) -> None:
    shop = {
        "id": key(),
        "new": True,
        "number": "12/3",
        "street": "Lê Lợi",
        "neighbourhood": None,
        "name": "Tạp hóa Năm",
    }
    owner = guest("", "payment") | {"person": None, "consent": None, "business": True}
    body = visiting.body(door=None, household=None, business=shop, people=[owner])
    first = visiting.record(body)
    applied(visiting.deliver(first))
    Receipt.objects.update(shown_until=clock.now() - timedelta(hours=1))
    confirm_receipt(receipt_id=Receipt.objects.get().pk, staff_browser=False, device=("own",))
    right = visiting.record(
        body | {"business": shop | {"number": "12/5", "name": "Tạp hóa Nam"}}, of=first["id"], base=first["hash"]
    )
    applied(visiting.deliver(right))
    assert SupportRecord.objects.values_list("business__name", "business__address", "grade", "taken_back_at").get() == (
        "Tạp hóa Nam",
        "12/5 Lê Lợi",
        3,
        None,
    )


def test_a_dispute_outlasts_a_corrected_door(confirmed: Confirmed) -> None:
    dispute_receipt(receipt_id=Receipt.objects.get().pk, reason="not-me")
    confirmed.send(_place(number="12/5"))
    confirmed.send(_other_second)
    [active_help] = SupportRecord.objects.all()
    assert (active_help.refused_at is None, active_help.second_helper_name) == (False, "Trần Văn Út")
    assert Dispute.objects.get(decided_at=None).receipt_id == active_help.receipt_id
    assert confirmed.visiting.outing.figure("portal-residents") == 0


def test_what_the_office_has_put_right_since_stays(confirmed: Confirmed) -> None:
    contact = Contact.objects.get()
    change_contact(
        contact=contact, particulars=particulars_of(contact)._replace(name="Phan Văn Bảy", phone="0909000222")
    )
    # The phone reports no new name, but a new number.
    confirmed.send(_person(phone="0909000111"))
    contact.refresh_from_db()
    assert (contact.name, decrypt_field(contact, "phone")) == ("Phan Văn Bảy", "0909000222")
    assert confirmed.people_visited == [("Phan Văn Bảy", 3)]
    assert not AuditEvent.objects.filter(action="outreach.change", object_kind="people.person").exists()


def test_a_help_is_known_by_the_register_where_nobody_knows_any_more_what_was_said(confirmed: Confirmed) -> None:
    forget_records([Visit.objects.get().pk])
    confirmed.send(_listed_home)
    confirmed.send(_person(name="Nguyễn Văn Bẩy"))
    assert confirmed.people_visited == [("Nguyễn Văn Bẩy", 3)]
    forget_records([Visit.objects.get().pk])
    confirmed.send(_person(name="Nguyễn Văn Sáu"))
    assert confirmed.people_visited == [("Nguyễn Văn Sáu", 2)]


def test_a_receipt_shown_again_leads_to_the_one_that_was_confirmed(confirmed: Confirmed) -> None:
    again = {"id": key(), "link": link(), "code": "7KQ2M4XE"}
    confirmed.send(lambda _one, body: body["people"][0].update(receipt=again))
    assert Receipt.objects.count() == 1
    receipt = receipt_by_lookup(link_lookup(again["link"]))
    assert receipt == Receipt.objects.get()
    assert confirmed.people_visited == [("Nguyễn Văn Bảy", 3)]


def test_somebody_reported_again_in_the_same_words_is_the_same(confirmed: Confirmed) -> None:
    """Removed on the phone and entered again, they have other keys."""
    confirmed.send(lambda _one, body: body["people"].__setitem__(0, guest()))
    assert confirmed.people_visited == [("Nguyễn Văn Bảy", 3)]
    confirmed.send(lambda _one, body: body["people"].__setitem__(0, guest("Nguyễn Văn Bẩy")))
    assert confirmed.people_visited == [("Nguyễn Văn Bảy", 2)]
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("person", "other", "same"),
    [
        (("Nguyễn Văn Bảy", 1951), ("nguyễn văn bẩy", 1951), True),
        (("Trần Thị Hồg", None), ("Trần Thị Hồng", 1960), True),
        (("Bảy", 1951), ("Nguyễn Văn Bảy", 1951), True),
        (("Ng. V. Bảy", 1951), ("Nguyễn Văn Bảy", 1951), True),
        (("Lan Trần Thị", 1960), ("Trần Thị Lan", 1960), True),
        (("Nguyễn Văn Bảy", 1951), ("Nguyễn Văn Bảy", 1975), False),
        (("Nguyễn Văn Bảy", 1951), ("Nguyễn Văn Sáu", 1951), False),
        (("Nguyễn Thị Mai", 1951), ("Nguyễn Thị Lan", 1951), False),
        (("Nguyễn Văn Bảy", 1951), ("Nguyễn Thị Bảy", 1951), False),
        (("", 1951), ("Nguyễn Thị Bảy", 1951), False),
    ],
)
def test_when_two_spellings_are_one_person(person: tuple[str, int], other: tuple[str, int], same: bool) -> None:
    assert versions.same_person(NamedReceiver(*person), NamedReceiver(*other)) is same
    assert versions.same_person(NamedReceiver(*other), NamedReceiver(*person)) is same
