"""The daily look asks units that may need help, once per unit, rule and period."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from doanso.adoption.models import Service
from doanso.assignments.models import Assignment
from doanso.assignments.ports import assignment_kind
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.people.models import Contact, Person
from doanso.support.models import SupportRecord
from doanso.targets.actions import assign_alerts
from doanso.targets.actions.alerts import SHIPPED, alert_thresholds
from doanso.targets.models import ProgrammeRevision
from doanso.targets.queries.alerts import unit_activity
from doanso.testing import TODAY


def _asked() -> set[tuple[str, str]]:
    return set(Assignment.objects.values_list("unit__code", "kind"))


@pytest.fixture
def silent(loaded):
    """Ward 4 has written nothing down for a month; ward 5 yesterday."""
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=TODAY - timedelta(days=30))
    loaded.reach("p5", "vneid", "level2-active", "Khang", on=TODAY - timedelta(days=1))
    return loaded


def test_a_silent_unit_that_is_behind_is_asked_once_and_its_secretary_sees_to_it(silent):
    assign_alerts()
    assignment = Assignment.objects.get()

    assert (assignment.unit.code, assignment.kind, assignment.owner) == ("p4", "alerts.silence", silent.tree.an)
    assert assignment.due_on == TODAY + timedelta(days=7)
    assert assignment.opened_by is None
    assert assignment_kind(assignment.kind).sentence(assignment) == "Đơn vị cần giúp: 30 ngày chưa có lượt ghi nào"
    assert assign_alerts() == []
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize(("days_ago", "asked"), [(0, []), (13, []), (14, [("p4", 14)]), (200, [("p4", 30)])])
def test_nobody_was_silent_before_the_programme_was_published(silent, days_ago, asked):
    published = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), get_default_timezone())
    ProgrammeRevision.objects.filter(programme=silent.programme).update(made_at=published)

    assign_alerts()

    assert list(Assignment.objects.values_list("unit__code", "parameters__days")) == asked


def test_a_dry_run_writes_nothing_and_the_command_says_whom_it_would_ask(silent):
    out = StringIO()
    call_command("look_for_stalls", "--dry-run", stdout=out)

    assert "Phường 4 (p4): Đơn vị cần giúp: 30 ngày chưa có lượt ghi nào" in out.getvalue()
    assert "Sẽ hỏi 1 đơn vị." in out.getvalue()
    assert _asked() == set()


def test_settled_it_is_asked_again_in_the_next_month_only(silent, business_day):
    assign_alerts()
    Assignment.objects.update(completed_at=clock.now(), outcome="done", completed_by=silent.tree.dung)
    business_day(date(2023, 11, 20))
    assign_alerts()
    assert Assignment.objects.filter(unit__code="p4").count() == 1

    business_day(date(2023, 12, 1))
    assign_alerts()
    assert Assignment.objects.filter(unit__code="p4", kind="alerts.silence").count() == 2


def test_while_it_is_still_open_the_next_month_asks_nothing_more(silent, business_day):
    assign_alerts()
    business_day(date(2023, 12, 1))
    assign_alerts()

    assert Assignment.objects.filter(unit__code="p4", kind="alerts.silence").count() == 1


def test_the_unit_reads_it_and_an_officer_above_settles_it(silent, as_user):
    assign_alerts()
    assignment = Assignment.objects.get()
    page = reverse("assignments:assignment", args=[assignment.pk])

    assert reverse("assignments:settle", args=[assignment.pk]) not in as_user(silent.tree.an).get(page).content.decode()
    as_user(silent.tree.dung).post(reverse("assignments:settle", args=[assignment.pk]), {"outcome": "not-needed"})
    assignment.refresh_from_db()
    assert assignment.completed_by == silent.tree.dung


def _contacts(unit, phone: str, homes: list[str]) -> None:
    for number, home in enumerate(homes):
        person = Person.objects.create(created_at=clock.now())
        Contact.objects.create(
            person=person, unit=unit, name=f"N {number}", folded=f"n {number}", sort_key="n", address=home,
            phone_lookup=phone, created_at=clock.now(), updated_at=clock.now(),
        )  # fmt: skip


def test_one_phone_of_many_people_is_asked_about_and_never_shown(loaded):
    _contacts(loaded.tree.units["p5"], "lookup-of-a-phone", ["1 Lê Lợi"] * 4 + ["9 Lê Lợi"])
    _contacts(loaded.tree.units["p4"], "lookup-of-a-family", ["1 Lê Lợi"] * 6)
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=TODAY)
    loaded.reach("p5", "vneid", "level2-active", "Khang", on=TODAY)
    assign_alerts()
    assignment = Assignment.objects.get()

    assert (assignment.unit.code, assignment.kind) == ("p5", "alerts.phone")
    assert assignment.parameters == {"programme": "my-tho-2023", "count": 1, "persons": 5}
    assert assignment_kind(assignment.kind).url(assignment) == "/people/?unit=p5"


def test_a_look_costs_the_same_for_more_records(silent, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        all_looked = unit_activity(silent.programme, TODAY, alert_thresholds())
    assert [(looked.unit.code, looked.behind) for looked in all_looked] == [("p4", True), ("p5", True)]


def _helps(unit, hour: int, count: int, *, source: str = "office", arrived_on: date = TODAY) -> None:
    recorded_at = datetime(TODAY.year, TODAY.month, TODAY.day, hour, 15, tzinfo=get_default_timezone())
    SupportRecord.objects.bulk_create(
        SupportRecord(
            unit=unit, named=False, service=Service.objects.get(code="vneid"), happened_on=TODAY,
            arrived_on=arrived_on, recorded_at=recorded_at, grade=1, source=source,
        )
        for _ in range(count)
    )  # fmt: skip


def _of_kind(kind: str) -> list[dict]:
    return list(Assignment.objects.filter(kind=kind).values_list("parameters", flat=True))


def test_records_of_the_night_are_asked_about_lists_apart(loaded):
    _helps(loaded.tree.units["p4"], 23, 12)
    _helps(loaded.tree.units["p4-kp1"], 2, 3)
    _helps(loaded.tree.units["p4"], 9, 10)
    _helps(loaded.tree.units["p5"], 23, 40, source="import")
    assign_alerts()

    assert _of_kind("alerts.night") == [{"programme": "my-tho-2023", "from": 22, "to": 5, "count": 15, "all": 25}]


def test_where_the_business_day_is_set_by_hand_the_hour_says_nothing(loaded):
    _helps(loaded.tree.units["p4"], 23, 40, arrived_on=TODAY - timedelta(days=2))
    assign_alerts()

    assert _of_kind("alerts.night") == []


@pytest.fixture
def own_file(settings, tmp_path):
    """Puts the committee's own numbers into the data folder."""

    def put(old: str, new: str) -> None:
        settings.DATA = tmp_path
        text = SHIPPED.read_text(encoding="utf-8")
        assert old in text
        (tmp_path / SHIPPED.name).write_text(text.replace(old, new), encoding="utf-8")

    return put


def test_the_committees_own_numbers_go_before_the_shipped_ones(loaded, own_file, business_day):
    own_file("least = 30", "least = 3")
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", on=date(2023, 11, 29))
    business_day(date(2023, 12, 1))
    assign_alerts()

    parameters = {"programme": "my-tho-2023", "until": "2023-11-30", "days": 3, "count": 3, "usual": 0}
    assert _of_kind("alerts.burst") == [parameters]


def test_a_misspelt_number_is_refused_by_name(own_file):
    own_file("share = 50", "shares = 50")
    with pytest.raises(Refused, match="night"):
        alert_thresholds()
