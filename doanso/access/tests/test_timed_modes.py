from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access import actions, queries
from doanso.access.models import AdministrationMode, Role, Unmasking
from doanso.access.policy import masked_name, personal, sees_personal
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db
WHY = "Kiểm tra đơn phản ánh ngày 3/11"


def begin(tree, user="giang", **stated):
    stated = {"unit": tree.units["my-tho"], "reason": WHY, "minutes": 15} | stated
    return actions.begin_administration(actor=tree.users[user], **stated)


def test_administration_opens_for_its_minutes_with_its_reason(tree):
    mode = begin(tree)

    assert mode.ends_at - mode.started_at == timedelta(minutes=15)
    assert queries.open_administration(tree.giang) == mode
    AdministrationMode.objects.update(started_at=clock.now() - timedelta(hours=2), ends_at=clock.now())
    assert queries.open_administration(tree.giang) is None


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"reason": "  vì sao "}, "reason_short"),
        ({"minutes": 61}, "minutes_out_of_range"),
        ({"minutes": 0}, "minutes_out_of_range"),
    ],
)
def test_administration_needs_a_reason_and_ends_within_the_hour(tree, stated, code):
    with pytest.raises(Refused, match=code):
        begin(tree, **stated)
    assert not AdministrationMode.objects.exists()


def test_administration_is_for_administrators_and_not_opened_twice(tree):
    with pytest.raises(PermissionDenied):
        begin(tree, user="dung")
    begin(tree)
    with pytest.raises(Refused, match="administration_open"):
        begin(tree)


def test_each_request_meanwhile_is_recorded_and_none_after(tree, as_user):
    client = as_user(tree.giang)
    client.get("/units/")
    assert not AuditEvent.objects.filter(action="access.administration_request").exists()

    page = client.post("/administration/", {"reason": WHY, "minutes": "15"}, follow=True)
    client.get("/units/p4/")
    client.get("/units/nowhere/")

    assert [name for name, _version in page.context["found"].versions][1:3] == ["Python", "Django"]
    assert page.context["found"].probes == [("Bút toán chờ cộng vào tổng", 0)]
    stated = AuditEvent.objects.filter(action="access.administration_request").order_by("id")
    assert [event.actor_note for event in stated] == ["GET access:administration", "GET access:unit", "GET access:unit"]
    assert WHY not in str(list(AuditEvent.objects.values()))

    client.post("/administration/end/")
    client.get("/units/")
    assert AuditEvent.objects.filter(action="access.administration_request").count() == 4
    assert client.get("/administration/").context["form"] is not None


def test_others_requests_are_not_recorded(tree, as_user):
    begin(tree)
    as_user(tree.an).get("/units/")

    assert not AuditEvent.objects.filter(action="access.administration_request").exists()


# --- Masking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"), [("Nguyễn Văn An", "N. V. A."), ("đỗ  quang minh", "Đ. Q. M."), ("Ánh", "Á."), ("", "")]
)
def test_a_masked_name_keeps_its_initials(name, masked):
    assert masked_name(name) == masked


def test_an_inspector_reads_initials_until_a_reason_is_given_and_only_there(tree):
    assert personal(tree.hanh).name("Nguyễn Văn An", tree.units["p4"].pk) == "N. V. A."

    actions.unmask(actor=tree.hanh, unit=tree.units["p4"], reason=WHY, minutes=30)

    shown = personal(tree.hanh)
    assert shown.name("Nguyễn Văn An", tree.units["p4"].pk) == "Nguyễn Văn An"
    assert shown.shows(tree.units["p4-kp1"].pk)
    assert not shown.shows(tree.units["p5"].pk)
    assert not shown.shows(tree.units["my-tho"].pk)
    event = AuditEvent.objects.get(action="access.unmask")
    assert (event.object_id, event.actor) == (tree.units["p4"].pk, tree.hanh)

    Unmasking.objects.update(started_at=clock.now() - timedelta(hours=1), ends_at=clock.now())
    assert not sees_personal(tree.hanh, tree.units["p4"])


@pytest.mark.parametrize("user", ["giang", "dung", "an", "binh"])
def test_others_read_names_as_they_are_without_another_statement(tree, user, django_assert_num_queries):
    actor = tree.users[user]
    with django_assert_num_queries(1):
        assert personal(actor).everywhere


def test_an_inspector_with_another_role_reads_names_where_that_role_reaches(tree):
    tree.hanh.role_assignments.create(role=Role.BRANCH_SECRETARY, unit=tree.units["p5-kp1"], since=clock.today())

    assert sees_personal(tree.hanh, tree.units["p5-kp1"])
    assert not sees_personal(tree.hanh, tree.units["p4"].pk)


def test_unmasking_needs_the_right_and_a_reason(tree):
    with pytest.raises(PermissionDenied):
        actions.unmask(actor=tree.dung, unit=tree.units["p4"], reason=WHY, minutes=30)
    with pytest.raises(Refused, match="reason_short"):
        actions.unmask(actor=tree.hanh, unit=tree.units["p4"], reason="xem", minutes=30)


def test_the_page_takes_the_reason_and_the_unit_says_so(tree, as_user):
    client = as_user(tree.hanh)
    assert client.post("/units/p4/unmask/", {"reason": "xem", "minutes": "30"}).status_code == 422

    page = client.post("/units/p4/unmask/", {"reason": WHY, "minutes": "30"}, follow=True)

    assert page.redirect_chain == [("/units/p4/", 302)]
    assert page.context["unmasked"].reason == WHY


@pytest.mark.parametrize(
    ("target", "page"),
    [("/support/", "/support/"), ("//evil.example/", "/units/p4/"), ("https://evil.example/", "/units/p4/")],
)
def test_the_reader_returns_to_the_masked_page_and_to_no_other_site(tree, as_user, target, page):
    answer = as_user(tree.hanh).post(f"/units/p4/unmask/?next={target}", {"reason": WHY, "minutes": "30"})

    assert answer["Location"] == page
