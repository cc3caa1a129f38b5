"""A unit's letterhead: suggested by its name, or set by the unit."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.models import Letterhead
from doanso.documents.queries.letterheads import LetterheadValues, letterhead_values
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_many, assign_post
from doanso.members.models import PostKind
from doanso.people.actions import Particulars
from doanso.testing import TODAY
from doanso.units.models import UnitName

pytestmark = pytest.mark.django_db

PAGE = "/units/p4/letterhead/"


def example_letterhead(superior: str = "") -> LetterheadValues:
    return LetterheadValues(
        superior,
        "BCH ĐOÀN X",
        "ĐTN-X",
        "Nơi ấy",
        "TM. BAN CHẤP HÀNH",
        "PHÓ BÍ THƯ",
        "Lê Thị Chi",
        ("Như trên", "Lưu VP"),
    )


def test_a_unit_without_a_letterhead_gets_what_its_name_suggests(tree):
    city = letterhead_values(tree.units["my-tho"], TODAY)
    ward = letterhead_values(tree.units["p4"], TODAY)

    assert (city.superior, city.issuer, city.symbol, city.place) == ("", "BCH ĐOÀN THÀNH PHỐ MỸ THO", "TĐTN", "Mỹ Tho")
    assert (city.authority, city.post) == ("TM. BAN THƯỜNG VỤ", "BÍ THƯ")
    assert (ward.superior, ward.issuer, ward.symbol) == ("THÀNH ĐOÀN MỸ THO", "BCH ĐOÀN PHƯỜNG 4", "ĐTN")
    assert ward.recipients == ("Ban Thường vụ Thành Đoàn Mỹ Tho (b/c)", "Lưu VP")
    assert ward.place == "Phường 4"


def test_the_secretary_signs_where_there_is_one(tree):
    branch = tree.units["p4-kp1"]
    thuy = Admission(
        branch=branch, particulars=Particulars(name="Trần Thị Thủy", birth_year=2003), since=date(2022, 9, 1)
    )
    (member,) = admit_many(actor=tree.dung, entries=[thuy])
    assign_post(actor=tree.an, member=member, unit=branch, kind=PostKind.SECRETARY, since=date(2023, 10, 1))

    assert letterhead_values(branch, TODAY).signer == "Trần Thị Thủy"
    assert letterhead_values(branch, date(2023, 9, 30)).signer == ""
    assert letterhead_values(tree.units["p4"], TODAY).signer == ""


def test_a_commune_dates_its_documents_at_its_name(tree):
    UnitName.objects.filter(unit=tree.units["p4"]).update(short_name="Xã Thới Sơn")

    assert letterhead_values(tree.units["p4"], TODAY).place == "Thới Sơn"
    assert letterhead_values(tree.units["p4-kp1"], TODAY).place == "Thới Sơn"


def test_a_unit_sets_its_letterhead_for_itself_alone(tree):
    set_letterhead(actor=tree.an, unit=tree.units["p4"], letterhead=example_letterhead("TRÊN"))
    set_letterhead(actor=tree.an, unit=tree.units["p4"], letterhead=example_letterhead("TRÊN NỮA"))

    letterhead = letterhead_values(tree.units["p4"], TODAY)
    assert (letterhead.superior, letterhead.signer, letterhead.recipients) == (
        "TRÊN NỮA",
        "Lê Thị Chi",
        ("Như trên", "Lưu VP"),
    )
    assert Letterhead.objects.count() == 1
    assert AuditEvent.objects.filter(action="documents.set_letterhead").count() == 2
    with pytest.raises(PermissionDenied):
        set_letterhead(actor=tree.an, unit=tree.units["p5"], letterhead=example_letterhead())


@pytest.mark.parametrize("signer", ["Lê \u202eihC", "<b>Lê Thị Chi</b>", "=A1"])
def test_whoever_signs_has_a_name_that_can_be_read(tree, signer):
    with pytest.raises(Refused) as refused:
        set_letterhead(actor=tree.an, unit=tree.units["p4"], letterhead=replace(example_letterhead(), signer=signer))

    assert refused.value.problem.field == "signer"
    assert not Letterhead.objects.exists()


def test_a_ward_sets_its_letterhead_on_its_page(tree, as_user):
    def text_of(answer) -> str:
        return re.sub(r"\s+", " ", answer.content.decode())

    client = as_user(tree.an)
    shown = text_of(client.get(PAGE))
    assert 'value="BCH ĐOÀN PHƯỜNG 4"' in shown
    assert "được gợi ý theo tên đơn vị" in shown

    form = {
        "superior": "THÀNH ĐOÀN MỸ THO",
        "issuer": "BCH PHƯỜNG 4",
        "symbol": "ĐTN",
        "place": "Phường 4",
        "post": "BÍ THƯ",
        "recipients": "Như trên\r\nLưu VP",
    }
    assert client.post(PAGE, form).status_code == 302
    letterhead = Letterhead.objects.get()
    assert (letterhead.issuer, letterhead.recipients, letterhead.set_by) == (
        "BCH PHƯỜNG 4",
        "Như trên\nLưu VP",
        tree.an,
    )
    assert "được gợi ý" not in text_of(client.get(PAGE))
    assert client.post(PAGE, form | {"issuer": ""}).status_code == 422
    assert client.post(PAGE, form | {"recipients": "x\n" * 21}).status_code == 422
    assert client.post(PAGE, form | {"issuer": "BCH <b>PHƯỜNG 4</b>"}).status_code == 422
    assert as_user(tree.chi).get(PAGE).status_code == 404
    assert as_user(tree.hanh).get(PAGE).status_code == 403


def test_the_units_page_leads_there_for_those_who_may_set_it(tree, as_user):
    link = f'<a href="{PAGE}">'
    shown = {
        name: link in as_user(tree.users[name]).get("/units/p4/").content.decode() for name in ("an", "giang", "hanh")
    }
    assert shown == {"an": True, "giang": True, "hanh": False}
