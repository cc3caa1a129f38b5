"""The pages on which targets are given, answered to, settled, and kept lists are read."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib import clock
from doanso.members.actions import exempt
from doanso.targets import copying
from doanso.targets.actions import AllocationDecision, Part, allocate, begin_draft, freeze_denominator, publish_draft
from doanso.targets.models import Allocation, FrozenList, PlanOrigin, Target, UnitSize
from doanso.targets.queries import versions_of
from doanso.targets.queries.plans import draft_stamp, plan_of
from doanso.testing import TODAY
from tools.fixture_replay import replayed

BASE = "/programmes/my-tho-2023"
RESIDENTS = f"{BASE}/indicators/portal-residents"
SIGNED = {"number": "12-QĐ/TĐ", "day": "2023-01-10", "since": "2023-01-10"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(loaded):
    return loaded.programme.indicators.get(code="portal-residents")


@pytest.fixture
@replayed
def given(loaded, resident):
    units = loaded.tree.units
    return allocate(
        actor=loaded.tree.dung, indicator=resident, unit=units["my-tho"], split="members",
        parts=[Part(units["p4"].pk, 3000, 4), Part(units["p5"].pk, 1900, 2)],
        decision=AllocationDecision("12-QĐ/TĐ", date(2023, 1, 10), date(2023, 1, 10)), counted_on=date(2023, 1, 10),
    )  # fmt: skip


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_opens_with_the_numbers_by_members_and_their_sum(loaded, as_user):
    answer = as_user(loaded.tree.dung).get(f"{RESIDENTS}/my-tho/allocate/")

    table = answer.context["table"]
    assert [(line.unit.code, line.weight, line.value) for line in table.lines] == [("p4", 4, 3333), ("p5", 2, 1667)]
    assert "Đủ" in text_of(answer)
    assert "5.000 trên 5.000 người dân" in text_of(answer)


def publish_copy(loaded, *, carries_division: bool) -> None:
    plan = copying.shift_plan(plan_of(loaded.programme), 1)
    draft = begin_draft(
        actor=loaded.tree.dung, root=loaded.programme.root, plan=plan, origin=PlanOrigin.COPY,
        copied_from=loaded.programme, carries_division=carries_division,
    )  # fmt: skip
    publish_draft(actor=loaded.tree.dung, draft_id=draft.pk, stamp=draft_stamp(draft, draft.indicators.all()))


def test_a_copy_divides_as_the_year_before(loaded, given, as_user):
    publish_copy(loaded, carries_division=True)
    clock.set_today(date(2024, 1, 15))
    browser = as_user(loaded.tree.dung)
    path = "/programmes/my-tho-2024/indicators/portal-residents/my-tho/allocate/"

    page = browser.get(path)

    assert [(line.unit.code, line.weight, line.value) for line in page.context["table"].lines] == [
        ("p4", 3000, 3061), ("p5", 1900, 1939),
    ]  # fmt: skip
    assert "Chia như năm trước" in text_of(page)
    assert "Năm trước giao" in text_of(page)
    signed = {"number": "3-QĐ/TĐ", "day": "2024-01-10", "since": "2024-01-10"}
    numbers = {"value-p4": "3061", "value-p5": "1939"}
    assert browser.post(path, {**numbers, **signed, "step": "give", "seen": "3061,1939"}).status_code == 302
    allocation = Allocation.objects.get(indicator__programme__code="my-tho-2024")
    assert (allocation.split, allocation.adjusted) == ("previous", False)


def test_without_a_carried_division_the_year_before_is_not_offered(loaded, given, as_user):
    publish_copy(loaded, carries_division=False)
    clock.set_today(date(2024, 1, 15))

    page = as_user(loaded.tree.dung).get(
        "/programmes/my-tho-2024/indicators/portal-residents/my-tho/allocate/?split=previous&on=2024-01-15"
    )

    assert "Chia như năm trước" not in text_of(page)
    assert [line.value for line in page.context["table"].lines] == [3333, 1667]


def test_a_target_that_was_not_given_is_divided_by_members(loaded, as_user):
    publish_copy(loaded, carries_division=True)
    clock.set_today(date(2024, 1, 15))

    page = as_user(loaded.tree.dung).get("/programmes/my-tho-2024/indicators/portal-residents/my-tho/allocate/")

    assert "Chia như năm trước" not in text_of(page)
    assert [line.weight for line in page.context["table"].lines] == [4, 2]


def test_what_was_looked_at_is_given(loaded, as_user):
    browser = as_user(loaded.tree.dung)
    path = f"{RESIDENTS}/my-tho/allocate/"
    numbers = {"value-p4": "3000", "value-p5": "1.900"}

    changed = browser.post(path, {**numbers, **SIGNED, "step": "give", "seen": "3333,1667"})
    assert (changed.status_code, Allocation.objects.count()) == (200, 0)
    assert "Thiếu 100" in text_of(changed)

    response = browser.post(path, {**numbers, **SIGNED, "step": "give", "seen": changed.context["table"].shown_values})
    assert response.status_code == 302
    allocation = Allocation.objects.get()
    assert (allocation.split, allocation.adjusted, allocation.owed) == ("members", True, 5000)
    assert {(target.unit.code, target.value, target.weight) for target in allocation.targets.all()} == {
        ("p4", 3000, 4), ("p5", 1900, 2),
    }  # fmt: skip
    page = text_of(browser.get(response.url))
    assert "Thiếu 100" in page
    assert "12-QĐ/TĐ" in text_of(as_user(loaded.tree.an).get(f"{BASE}/cascade/?unit=p4"))


def test_looking_again_writes_nothing_and_wants_no_decision(loaded, as_user):
    answer = as_user(loaded.tree.dung).post(
        f"{RESIDENTS}/my-tho/allocate/", {"value-p4": "3100", "value-p5": "2000", "step": "look"}
    )

    assert (answer.status_code, Target.objects.filter(allocation__isnull=False).count()) == (200, 0)
    assert "Vượt 100" in text_of(answer)
    assert answer.context["form"].errors == {}


@pytest.mark.parametrize("typed", ["x", "-3", "3,5", "999999999"])
def test_what_is_no_number_is_marked(loaded, as_user, typed):
    sent = {"value-p4": typed, "value-p5": "2000", **SIGNED, "step": "give", "seen": ""}
    answer = as_user(loaded.tree.dung).post(f"{RESIDENTS}/my-tho/allocate/", sent)

    assert answer.status_code == 422
    assert answer.context["table"].lines[0].error
    assert typed in answer.content.decode()


def test_by_households_needs_their_number_first(loaded, as_user):
    browser = as_user(loaded.tree.dung)
    path = f"{RESIDENTS}/my-tho/allocate/?split=households&on=2023-11-12"
    before = browser.get(path)
    assert [line.value for line in before.context["table"].lines] == [None, None]
    assert "Nhập số hộ" in text_of(before)

    units = loaded.tree.units
    response = browser.post(
        "/units/my-tho/sizes/", {f"households-{units['p4'].pk}": "3.000", f"households-{units['p5'].pk}": "1000"}
    )
    assert (response.status_code, UnitSize.objects.count()) == (302, 2)
    assert [line.value for line in browser.get(path).context["table"].lines] == [3750, 1250]


@pytest.mark.parametrize("sent", [{}, {"households-{p4}": "nhiều"}])
def test_numbers_of_households_are_whole(loaded, as_user, sent):
    sent = {key.format(p4=loaded.tree.units["p4"].pk): value for key, value in sent.items()}
    assert as_user(loaded.tree.dung).post("/units/my-tho/sizes/", sent).status_code == 422
    assert not UnitSize.objects.exists()


def test_a_share_may_differ_for_one_unit(loaded, as_user):
    browser = as_user(loaded.tree.dung)
    path = f"{BASE}/indicators/payment-members/my-tho/allocate/"
    looked = browser.post(path, {"value-p4": "95", "value-p5": "", "step": "look"})
    assert "Vượt 3,3 điểm" in text_of(looked)

    browser.post(path, {"value-p4": "95%", "value-p5": "", **SIGNED, "step": "give", "seen": "95,"})
    assert Target.objects.get(allocation__isnull=False).value == 95


def test_a_unit_asks_for_another_number_and_reads_why_it_stays(loaded, given, resident, as_user):
    tree = loaded.tree
    as_an, as_dung = as_user(tree.an), as_user(tree.dung)
    page = as_an.get(f"{RESIDENTS}/p4/answer/")
    # Both sides read that the sum is short.
    assert "Thiếu 100" in text_of(page)
    assert as_an.post(f"{RESIDENTS}/p4/answer/", {"kind": "countered", "value": "2500"}).status_code == 422
    sent = {"kind": "countered", "value": "2500", "reason": "Khu trọ đã giải tỏa"}
    assert as_an.post(f"{RESIDENTS}/p4/answer/", sent).status_code == 302

    cascade = text_of(as_dung.get(f"{BASE}/cascade/"))
    assert "Khu trọ đã giải tỏa" in cascade
    settle = f"{RESIDENTS}/my-tho/settle/p4/"
    assert settle in cascade
    assert "Khu trọ đã giải tỏa" in text_of(as_dung.get(settle))
    assert as_dung.post(settle, {"outcome": "kept"}).status_code == 422
    assert as_dung.post(settle, {"outcome": "kept", "words": "Theo báo cáo hộ"}).status_code == 302

    [version] = versions_of(resident, tree.units["p4"])
    assert version.state == "settled"
    cascade = text_of(as_dung.get(f"{BASE}/cascade/"))
    assert "Khu trọ đã giải tỏa" in cascade
    assert "Theo báo cáo hộ" in cascade
    assert settle not in cascade
    for client in (as_an, as_dung):
        read = text_of(client.get(f"{RESIDENTS}/p4/"))
        assert "Khu trọ đã giải tỏa" in read
        assert "Theo báo cáo hộ" in read


def test_taking_the_number_needs_a_decision(loaded, given, as_user):
    as_user(loaded.tree.an).post(
        f"{RESIDENTS}/p4/answer/", {"kind": "countered", "value": "2500", "reason": "Ít hộ hơn"}
    )
    browser, settle = as_user(loaded.tree.dung), f"{RESIDENTS}/my-tho/settle/p4/"
    assert browser.post(settle, {"outcome": "taken"}).status_code == 422
    later = {"number": "45-QĐ/TĐ", "day": "2023-07-01", "since": "2023-07-01"}
    assert browser.post(settle, {"outcome": "taken", **later}).status_code == 302
    assert browser.get(settle)["Location"] == f"{BASE}/cascade/?unit=my-tho"

    page = text_of(browser.get(f"{RESIDENTS}/p4/"))
    assert "2.500" in page
    assert "45-QĐ/TĐ" in page
    assert "12-QĐ/TĐ" in page


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("dung", f"{RESIDENTS}/my-tho/allocate/", 200), ("an", f"{RESIDENTS}/p4/allocate/", 200),
        ("an", f"{RESIDENTS}/my-tho/allocate/", 404), ("hanh", f"{RESIDENTS}/my-tho/allocate/", 403),
        ("an", f"{RESIDENTS}/p4/answer/", 200), ("dung", f"{RESIDENTS}/p4/answer/", 403),
        ("chi", f"{RESIDENTS}/p4/answer/", 404), ("an", f"{RESIDENTS}/p4-kp1/answer/", 404),
        ("an", f"{RESIDENTS}/my-tho/settle/p4/", 404), ("dung", f"{RESIDENTS}/p5/settle/p4/", 404),
        ("dung", f"{RESIDENTS}/my-tho/settle/p4-kp1/", 404), ("hanh", f"{BASE}/cascade/", 200),
        ("khoa", f"{BASE}/cascade/?unit=p4-kp1", 404), ("hanh", "/units/p4/sizes/", 403),
    ],
)  # fmt: skip
def test_who_may_open_which_page(loaded, given, as_user, name, path, status):
    assert as_user(loaded.tree.users[name]).get(path).status_code == status


def test_a_kept_list_stands_beside_the_live_one(loaded, as_user):
    tree = loaded.tree
    share = loaded.programme.indicators.get(code="vneid2-members")
    exempt(
        actor=tree.an, member=loaded.members["Đức"], indicator=share.code, reason="Chưa có điện thoại",
        since=date(2023, 5, 1), review_on=date(2023, 12, 31),
    )  # fmt: skip
    path = f"{BASE}/indicators/vneid2-members/p4/"
    response = as_user(tree.an).post(f"{path}freeze/", {"on": "2023-06-30", "note": "Chốt 6 tháng"})
    assert response.status_code == 302
    assert as_user(tree.an).post(f"{path}freeze/", {"on": "2023-06-30"}).status_code == 422

    page = text_of(as_user(tree.an).get(response.url))
    assert "Trần Thị Thủy" in page
    assert "Nguyễn Hoàng Đức" not in page
    assert "Chưa có điện thoại" in page
    assert "Nguyễn Hoàng Đức" in text_of(as_user(tree.an).get(f"{response.url}?of=exempt"))
    assert "Chốt 6 tháng" in text_of(as_user(tree.an).get(path))
    # An inspector reads the numbers, but neither names nor what was typed about somebody.
    seen = text_of(as_user(tree.hanh).get(f"{response.url}?of=exempt"))
    assert "N. H. Đ." in seen
    assert "Chưa có điện thoại" not in seen
    assert as_user(tree.chi).get(response.url).status_code == 404
    assert as_user(tree.an).get(f"{response.url}?after=x").status_code == 404


def test_pages_ask_the_same_number_of_statements_for_any_number_of_units(loaded, given, as_user):
    browser = as_user(loaded.tree.dung)
    share = loaded.programme.indicators.get(code="vneid2-members")
    freeze_denominator(actor=loaded.tree.dung, indicator=share, unit=loaded.tree.units["my-tho"], on=TODAY)
    frozen_list = FrozenList.objects.get()
    for path in (
        f"{BASE}/cascade/?unit=",
        f"{RESIDENTS}/{{}}/allocate/",
        "/units/{}/sizes/",
    ):
        counts = []
        for code in ("my-tho", "p4"):
            url = path.format(code) if "{}" in path else path + code
            browser.get(url)
            with CaptureQueriesContext(connection) as caught:
                assert browser.get(url).status_code == 200
            counts.append(len(caught))
        assert counts[0] <= 26, path
        assert abs(counts[0] - counts[1]) <= 3, (path, counts)
    with CaptureQueriesContext(connection) as caught:
        browser.get(f"{BASE}/indicators/vneid2-members/my-tho/frozen/{frozen_list.pk}/")
    assert len(caught) <= 26
