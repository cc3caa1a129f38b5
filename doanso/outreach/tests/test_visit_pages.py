"""The list of visits, one visit's page, its pictures, and taking it back."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.adoption.models import AdoptionStage, Obstacle
from doanso.files.actions import destroy_key, store
from doanso.ledger import actions as ledger
from doanso.ledger.models import Fact
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.families.visits import facts_of
from doanso.outreach.models import HelpKind, VisitOutcome, VisitSupportRecord
from doanso.outreach.tests.visit_factory import visit
from doanso.support.actions import raise_grades, record_helps
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import record_input
from doanso.sync.models import Device, Photo, Record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

LIST = "/outreach/visits/"
JPEG = b"\xff\xd8\xff\xe0 a picture"


def listed(client, **query) -> list[str]:
    text = client.get(f"{LIST}?{urlencode(query)}").content.decode()
    return [name.strip() for name in re.findall(r'<th scope="row"><a [^>]*href="[^"]+">([^<]+)<', text)]


def at(outing, door: int, outcome=VisitOutcome.HELPED, **more):
    """Create a visit at one of the drive's doors."""
    door_row = outing.doors[door]
    return visit(outing, outcome, household=door_row.household, door=door_row, drive=outing.drive, **more)


UT = {"second_name": "Trần Văn Út", "second_kind": "official"}
TIN = {"second_name": "Phạm Trung Tín", "second_kind": "youth"}


@pytest.fixture
def three(outing):
    """Create visits: 2 Lê Lợi helped by a whole pair, 4 refused with a wrong code, 7 nobody at home the day before."""
    return [
        at(outing, 0, second=outing.mates["ut"], **UT),
        at(outing, 1, VisitOutcome.REFUSED, paired=False, second=outing.mates["ut"], second_problem="code_wrong", **UT),
        at(outing, 2, VisitOutcome.NOT_HOME, paired=False, happened_on=TODAY - timedelta(days=1)),
    ]


@pytest.mark.parametrize(
    ("parameters", "doors"),
    [
        ({}, ["4 Lê Lợi", "2 Lê Lợi", "7 Lê Lợi"]),
        ({"outcome": "refused"}, ["4 Lê Lợi"]),
        ({"pair": "whole"}, ["2 Lê Lợi"]),
        ({"pair": "short"}, ["4 Lê Lợi"]),
        ({"pair": "problem"}, ["4 Lê Lợi"]),
        ({"q": "van ut"}, ["4 Lê Lợi", "2 Lê Lợi"]),
        ({"q": "Lan"}, ["4 Lê Lợi", "2 Lê Lợi", "7 Lê Lợi"]),
        ({"q": "hoa"}, []),
        ({"since": "12/11/2023"}, ["4 Lê Lợi", "2 Lê Lợi"]),
        ({"until": "11/11/2023"}, ["7 Lê Lợi"]),
        ({"unit": "p4"}, ["4 Lê Lợi", "2 Lê Lợi", "7 Lê Lợi"]),
        ({"gone": "yes"}, []),
        (
            {"outcome": "nonsense", "since": "31/02/2023", "by": "nobody", "drive": "x"},
            ["4 Lê Lợi", "2 Lê Lợi", "7 Lê Lợi"],
        ),
    ],
)
def test_filters_stand_in_the_address(three, outing, as_user, parameters, doors):
    shown = listed(as_user(outing.tree.an), **parameters)

    assert sorted(shown) == sorted(doors)


def test_the_newest_day_stands_first(three, outing, as_user):
    assert listed(as_user(outing.tree.an))[-1] == "7 Lê Lợi"


def test_it_is_narrowed_to_a_drive_a_neighbourhood_or_one_phone(three, outing, as_user):
    client = as_user(outing.tree.an)
    visit(outing, neighbourhood=None, recorded_by=outing.tree.binh)

    for query in ({"drive": outing.drive.pk}, {"neighbourhood": outing.neighbourhood.pk}, {"by": outing.tree.lan.pk}):
        assert len(listed(client, **query)) == 3
    assert "Chỉ các lượt từ máy của Bùi Thị Lan." in client.get(LIST, {"by": outing.tree.lan.pk}).content.decode()


def test_whoever_reads_their_own_sees_those_and_another_ward_none(three, outing, as_user):
    other = visit(outing, recorded_by=outing.tree.binh)

    assert len(listed(as_user(outing.tree.lan))) == 3
    own = as_user(outing.tree.lan).get(LIST).content.decode()
    assert "Lượt của tôi" in own
    # The page of the day is one touch away.
    assert 'href="/door/"' in own
    assert as_user(outing.tree.lan).get(f"{LIST}{other.pk}/").status_code == 404
    assert listed(as_user(outing.tree.chi)) == []
    assert as_user(outing.tree.chi).get(f"{LIST}{three[0].pk}/").status_code == 404
    assert as_user(outing.tree.khoa).get(LIST).status_code == 404


def test_an_inspector_reads_initials_and_finds_no_name(three, outing, as_user):
    client = as_user(outing.tree.hanh)
    text = client.get(LIST).content.decode()

    assert "T. V. Ú." in text
    assert "Út" not in text
    assert listed(client, q="ut") == []
    # Nor whose home it was.
    assert set(listed(client)) == {"Lê Lợi"}
    assert "Út" not in client.get(f"{LIST}{three[0].pk}/").content.decode()


def test_the_list_costs_the_same_however_long_and_goes_on(outing, as_user):
    client = as_user(outing.tree.an)
    at(outing, 0)
    client.get(LIST)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        costs.append(len(queries))
        for n in range(60):
            at(outing, n % 3)

    assert costs[0] == costs[1]
    assert len(listed(client)) == 50
    assert len(listed(client, page=3)) == 21
    assert len(listed(client, page="99999999999")) == 50


# --- One visit ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"second_how": "card", **UT}, ["Được tính là lượt đúng nguyên tắc 1+1.", "Quét thẻ"]),
        ({"paired": False, "second_how": "none", **UT}, ["người thứ hai chưa xác nhận."]),
        ({"paired": False, "second_how": "none", "second_problem": "code_wrong", **UT}, ["Mã 6 số chưa đúng."]),
        ({"paired": False, "second_problem": "new-one"}, ["Xác nhận của người thứ hai chưa đúng.", "Chưa rõ là ai"]),
        ({"paired": False, "second_how": "card", **TIN}, ["hai người cùng một bên."]),
        ({"paired": False}, ["chưa có người đi cùng."]),
    ],
)  # fmt: skip
def test_it_says_who_stood_there_and_why_a_second_does_not_count(outing, as_user, more, words):
    saved_visit = visit(outing, **more)
    text = as_user(outing.tree.an).get(f"{LIST}{saved_visit.pk}/").content.decode()

    assert all(word in text for word in words)
    assert "08:00 đến 08:09 (9 phút)" in text


def test_support_records_are_shown_with_their_stages_and_the_state_of_the_receipt(outing, as_user):
    saved_visit = visit(outing)
    entries = [record_input(), record_input("Lê Thị Sáu", service="payment")]
    keys = [
        recorded.support_record_id for recorded in record_helps(actor=outing.tree.an, unit=outing.ward, entries=entries)
    ]
    stages = {stage.code: stage for stage in AdoptionStage.objects.filter(service="portal")}
    VisitSupportRecord.objects.create(
        support_record_id=keys[0], visit=saved_visit, kind=HelpKind.GUIDE, before=stages["none"], after=stages["active"]
    )
    obstacle = Obstacle.objects.get()
    VisitSupportRecord.objects.create(
        support_record_id=keys[1], visit=saved_visit, kind=HelpKind.RECOVERY, obstacle=obstacle
    )
    SupportRecord.objects.filter(pk=keys[1]).update(refused_at=clock.now())
    text = as_user(outing.tree.an).get(f"{LIST}{saved_visit.pk}/").content.decode()

    for words in ("Nguyễn Văn Bảy", "Bậc 0 → Bậc 2", "Khôi phục mật khẩu", "Vướng: Chưa có điện thoại thông minh"):
        assert words in text
    assert "Đang khiếu nại, chờ xem xét" in text
    assert f"/support/{keys[0]}/" in text
    # The visitor reads receivers as initials, and opens no help of the ward's.
    theirs = as_user(outing.tree.lan).get(f"{LIST}{saved_visit.pk}/").content.decode()
    assert "N. V. B." in theirs
    assert "Bảy" not in theirs
    assert f"/support/{keys[0]}/" not in theirs


@pytest.mark.parametrize(
    ("grade", "words"), [(2, "Chưa xác nhận"), (3, "Tự xác nhận qua biên nhận"), (4, "Cán bộ gọi phúc tra: đúng")]
)
def test_it_says_by_what_a_help_was_confirmed(outing, as_user, grade, words):
    saved_visit = visit(outing)
    [recorded] = record_helps(actor=outing.tree.an, unit=outing.ward, entries=[record_input()])
    VisitSupportRecord.objects.create(
        support_record_id=recorded.support_record_id, visit=saved_visit, kind=HelpKind.GUIDE
    )
    raise_grades(support_records=list(SupportRecord.objects.all()), grade=grade)
    text = as_user(outing.tree.an).get(f"{LIST}{saved_visit.pk}/").content.decode()

    assert words in text
    assert "Người dân đã xác nhận" not in text


def test_it_shows_what_the_phone_sent_to_whoever_may_decide(outing, as_user):
    saved_visit = visit(outing)
    now = clock.now()
    device = Device.objects.create(
        id=uuid7(), user=outing.tree.lan, name="Máy của Lan", token_hash="t", registered_at=now, seen_at=now,
        lease_until=now,
    )  # fmt: skip
    record = Record.objects.create(
        record_id=saved_visit.pk, content_hash="0" * 64, kind="outreach.visit", version=1, unit=outing.ward, device=device,
        user=outing.tree.lan, received_at=now, state="applied",
    )  # fmt: skip

    text = as_user(outing.tree.an).get(f"{LIST}{saved_visit.pk}/").content.decode()
    assert f"Số {record.seq}, Máy của Lan" in text
    assert f"/sync/{record.seq}/" in text
    # Phones are named after their holders.
    masked = as_user(outing.tree.hanh).get(f"{LIST}{saved_visit.pk}/").content.decode()
    assert f"Số {record.seq} ·" in masked
    assert "Máy của Lan" not in masked
    assert f"/sync/{record.seq}/" not in as_user(outing.tree.lan).get(f"{LIST}{saved_visit.pk}/").content.decode()


def test_a_version_that_was_sent_for_another_unit_shows_its_reason_and_leads_nowhere(outing, as_user):
    saved_visit = visit(outing)
    now, an = clock.now(), outing.tree.an
    device = Device.objects.create(
        id=uuid7(), user=outing.tree.lan, name="Máy của Lan", token_hash="t", registered_at=now, seen_at=now,
        lease_until=now,
    )  # fmt: skip
    own, elsewhere, nowhere = (
        Record.objects.create(
            record_id=saved_visit.pk, content_hash=str(number), kind="outreach.visit", version=1, unit=unit, device=device,
            user=outing.tree.lan, received_at=now, state="refused", decided_at=now, decided_by=an, reason="Ghi nhầm nhà",
        )
        for number, unit in enumerate((outing.ward, outing.tree.units["p5"], None))
    )  # fmt: skip

    def links(user):
        text = as_user(user).get(f"{LIST}{saved_visit.pk}/").content.decode()
        assert ("Nguyễn Văn An đã xem: Ghi nhầm nhà" in text) is (user != outing.tree.hanh)
        assert ("Ghi nhầm nhà" in text) is (user != outing.tree.hanh)
        linked = [record for record in (own, elsewhere, nowhere) if f"/sync/{record.seq}/" in text]
        assert all(as_user(user).get(f"/sync/{record.seq}/").status_code == 200 for record in linked)
        return linked

    assert links(an) == [own]
    assert links(outing.tree.dung) == [own, elsewhere, nowhere]
    assert links(outing.tree.lan) == links(outing.tree.hanh) == []


@pytest.fixture
def picture(outing):
    """Create a visit's picture that has arrived."""

    def saved_visit(content=JPEG):
        pictured = visit(outing)
        now = clock.now()
        device = Device.objects.create(
            id=uuid7(), user=outing.tree.lan, name="Máy", token_hash=str(pictured.pk), registered_at=now, seen_at=now,
            lease_until=now,
        )  # fmt: skip
        blob = store(source=content, name="anh.jpg", limit=10_000)
        photo = Photo.objects.create(
            id=uuid7(), device=device, subject=pictured.pk, size=len(content), content_hash="h", offset=len(content),
            blob=blob, begun_at=now, done_at=now,
        )  # fmt: skip
        return pictured, photo

    return saved_visit


def test_a_picture_is_served_as_a_picture_under_the_visits_policy(picture, outing, as_user):
    saved_visit, photo = picture()
    address = f"{LIST}{saved_visit.pk}/photos/{photo.pk}/"
    assert f'src="{address}"' in as_user(outing.tree.an).get(f"{LIST}{saved_visit.pk}/").content.decode()
    answer = as_user(outing.tree.an).get(address)

    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/jpeg", JPEG)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert as_user(outing.tree.chi).get(address).status_code == 404
    assert as_user(outing.tree.an).get(f"{LIST}{visit(outing).pk}/photos/{photo.pk}/").status_code == 404
    destroy_key(blob=photo.blob)
    assert as_user(outing.tree.an).get(address).status_code == 404


def test_a_page_that_calls_itself_a_picture_is_a_file_to_save(picture, outing, as_user):
    visit, photo = picture(b"<html><script>1</script>")
    answer = as_user(outing.tree.an).get(f"{LIST}{visit.pk}/photos/{photo.pk}/")

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


# --- Taking back --------------------------------------------------------------------------------------------------------


def test_an_officer_takes_a_visit_back_with_the_reason(outing, as_user):
    visit = at(outing, 0)
    ledger.count_many(facts_of(visit))
    client = as_user(outing.tree.an)
    address = f"{LIST}{visit.pk}/take-back/"
    assert address in client.get(f"{LIST}{visit.pk}/").content.decode()
    silent = client.post(address, {"reason": " "})
    assert (silent.status_code, Fact.objects.filter(taken_back=True).count()) == (422, 0)

    page = client.post(address, {"reason": "Ghi trùng"}, follow=True).content.decode()
    assert "Lượt này đã thu hồi." in page
    assert "Ghi trùng" in page
    assert Fact.objects.filter(taken_back=True).count() == 2
    assert (listed(client), listed(client, gone="yes")) == ([], ["2 Lê Lợi"])
    assert client.post(address, {"reason": "Ghi trùng"}).status_code == 302


@pytest.mark.parametrize(("name", "status"), [("lan", 403), ("hanh", 403), ("chi", 404), ("binh", 404), ("khoa", 404)])
def test_nobody_else_takes_it_back(outing, as_user, name, status):
    saved_visit = visit(outing)
    client = as_user(outing.tree.users[name])

    assert client.get(f"{LIST}{saved_visit.pk}/take-back/").status_code == status
    assert client.post(f"{LIST}{saved_visit.pk}/take-back/", {"reason": "Ghi trùng"}).status_code == status
    saved_visit.refresh_from_db()
    assert saved_visit.taken_back_at is None
