"""Late units are reminded of an indicator: once a day, by those who may give targets, with an answer due."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.assignments.models import Assignment
from doanso.assignments.queries import assignment_rows
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.targets.actions import remind_units
from doanso.targets.queries import indicator_of, open_reminders
from doanso.testing import TODAY

ADDRESS = "/programmes/my-tho-2023/indicators/vneid2-members/{}/remind/"
DUE = TODAY + timedelta(days=7)
WORDS = "Đề nghị cho biết khó khăn."


def _indicator(loaded):
    indicator = indicator_of(loaded.programme, "vneid2-members")
    assert indicator is not None
    return indicator


def _remind(loaded, actor, *codes: str, unit: str = "my-tho", words: str = WORDS, due_on: date = DUE):
    tree = loaded.tree
    return remind_units(
        actor=actor, indicator=_indicator(loaded), unit=tree.units[unit],
        chosen=[tree.units[code].pk for code in codes], words=words, due_on=due_on,
    )  # fmt: skip


def test_each_chosen_unit_gets_one_assignment_that_the_unit_above_closes(loaded):
    tree = loaded.tree
    created = _remind(loaded, tree.dung, "p4", "p5")

    assert {assignment.unit.code for assignment in created} == {"p4", "p5"}
    for assignment in created:
        assert (assignment.kind, assignment.due_on, assignment.opened_by) == ("targets.remind", DUE, tree.dung)
    (row,) = assignment_rows(tree.an, [assignment for assignment in created if assignment.unit.code == "p4"])
    assert (row.kind, row.sentence) == ("Nhắc chỉ tiêu chậm", "VNeID mức độ 2: Đề nghị cho biết khó khăn.")
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert sorted(action for action in actions if "remind" in action or "assign" in action) == [
        "assignments.assign",
        "assignments.assign",
        "targets.remind",
    ]
    assert set(open_reminders(_indicator(loaded), [tree.units["p4"].pk, tree.units["p5"].pk])) == {
        tree.units["p4"].pk,
        tree.units["p5"].pk,
    }


def test_pressing_twice_writes_once(loaded):
    _remind(loaded, loaded.tree.dung, "p4")
    again = _remind(loaded, loaded.tree.dung, "p4", "p5")

    assert [assignment.unit.code for assignment in again] == ["p5"]
    assert Assignment.objects.filter(kind="targets.remind").count() == 2


def test_the_next_day_a_unit_may_be_reminded_again(loaded, business_day):
    _remind(loaded, loaded.tree.dung, "p4")
    business_day(TODAY + timedelta(days=1))

    assert len(_remind(loaded, loaded.tree.dung, "p4")) == 1


def test_only_units_directly_below_are_reminded(loaded):
    with pytest.raises(Refused, match="Chọn ít nhất một đơn vị"):
        _remind(loaded, loaded.tree.dung, "p4-kp1", "my-tho")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "x" * 301}, "words"),
        ({"words": "Gọi 0901234567"}, "words"),
        ({"due_on": TODAY}, "due_on"),
        ({"due_on": TODAY + timedelta(days=32)}, "due_on"),
    ],
)
def test_what_a_reminder_needs(loaded, change, field):
    with pytest.raises(Refused) as refusal:
        _remind(loaded, loaded.tree.dung, "p4", **change)

    assert refusal.value.problem.field == field
    assert not Assignment.objects.filter(kind="targets.remind").exists()


def test_nobody_is_reminded_after_the_programme(loaded, business_day):
    business_day(date(2024, 1, 2))
    with pytest.raises(Refused, match="không có đơn vị nào chậm"):
        _remind(loaded, loaded.tree.dung, "p4", due_on=date(2024, 1, 5))


@pytest.mark.parametrize("username", ["hanh", "binh", "an"])
def test_only_who_gives_targets_there_may_remind(loaded, username):
    with pytest.raises(PermissionDenied):
        _remind(loaded, loaded.tree.users[username], "p4")


def test_the_page_shows_late_units_chosen_and_sends_once(loaded, as_user):
    browser = as_user(loaded.tree.dung)
    page = browser.get(ADDRESS.format("my-tho"))
    assert [(row["name"], row["chosen"]) for row in page.context["rows"]] == [("Phường 4", True), ("Phường 5", True)]

    sent = {
        "units": [row["id"] for row in page.context["rows"]],
        "words": page.context["form"].initial["words"],
        "due_on": DUE.isoformat(),
    }
    answer = browser.post(ADDRESS.format("my-tho"), sent, follow=True)
    assert answer.redirect_chain == [("/programmes/my-tho-2023/indicators/vneid2-members/my-tho/", 302)]
    assert "Đã nhắc 2 đơn vị, hạn trả lời 19/11/2023." in answer.content.decode()
    again = browser.post(ADDRESS.format("my-tho"), sent, follow=True)
    assert "đã được nhắc trong hôm nay" in again.content.decode()
    assert Assignment.objects.filter(kind="targets.remind").count() == 2

    later = browser.get(ADDRESS.format("my-tho"))
    assert [row["chosen"] for row in later.context["rows"]] == [False, False]
    assert "đã nhắc, hạn trả lời 19/11" in later.content.decode()


def test_who_has_caught_up_since_the_page_was_opened_is_not_reminded(loaded, as_user):
    browser = as_user(loaded.tree.dung)
    page = browser.get(ADDRESS.format("my-tho"))
    sent = {"units": [row["id"] for row in page.context["rows"]], "words": WORDS, "due_on": DUE.isoformat()}
    loaded.reach("p5", "vneid", "level2-active", "Khang", "Ngân")
    browser.post(ADDRESS.format("my-tho"), sent)

    assert [assignment.unit.code for assignment in Assignment.objects.filter(kind="targets.remind")] == ["p4"]


def test_the_page_says_what_is_missing_and_keeps_what_was_typed(loaded, as_user):
    answer = as_user(loaded.tree.dung).post(
        ADDRESS.format("my-tho"), {"units": ["no-id"], "words": WORDS, "due_on": DUE.isoformat()}
    )
    assert answer.status_code == 422
    assert "Chọn ít nhất một đơn vị." in answer.content.decode()
    assert WORDS in answer.content.decode()


def test_with_nobody_late_there_is_nothing_to_send(loaded, as_user):
    for code, names in (("p4", ("Đức", "Thủy", "Quân", "Hân")), ("p5", ("Khang", "Ngân"))):
        loaded.reach(code, "vneid", "level2-active", *names)
    page = as_user(loaded.tree.dung).get(ADDRESS.format("my-tho")).content.decode()

    assert "Không có đơn vị nào chậm chỉ tiêu này." in page
    assert "<textarea" not in page


@pytest.mark.parametrize(("username", "status"), [("hanh", 403), ("an", 404), ("khoa", 404)])
def test_others_cannot_open_the_page(loaded, as_user, username, status):
    assert as_user(loaded.tree.users[username]).get(ADDRESS.format("my-tho")).status_code == status
