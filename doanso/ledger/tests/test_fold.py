from datetime import date, timedelta

import pytest

from doanso.ledger import actions, queries, rollup
from doanso.ledger.models import Queue, Total
from doanso.ledger.queries import (
    drilldown_page,
    figures,
    figures_and_before,
    figures_and_days,
    figures_by_day,
    figures_by_week,
    record_count,
    records_behind,
    weeks_and_days,
    weeks_of_period,
)
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit, UnitPath

CODES = ["members", "vneid-members", "vneid-members-exempt", "visits"]
DAYS = [date(2022, 12, 31), *(date(2023, month, 1) for month in range(1, 13)), date(2023, 12, 31)]


@pytest.fixture
def year(tree, book, owners):
    """Some of everything over the year."""
    branches = [tree.units[code] for code in ("p4-kp1", "p4-kp2", "p5-kp1")]
    for number in range(9):
        person = uuid7()
        stay = owners.place(person, branches[number % 3], date(2022, 1, 1) + timedelta(days=97 * number))
        owners.state(person, date(2023, 1, 1) + timedelta(days=31 * number), grade=1 + number % 4)
        owners.visit(person, branches[number % 3], date(2023, 2, 1) + timedelta(days=29 * number))
        if number % 3 == 0:
            owners.move(stay, branches[2], date(2023, 9, 1))
        if number % 4 == 0:
            owners.suspend(person, date(2023, 5, 1), date(2023, 7, 1), code="" if number else "vneid-members")
    return book


def test_figures_are_the_same_before_between_and_after_folding(year, shown):
    before = [shown(year, code, day) for code in CODES for day in DAYS]
    assert actions.fold(page=7) == 7
    assert [shown(year, code, day) for code in CODES for day in DAYS] == before
    while actions.fold(page=7):
        assert [shown(year, code, day) for code in CODES for day in DAYS] == before
    assert not Queue.objects.exists()


def test_how_many_wait_is_counted_up_to_a_limit(year):
    everything = Queue.objects.count()
    assert everything > 7

    assert (queries.count_waiting(7), queries.count_waiting(10_000)) == (7, everything)


def test_a_row_that_commits_late_with_a_lower_number_is_folded_too(year, tree, shown):
    """Keys are drawn before the commit: on PostgreSQL a row may appear below others that are folded long since."""
    row = Queue.objects.filter(measure__code="visits").latest("id")
    late = {
        name: getattr(row, name) for name in ("book_id", "measure_id", "unit_id", "day", "g0", "g1", "g2", "g3", "g4")
    }
    first = Queue.objects.earliest("id").pk
    before = shown(year, "visits")["my-tho"]
    while actions.fold():
        pass

    Queue.objects.create(id=first - 1, **late)

    assert shown(year, "visits")["my-tho"] == before + 1
    assert actions.fold() == 1
    assert shown(year, "visits")["my-tho"] == before + 1
    assert not Queue.objects.exists()


def test_children_sum_to_their_parent_on_every_day(year, tree, shown):
    actions.fold()
    for code in CODES:
        for day in DAYS:
            counts = shown(year, code, day)
            assert counts.get("my-tho", 0) == counts.get("p4", 0) + counts.get("p5", 0)
            assert counts.get("p4", 0) == counts.get("p4-kp1", 0) + counts.get("p4-kp2", 0)


def test_a_unit_has_one_row_per_day_and_one_for_all_days(year, tree):
    actions.fold()
    rows = Total.objects.filter(unit=tree.units["my-tho"], measure__code="visits")
    assert rows.filter(day=rollup.ALL_DAYS).count() == 1
    assert rows.count() == 1 + 9


@pytest.mark.parametrize("folded", [False, True])
def test_a_year_of_days_reads_as_each_day_by_itself(year, tree, folded):
    if folded:
        actions.fold(page=20)
    city = tree.units["my-tho"].pk
    days = figures_by_day(book=year, unit_id=city, first=date(2022, 12, 30), last=date(2023, 12, 31))
    for day in DAYS:
        alone = figures(book=year, unit_ids=[city], on=day)
        assert {code: days[day][code].grades for code in CODES if code in days[day]} == {
            code: alone[city, code].grades for code in CODES if code in days[day]
        }
    assert figures_by_week(book=year, unit_id=city, days=DAYS[3:6]) == {day: days[day] for day in DAYS[3:6]}


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("daily", [(), ("visits",), CODES])
def test_weeks_and_some_measures_day_by_day_come_in_one_statement(year, tree, django_assert_num_queries, folded, daily):
    if folded:
        actions.fold(page=20)
    city, last = tree.units["my-tho"].pk, DAYS[-1]
    with django_assert_num_queries(1):
        weeks, days = weeks_and_days(book=year, unit_id=city, weeks=DAYS[3:6], daily=daily, days=[year.first_day, last])

    def nonzero(by_day, codes=CODES):
        return {
            day: {code: figure.total for code, figure in figures_of_day.items() if figure.total and code in codes}
            for day, figures_of_day in by_day.items()
        }

    assert {day: {code: number for code, number in totals.items() if number} for day, totals in weeks.items()} == (
        nonzero(figures_by_week(book=year, unit_id=city, days=DAYS[3:6]))
    )
    every = nonzero(figures_by_day(book=year, unit_id=city, first=year.first_day, last=last), daily)
    shown_days = {day: {code: number for code, number in on.items() if number} for day, on in days.items()}
    assert shown_days == {day: every[day] for day in days}
    # On the days between nothing changed.
    assert all(every[day] == shown_days[max(shown_day for shown_day in days if shown_day <= day)] for day in every)
    assert {code for on in days.values() for code in on} <= set(daily)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("daily", [(), ("visits",), CODES])
def test_all_weeks_of_the_period_come_in_one_statement(year, tree, django_assert_num_queries, folded, daily):
    if folded:
        actions.fold(page=20)
    city, last = tree.units["my-tho"].pk, date(2023, 11, 15)
    with django_assert_num_queries(1):
        weeks, days = weeks_of_period(book=year, unit_id=city, daily=daily, days=[year.first_day, last])

    sundays = [date(2023, 1, 1) + timedelta(weeks=number) for number in range(46)]
    assert sorted(weeks) == [*sundays, last]
    listed, by_days = weeks_and_days(
        book=year, unit_id=city, weeks=list(weeks), daily=daily, days=[year.first_day, last]
    )

    def nonzero(read):
        return {day: {code: number for code, number in totals.items() if number} for day, totals in read.items()}

    assert nonzero(weeks) == nonzero(listed)
    assert nonzero(days) == nonzero(by_days)


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("on", [DAYS[4], DAYS[9], DAYS[-1]])
def test_figures_of_two_days_come_in_one_statement(year, tree, django_assert_num_queries, folded, on):
    if folded:
        actions.fold(page=20)
    units = [tree.units[code].pk for code in ("my-tho", "p4", "p5-kp1")]
    before = on - timedelta(weeks=7)
    with django_assert_num_queries(1):
        now, earlier = figures_and_before(book=year, unit_ids=units, on=on, before=before)

    assert now == figures(book=year, unit_ids=units, on=on)
    alone = figures(book=year, unit_ids=units, on=before)
    for unit in units:
        for code in CODES:
            assert earlier.get(unit, {}).get(code, 0) == alone[unit, code].total
    assert figures_and_before(book=year, unit_ids=[], on=on, before=before) == ({}, {})


@pytest.mark.parametrize("folded", [False, True])
def test_as_many_records_stand_behind_every_figure_as_it_says(year, tree, shown, folded):
    if folded:
        actions.fold()
    for code in CODES:
        for day in DAYS:
            counts = shown(year, code, day)
            for unit in tree.units.values():
                rows = records_behind(book=year, code=code, unit_id=unit.pk, on=day)
                assert len(rows) == counts.get(unit.code, 0)
                assert all(row.number == 1 for row in rows)
                assert record_count(book=year, code=code, unit_id=unit.pk, on=day) == len(rows)


def test_what_stands_behind_is_read_in_pages(year, tree):
    city = tree.units["my-tho"].pk
    all_rows = records_behind(book=year, code="visits", unit_id=city, on=date(2023, 12, 31))
    pages, after = [], None
    while page := records_behind(book=year, code="visits", unit_id=city, on=date(2023, 12, 31), after=after, limit=4):
        pages += page
        after = page[-1].key
    assert pages == all_rows
    assert len(all_rows) == 9


def test_who_leaves_a_unit_on_the_day_it_ends_leaves_its_ancestors_too(tree, book, owners, shown):
    end = date(2023, 6, 1)
    stay = owners.place(uuid7(), tree.units["p4-kp1"], date(2022, 1, 1))
    Unit.objects.filter(code="p4-kp1").update(until=end)
    UnitPath.objects.filter(unit=tree.units["p4-kp1"]).update(until=end)
    owners.move(stay, tree.units["p4-kp2"], end)
    actions.fold()
    assert shown(book, "members", end) == {"p4-kp2": 1, "p4": 1, "my-tho": 1}


def test_figures_take_one_statement(year, tree, django_assert_num_queries):
    ids = [unit.pk for unit in tree.units.values()]
    with django_assert_num_queries(1):
        figures(book=year, unit_ids=ids, on=date(2023, 8, 1))
    with django_assert_num_queries(1):
        figures_by_week(book=year, unit_id=ids[0], days=DAYS)


def test_a_long_queue_is_folded_by_the_next_reader(year, tree, monkeypatch):
    monkeypatch.setattr(rollup, "LONG", 5)
    queries.fold_if_long()
    assert not Queue.objects.exists()


def test_a_long_queue_is_folded_after_the_figures_were_read(year, tree, shown, monkeypatch):
    expected = shown(year, "visits")
    monkeypatch.setattr(rollup, "LONG", 5)
    assert shown(year, "visits") == expected
    assert not Queue.objects.exists()
    assert shown(year, "visits") == expected


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("codes", [["visits"], CODES])
def test_figures_below_and_the_units_own_days_come_in_one_statement(
    year, tree, django_assert_num_queries, folded, codes
):
    if folded:
        actions.fold()
    city, below = tree.units["my-tho"].pk, [tree.units["p4"].pk, tree.units["p5"].pk]
    for day in DAYS[1:]:
        with django_assert_num_queries(1):
            counts, changes = figures_and_days(book=year, unit_ids=below, own_ids=[city], codes=codes, on=day)
        expected = figures(book=year, unit_ids=[city, *below], on=day)
        assert {key: counts[key] for key in expected if key[0] != city and key[1] in codes} == {
            key: figure for key, figure in expected.items() if key[0] != city and key[1] in codes
        }
        assert [change[1] for change in changes] == sorted(change[1] for change in changes)
        for code in codes:
            grades = [change[2] for change in changes if change[0] == code]
            assert tuple(map(sum, zip(*grades, strict=True))) == (expected[city, code].grades if grades else ())


def test_a_reader_goes_on_when_another_folds(year, shown, monkeypatch):
    monkeypatch.setattr(rollup, "LONG", 5)
    monkeypatch.setattr(rollup.database, "try_lock", lambda key: False)
    waiting = Queue.objects.count()
    assert shown(year, "visits")["my-tho"] == 9
    assert Queue.objects.count() == waiting


def test_what_stands_behind_takes_as_many_statements_however_many_there_are(year, tree, django_assert_num_queries):
    city, members = tree.units["my-tho"].pk, year.measures.get(code="members")
    for limit in (1, 100):
        with django_assert_num_queries(2):
            records_behind(book=year, code="members", unit_id=city, on=DAYS[-1], limit=limit)
        with django_assert_num_queries(1):
            drilldown_page(book=year, measure=members, unit_id=city, on=DAYS[-1], limit=limit)
    with django_assert_num_queries(2):
        record_count(book=year, code="members", unit_id=city, on=DAYS[-1])


@pytest.mark.parametrize("code", CODES)
def test_a_page_of_records_has_the_rows_and_counts_that_are_read_one_by_one(year, tree, code):
    measure, members = year.measures.get(code=code), year.measures.get(code="members")
    for unit in tree.units.values():
        for day in DAYS[::3]:
            figure = {"book": year, "unit_id": unit.pk, "on": day}
            page = drilldown_page(measure=measure, **figure, limit=4)
            all_rows = records_behind(code=code, **figure)
            assert (page.rows, page.count) == (all_rows[:4], record_count(code=code, **figure))
            if page.rows:
                later = drilldown_page(measure=measure, **figure, limit=4, after=page.rows[-1].key)
                assert (later.rows, later.count) == (all_rows[4:8], page.count)
            without = drilldown_page(measure=measure, **figure, without=members)
            excluded = records_behind(code="members", **figure)
            member_ids = {row.subject_id for row in excluded}
            assert without.rows == [row for row in all_rows if row.subject_id not in member_ids]
            assert without.count == page.count - len(excluded)
