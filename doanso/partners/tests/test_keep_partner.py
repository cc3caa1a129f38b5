"""Creating and changing partners and contacts, ending the work with one, and taking it up again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.queries import history
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, kinds
from doanso.partners.actions import ContactInput, PartnerInput
from doanso.partners.contact_data import contact_numbers
from doanso.partners.models import Partner, PartnerContact
from doanso.partners.tests.conftest import PHONE
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def _actions_of(obj):
    return [event.action for event in history(obj)]


def test_a_partner_is_kept_by_its_unit(tree):
    partner = actions.create_partner(
        actor=tree.an,
        unit=tree.units["p4"],
        inputs=PartnerInput("market-board", "  Ban quản lý   chợ Phường 4 ", website="https://cho.example/p4"),
    )
    assert (partner.name, partner.short_name) == ("Ban quản lý chợ Phường 4", "Ban quản lý chợ Phường 4")
    assert partner.folded == "ban quan ly cho phuong 4 ban quan ly cho phuong 4"
    assert _actions_of(partner) == ["partners.create"]


@pytest.mark.parametrize("name", ["binh", "chi", "hanh", "khoa", "lan", "minh"])
def test_only_officers_of_the_unit_and_above_enter_one(tree, name):
    with pytest.raises(PermissionDenied):
        actions.create_partner(
            actor=getattr(tree, name), unit=tree.units["p4"], inputs=PartnerInput("bank", "Ngân hàng")
        )


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        (PartnerInput("bank", "   "), "partner_name_missing", "name"),
        (PartnerInput("bank", "N" * 201), "partner_text_long", "name"),
        (PartnerInput("shop", "Ngân hàng"), "partner_kind_unknown", "kind"),
        (PartnerInput("bank", "Ngân hàng", website="không có"), "partner_website", "website"),
        (PartnerInput("bank", "Ngân hàng", note="STK 0123 4567 8901"), "partner_text_number", "note"),
    ],
)
def test_what_is_wrong_is_named(tree, inputs, code, field):
    with pytest.raises(Refused) as refused:
        actions.create_partner(actor=tree.an, unit=tree.units["p4"], inputs=inputs)
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)
    assert not Partner.objects.exists()


def test_a_second_one_of_the_same_name_is_asked_about(partnership):
    with pytest.raises(Refused) as refused:
        partnership.partner("ngân hàng sông tiền")
    assert refused.value.problem.code == "partner_twice"
    # Another ward does not know of it; the same name may be entered there.
    assert partnership.partner("Ngân hàng Sông Tiền", "p5").unit.code == "p5"
    again = actions.create_partner(
        actor=partnership.tree.an,
        unit=partnership.tree.units["p4"],
        inputs=PartnerInput("bank", "Ngân hàng Sông Tiền"),
        confirmed=True,
    )
    assert again.pk != partnership.bank.pk


def test_a_form_sent_twice_makes_one_partner(tree):
    key = uuid7()
    made = [
        actions.create_partner(
            actor=tree.an, unit=tree.units["p4"], inputs=PartnerInput("bank", "Ngân hàng"), key=key
        ).pk
        for _number in range(2)
    ]
    assert made == [key, key]
    with pytest.raises(Refused) as refused:
        actions.create_partner(actor=tree.chi, unit=tree.units["p5"], inputs=PartnerInput("bank", "Khác"), key=key)
    assert refused.value.problem.code == "form_used"


def test_a_change_names_the_version_that_was_read(partnership):
    bank, an = partnership.bank, partnership.tree.an
    changed = actions.change_partner(
        actor=an, partner=bank, read=1, inputs=PartnerInput("wallet", "Ngân hàng Sông Tiền", "Ví Sông Tiền")
    )
    assert (changed.kind, changed.short_name, changed.version) == ("wallet", "Ví Sông Tiền", 2)
    assert history(bank).first().changed == ["kind", "short_name", "website"]
    with pytest.raises(Refused) as refused:
        actions.change_partner(actor=an, partner=bank, read=1, inputs=PartnerInput("bank", "Khác"))
    assert refused.value.problem.code == "partner_stale"


def test_the_end_of_the_work_ends_agreements_and_drops_what_was_left(partnership):
    bank, an = partnership.bank, partnership.tree.an
    ended = actions.end_partner(actor=an, partner=bank, read=1, reason="Chi nhánh đóng cửa")
    assert (ended.ended_on, ended.ended_reason) == (TODAY, "Chi nhánh đóng cửa")
    agreement, booths = partnership.fresh(partnership.agreement), partnership.fresh(partnership.booths)
    assert (agreement.ended_on, agreement.ended_reason) == (TODAY, "Chi nhánh đóng cửa")
    assert (booths.state, booths.settled_note) == ("dropped", "Chi nhánh đóng cửa")
    for refused_action in (
        lambda: partnership.agree(ended),
        lambda: partnership.undertake(ended),
        lambda: actions.add_contact(actor=an, partner=ended, inputs=ContactInput("Trần Văn Tư")),
    ):
        with pytest.raises(Refused) as refused:
            refused_action()
        assert refused.value.problem.code == "partner_ended"

    resumed = actions.resume_partner(actor=an, partner=ended, read=2)
    assert (resumed.ended_on, resumed.ended_reason) == (None, "")
    assert partnership.fresh(partnership.agreement).ended_on == TODAY


def test_a_reason_is_needed_to_end_it(partnership):
    with pytest.raises(Refused) as refused:
        actions.end_partner(actor=partnership.tree.an, partner=partnership.bank, read=1, reason=" ")
    assert refused.value.problem.code == "partner_reason_missing"


# --- Contacts ---------------------------------------------------------------------------------------------------------


def test_phone_and_mail_of_a_contact_are_encrypted(partnership):
    contact = partnership.fresh(partnership.contact)
    assert PHONE.encode() not in bytes(contact.phone_encrypted)
    assert contact_numbers(contact) == (PHONE, "ngan@songtien.example")
    assert (contact.since, contact.until) == (TODAY, None)


@pytest.mark.parametrize(
    ("written", "kept"), [("1900 54 54 13", "1900545413"), ("0273 3872 123", "02733872123"), ("", "")]
)
def test_phones_are_read_as_people_write_them(partnership, written, kept):
    inputs = ContactInput("Trần Văn Tư", phone=written)
    contact = actions.add_contact(actor=partnership.tree.an, partner=partnership.bank, inputs=inputs)
    assert contact_numbers(partnership.fresh(contact)).phone == kept


def test_a_contact_is_changed_ended_and_removed(partnership):
    an, contact = partnership.tree.an, partnership.contact
    changed = actions.change_contact(
        actor=an, contact=contact, inputs=ContactInput("Lê Thị Ngân", "Giám đốc", PHONE, "ngan@songtien.example")
    )
    assert changed.post == "Giám đốc"
    event = history(partnership.bank).first()
    assert (event.action, event.changed) == ("partners.change_contact", ["post"])
    assert actions.end_contact(actor=an, contact=contact).until == TODAY
    with pytest.raises(Refused) as refused:
        actions.end_contact(actor=an, contact=contact)
    assert refused.value.problem.code == "contact_ended"
    actions.remove_contact(actor=an, contact=contact)
    assert not PartnerContact.objects.exists()
    assert _actions_of(partnership.bank)[0] == "partners.remove_contact"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (ContactInput(" "), "contact_name_missing"),
        (ContactInput("Tư", since=date(2023, 11, 13)), "contact_day_ahead"),
        (ContactInput("Tư", phone="12"), "phone_too_short"),
        (ContactInput("Tư", note="STK 0123456789"), "partner_text_number"),
    ],
)
def test_a_contact_needs_a_name_and_plausible_numbers(partnership, inputs, code):
    with pytest.raises(Refused) as refused:
        actions.add_contact(actor=partnership.tree.an, partner=partnership.bank, inputs=inputs)
    assert refused.value.problem.code == code


def test_contacts_are_forgotten_a_year_after_their_end(partnership, business_day):
    an = partnership.tree.an
    other = partnership.partner("Ví Sông Tiền")
    kept = actions.add_contact(actor=an, partner=other, inputs=ContactInput("Trần Văn Tư"))
    actions.end_contact(actor=an, contact=partnership.contact)
    business_day(TODAY + timedelta(days=365))
    assert actions.forget_contacts(note="worker") == 0
    business_day(TODAY + timedelta(days=366))
    assert actions.forget_contacts(note="worker") == 1
    assert list(PartnerContact.objects.all()) == [kept]
    event = history(partnership.bank).first()
    assert (event.action, event.actor, event.actor_note) == ("partners.remove_contact", None, "worker")
    actions.end_partner(actor=an, partner=other, read=1, reason="Hết việc")
    business_day(TODAY + timedelta(days=800))
    assert actions.forget_contacts() == 1


def test_nobody_else_changes_partners(partnership):
    for name in ("binh", "chi", "hanh", "khoa"):
        with pytest.raises(PermissionDenied):
            actions.end_contact(actor=getattr(partnership.tree, name), contact=partnership.contact)


# --- Kinds ------------------------------------------------------------------------------------------------------------


def test_a_committee_keeps_kinds_of_its_own(settings, tmp_path):
    settings.DATA = tmp_path
    assert kinds.kind_name("bank") == "Ngân hàng"
    own = tmp_path / kinds.FILE
    own.write_text(
        '[[partner]]\ncode = "clinic"\nname = "Trạm y tế"\n[[partner]]\ncode = "other"\nname = "Khác"\n'
        '[[undertaking]]\ncode = "other"\nname = "Khác"\n',
        encoding="utf-8",
    )
    assert [kind.code for kind in kinds.kinds().partners] == ["clinic", "other"]
    # A code that the file no longer has names itself.
    assert kinds.kind_name("bank") == "bank"
    own.write_text('[[partner]]\ncode = "clinic"\nname = "Trạm y tế"\n', encoding="utf-8")
    with pytest.raises(Refused):
        kinds.kinds()
