"""A place is made again for a later year: its set-up is copied, never its lists and results."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners.actions import PartnerInput, create_partner
from doanso.places import actions
from doanso.places.actions import PlaceInput, SegmentInput
from doanso.places.models import Place, PlaceState
from doanso.places.tests.conftest import StreetScene

SEGMENTS = (SegmentInput("Đoạn 1", "Nguyễn Huệ", "Thủ Khoa Huân"),)


@pytest.fixture
def former(street: StreetScene) -> Place:
    """An assessed street of this year with a bank as its partner."""
    place = street.assessed("Đường Lê Lợi 2023")
    bank = create_partner(actor=street.tree.an, unit=street.unit(), inputs=PartnerInput("bank", "Ngân hàng Sông Tiền"))
    actions.add_partner(actor=street.tree.an, place=place, partner=bank, role="Cấp mã QR")
    return street.fresh(place)


def repeat(
    street: StreetScene, place: Place, *, by=None, key=None, name="Đường Lê Lợi 2024", with_partners=True
) -> Place:
    return actions.repeat_place(
        actor=by or street.tree.an,
        place=place,
        inputs=PlaceInput(name, date(2023, 11, 12), "", SEGMENTS),
        with_partners=with_partners,
        key=key,
    )


def test_the_new_place_begins_anew_with_parts_and_partners(street: StreetScene, former: Place):
    new = repeat(street, former)

    assert (new.made_from, new.kind, new.unit, new.state) == (former, former.kind, former.unit, PlaceState.PREPARING)
    assert (new.surveyed_on, new.assessments.count(), new.passed) == (None, 0, 0)
    assert [segment.name for segment in new.segments.all()] == ["Đoạn 1"]
    assert [(part.role, part.since) for part in new.partners.all()] == [("Cấp mã QR", date(2023, 11, 12))]
    assert AuditEvent.objects.filter(object_id=new.pk).values_list("action", flat=True)[0] == "places.repeat"
    assert street.fresh(former).state == PlaceState.ASSESSED


def test_partners_stay_behind_when_they_are_not_chosen(street: StreetScene, former: Place):
    assert repeat(street, former, with_partners=False).partners.count() == 0


def test_a_form_sent_twice_makes_one_place_and_its_name_is_its_own(street: StreetScene, former: Place):
    key = uuid7()
    assert repeat(street, former, key=key) == repeat(street, former, key=key)
    assert Place.objects.get(pk=key).partners.count() == 1
    with pytest.raises(Refused, match="place_twice"):
        repeat(street, former, name=former.name)
    with pytest.raises(Refused, match="form_used"):
        actions.create_place(
            actor=street.tree.an,
            unit=street.unit(),
            kind=former.kind,
            inputs=PlaceInput("Khác", date(2023, 3, 1)),
            key=key,
        )


def test_another_ward_makes_nothing_of_it(street: StreetScene, former: Place):
    with pytest.raises(PermissionDenied):
        repeat(street, former, by=street.tree.chi)


def test_the_page_shows_what_is_copied_and_what_is_not(street: StreetScene, former: Place, as_user):
    an = as_user(street.tree.an)
    address = f"/places/{former.pk}/next-year/"
    assert f'href="{address}"' in an.get(f"/places/{former.pk}/").content.decode()
    shown = an.get(address)
    form, page = shown.context["form"], shown.content.decode()

    assert [form[name].value() for name in ("name", "started_on", "segments")] == [
        "Đường Lê Lợi 2024", "12/11/2023", "Đoạn 1; Nguyễn Huệ; Thủ Khoa Huân",
    ]  # fmt: skip
    assert "01/03/2024 chưa tới nên đề xuất hôm nay." in page
    assert "Đối tác và việc nhận làm: 1" in page
    assert "Không bao giờ chép: danh sách nhà và sạp" in page

    values = {"name": "Đường Lê Lợi 2024", "started_on": "12/11/2023", "with_partners": "on", "key": str(uuid7())}
    answer = an.post(address, values)
    new = Place.objects.get(made_from=former)
    assert answer["Location"] == f"/places/{new.pk}/"
    assert f'href="/places/{former.pk}/"' in an.get(f"/places/{new.pk}/").content.decode()
    assert an.post(address, {}).status_code == 422
