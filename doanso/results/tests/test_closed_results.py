"""Results of closed months, and results of units that merge or move."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.ledger.models import Entry, Snapshot
from doanso.ledger.queries import late_entries, snapshot_figures
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.organisation.actions import end_unit, merge_units, move_unit, undo
from doanso.results import actions, queries
from doanso.results.models import ResultState

pytestmark = pytest.mark.engines

OCTOBER, NOVEMBER = date(2023, 10, 31), date(2023, 11, 1)
THEN = date(2023, 10, 20)


def _city(reporting, on):
    return reporting.shown(on=on).get("my-tho", 0)


def test_attested_after_the_closing_it_counts_from_the_first_open_day(reporting):
    result = reporting.report(on=THEN)
    reporting.close("my-tho", OCTOBER)
    assert queries.first_bookable_day(result.indicator, result.unit_id, THEN) == NOVEMBER
    reporting.attest(result)
    assert (_city(reporting, OCTOBER), _city(reporting, NOVEMBER)) == (0, 250)
    assert queries.booking_day(result, queries.latest_version(result)) == NOVEMBER
    late = late_entries(
        book=reporting.programme.book, unit_id=reporting.unit("my-tho").pk, first=NOVEMBER, last=date(2023, 11, 30)
    )
    assert late == {"trees": (250, 0)}
    assert list(recount()) == []


def test_corrected_after_the_closing_the_closed_figure_stays(reporting):
    result = reporting.attest(reporting.report(on=THEN))
    reporting.close("my-tho", OCTOBER)
    snapshot = Snapshot.objects.get(unit=reporting.unit("my-tho"))
    reporting.correct(result, 25)
    assert (_city(reporting, OCTOBER), _city(reporting, NOVEMBER)) == (250, 0)
    reporting.attest(result)
    assert (_city(reporting, OCTOBER), _city(reporting, NOVEMBER)) == (250, 25)
    amounts = Entry.objects.filter(measure__code="trees").order_by("seq").values_list("amount", "day", "late_from")
    assert list(amounts) == [(250, THEN, None), (-250, NOVEMBER, THEN), (25, NOVEMBER, THEN)]
    assert snapshot_figures(snapshot)["trees"].to_date.grades == (0, 250, 0, 0, 0)
    assert list(recount()) == []


def test_withdrawn_after_the_closing_it_is_taken_back_on_the_first_open_day(reporting):
    result = reporting.attest(reporting.report(on=THEN))
    reporting.close("my-tho", OCTOBER)
    fresh = reporting.fresh(result)
    actions.withdraw_result(
        actor=reporting.tree.binh, result=fresh, read=queries.state_token(fresh), reason="Ghi nhầm chi đoàn"
    )
    assert (_city(reporting, OCTOBER), _city(reporting, NOVEMBER)) == (250, 0)
    assert list(recount()) == []


def test_once_the_programme_is_closed_nothing_more_is_reported_or_attested(reporting, business_day):
    last = date(2023, 12, 31)
    business_day(date(2024, 1, 5))
    waiting = reporting.report(on=date(2023, 12, 30), today=date(2024, 1, 5))
    counted = reporting.report("p5", 40, on=date(2023, 12, 30), today=date(2024, 1, 5))
    reporting.attest(counted, today=date(2024, 1, 5))
    business_day(date(2024, 1, 5))
    reporting.close("my-tho", last)
    message = "Số liệu của chương trình này đã chốt đến ngày cuối nên không tính thêm được nữa."
    for action in (
        lambda: reporting.report("p5", 3, on=last, today=date(2024, 1, 5)),
        lambda: reporting.attest(waiting),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.message == message
    # What turned out wrong is still withdrawn; the closed figure stays what it was.
    fresh = reporting.fresh(counted)
    actions.withdraw_result(actor=reporting.tree.chi, result=fresh, read=queries.state_token(fresh), reason="Ghi nhầm")
    assert reporting.shown() == {"p5": 40, "my-tho": 40}
    assert list(recount()) == []


def test_who_withdraws_after_the_last_day_was_closed_reads_that_the_figure_keeps_it(reporting, as_user, business_day):
    business_day(date(2024, 1, 5))
    result = reporting.attest(
        reporting.report("p5", 40, on=date(2023, 12, 30), today=date(2024, 1, 5)), today=date(2024, 1, 5)
    )
    business_day(date(2024, 1, 5))
    reporting.close("my-tho", date(2023, 12, 31))
    client = as_user(reporting.tree.chi)

    answer = client.post(
        f"/results/{result.pk}/withdraw/",
        {"read": queries.state_token(result), "withdraw-reason": "Ghi nhầm"},
        follow=True,
    )

    shown = " ".join(answer.content.decode().split())
    assert "Kết quả không còn tính ở đâu nữa" not in shown
    assert "đã chốt đến ngày cuối từ trước đó nên vẫn giữ 40 cây, tính vào ngày 30/12/2023." in shown


def test_a_month_that_is_over_says_how_many_of_its_results_wait(reporting, as_user):
    waiting = reporting.report("p4-kp1", on=date(2023, 10, 5))
    reporting.report("p5", 3, on=date(2023, 10, 5))
    client, address = as_user(reporting.tree.an), f"/programmes/{reporting.programme.code}/periods/2023-10/p4/"

    shown = client.get(address).content.decode()
    assert "1 kết quả của tháng này còn chờ xác nhận." in shown
    assert "/results/?view=all&amp;state=waiting&amp;unit=p4" in shown
    reporting.attest(waiting)
    assert "còn chờ xác nhận" not in client.get(address).content.decode()


def test_a_month_closed_while_a_result_is_attested_is_seen(reporting, business_day, monkeypatch):
    business_day(date(2024, 1, 5))
    waiting = reporting.report(on=date(2023, 12, 30), today=date(2024, 1, 5))
    business_day(date(2024, 1, 5))
    original = actions.ledger.set_grades

    def overtaken(**options):
        reporting.close("my-tho", date(2023, 12, 31))
        original(**options)

    monkeypatch.setattr(actions.ledger, "set_grades", overtaken)
    with pytest.raises(Refused) as refused:
        reporting.attest(waiting, today=date(2024, 1, 5))
    assert refused.value.problem.code == "result_closed"


# --- Units ------------------------------------------------------------------------------------------------------------


def test_a_moved_units_results_stay_with_the_units_that_were_above_it(reporting):
    reporting.attest(reporting.report("p4-kp1", 250))
    waiting = reporting.report("p4-kp1", 30)
    move_unit(actor=reporting.tree.giang, unit=reporting.unit("p4-kp1"), parent=reporting.unit("p5"))
    reporting.attest(waiting, reporting.tree.chi)
    assert reporting.shown() == {"p4-kp1": 280, "p4": 280, "my-tho": 280}
    reporting.attest(reporting.report("p4-kp1", 5, on=date(2023, 11, 12), by="chi"))
    assert reporting.shown() == {"p4-kp1": 285, "p4": 280, "p5": 5, "my-tho": 285}
    assert list(recount()) == []


def test_after_a_merger_the_successor_answers_for_the_results(reporting):
    tree = reporting.tree
    waiting = reporting.report("p4-kp1", 250)
    attested = reporting.attest(reporting.report("p4-kp1", 30))
    change = merge_units(actor=tree.giang, units=[reporting.unit("p4-kp1")], into=reporting.unit("p5-kp1"))
    reporting.attest(waiting, tree.chi)
    reporting.correct(attested, 35, by="chi")
    reporting.attest(attested)
    assert reporting.shown() == {"p4-kp1": 285, "p4": 285, "my-tho": 285}
    assert list(recount()) == []
    undo(actor=tree.giang, change=change)
    assert reporting.shown() == {"p4-kp1": 285, "p4": 285, "my-tho": 285}
    assert list(recount()) == []


def test_after_its_end_a_unit_reports_nothing_and_what_belonged_to_it_counts_for_its_keeper(reporting):
    tree = reporting.tree
    result = reporting.attest(reporting.report("p4-kp1", 250, on=THEN))
    reporting.close("my-tho", OCTOBER)
    end_unit(actor=tree.giang, unit=reporting.unit("p4-kp1"), successor=None)
    reporting.correct(result, 20)
    reporting.attest(result)
    assert (_city(reporting, OCTOBER), _city(reporting, date(2023, 12, 31))) == (250, 20)
    assert reporting.fresh(result).state == ResultState.ATTESTED
    with pytest.raises(PermissionDenied):
        reporting.report("p4-kp1", 3, by="an")
    assert list(recount()) == []
