"""Giving targets on, answering to them, settling counters: versions that hold from a day on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.targets.actions import (
    AllocationDecision,
    Part,
    UnitSizeInput,
    allocate,
    answer,
    decide_counter_proposal,
    load_programme,
    record_sizes,
)
from doanso.targets.models import Answer, Settlement, Target
from doanso.targets.queries import (
    awaiting_answer,
    awaiting_settlement,
    division_weights,
    overview,
    pending_answers,
    pending_settlements,
    versions_of,
)
from doanso.targets.tests.conftest import FILE
from doanso.testing import TODAY

SIGNED = AllocationDecision(number="12-QĐ/TĐ", day=date(2023, 1, 10), since=date(2023, 1, 10))
LATER = AllocationDecision(number="45-QĐ/TĐ", day=date(2023, 7, 1), since=date(2023, 7, 1))
pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(loaded):
    return loaded.programme.indicators.get(code="portal-residents")


@pytest.fixture
def give(loaded, resident):
    def do(by="dung", unit="my-tho", decision=SIGNED, indicator=resident, **values):
        parts = [Part(loaded.tree.units[code.replace("_", "-")].pk, value) for code, value in values.items()]
        return allocate(
            actor=loaded.tree.users[by], indicator=indicator, unit=loaded.tree.units[unit], split="hand", parts=parts,
            decision=decision, counted_on=decision.since,
        )  # fmt: skip

    return do


def owed(loaded, code, on=TODAY, indicator="portal-residents"):
    return overview(loaded.programme, loaded.tree.units[code], on).by_code(indicator)


def test_targets_given_later_are_left_out_where_asked(loaded, give):
    give(p4=3000, p5=2000)
    made_at = Target.objects.filter(unit=loaded.tree.units["p4"]).get().allocation.made_at

    def known(moment):
        return overview(loaded.programme, loaded.tree.units["p4"], TODAY, known_by=moment).by_code("portal-residents")

    assert known(made_at).target == 3000
    assert known(made_at - timedelta(microseconds=1)).target is None


def test_a_given_count_is_what_the_unit_owes_from_its_day_on(loaded, give):
    give(p4=3000, p5=2000)

    assert owed(loaded, "p4", date(2023, 1, 9)).target is None
    assert (owed(loaded, "p4", date(2023, 1, 10)).target, owed(loaded, "p4").target) == (3000, 3000)
    assert owed(loaded, "p4-kp1").target is None
    city = owed(loaded, "my-tho")
    assert (city.target, city.sum_check.state, city.sum_check.units) == (5000, "equal", 2)
    assert owed(loaded, "my-tho", date(2023, 1, 9)).sum_check is None


@pytest.mark.parametrize(("parts", "state", "difference"), [((3000, 1900), "short", 100), ((3000, 2040), "over", 40)])
def test_short_and_over_are_allowed_and_said(loaded, give, parts, state, difference):
    give(p4=parts[0], p5=parts[1])

    check = owed(loaded, "my-tho").sum_check
    assert (check.state, check.difference) == (state, difference)


def test_a_later_decision_is_a_new_version_for_whom_it_changes(loaded, give, resident):
    give(p4=3000, p5=2000)
    answer(actor=loaded.tree.chi, indicator=resident, unit=loaded.tree.units["p5"], kind="accepted")
    give(decision=LATER, p4=2900, p5=2000)

    [new, old] = versions_of(resident, loaded.tree.units["p4"])
    assert (new.target.value, new.target.version, new.state) == (2900, 2, "proposed")
    assert (old.target.value, old.target.allocation.decision_number) == (3000, "12-QĐ/TĐ")
    assert owed(loaded, "p4", date(2023, 6, 30)).target == 3000
    assert owed(loaded, "p4", date(2023, 7, 1)).target == 2900
    [version] = versions_of(resident, loaded.tree.units["p5"])
    assert version.state == "accepted"
    with pytest.raises(Refused, match="nothing_changes"):
        give(decision=replace(LATER, number="46-QĐ/TĐ"), p4=2900, p5=2000)


def test_nothing_takes_a_target_away(loaded, give):
    give(p4=3000, p5=2000)
    give(decision=LATER, p4=0, p5=5000)

    assert owed(loaded, "p4").target is None
    assert owed(loaded, "my-tho").sum_check.state == "equal"
    assert pending_answers(loaded.programme, loaded.tree.units["p4"]) == []
    with pytest.raises(Refused, match="not_given"):
        answer(
            actor=loaded.tree.an, indicator=loaded.programme.indicators.get(code="portal-residents"),
            unit=loaded.tree.units["p4"], kind="accepted",
        )  # fmt: skip


def test_it_goes_on_down_to_the_branches(loaded, give, resident):
    tree = loaded.tree
    with pytest.raises(Refused, match="nothing_owed"):
        give(by="an", unit="p4", p4_kp1=10)
    give(p4=3000, p5=2000)
    give(by="an", unit="p4", p4_kp1=1600, p4_kp2=1300)

    assert owed(loaded, "p4-kp1").target == 1600
    assert (owed(loaded, "p4").sum_check.state, owed(loaded, "p4").sum_check.difference) == ("short", 100)
    answer(actor=tree.binh, indicator=resident, unit=tree.units["p4-kp1"], kind="accepted")
    # An gave it, so An does not answer for the branch; nor does Bình for the ward.
    with pytest.raises(Refused, match="own_gift"):
        answer(actor=tree.an, indicator=resident, unit=tree.units["p4-kp2"], kind="accepted")
    with pytest.raises(PermissionDenied):
        answer(actor=tree.binh, indicator=resident, unit=tree.units["p4"], kind="accepted")


def test_a_child_may_be_given_its_own_percent_which_holds_below_it(loaded, give):
    share = loaded.programme.indicators.get(code="payment-members")
    give(indicator=share, p4=95)

    assert [owed(loaded, code, indicator="payment-members").target for code in ("my-tho", "p4", "p4-kp1", "p5")] == [
        90, 95, 95, 90,
    ]  # fmt: skip
    check = owed(loaded, "my-tho", indicator="payment-members").sum_check
    # Four members owe 95% and two 90%.
    assert (check.state, check.given, check.owed) == ("over", 933, 900)
    give(indicator=share, decision=LATER, p4=0)
    assert owed(loaded, "p4", indicator="payment-members").target == 90


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decision": replace(SIGNED, number=" ")}, "decision_missing"),
        ({"decision": replace(SIGNED, day=date(2023, 11, 13))}, "decision_ahead"),
        ({"decision": replace(SIGNED, since=date(2024, 1, 1))}, "since_outside"),
        ({"p4_kp1": 10}, "unit_not_below"),
        ({"p4": -1}, "value_out_of_range"),
        ({"p4": 0}, "nothing_changes"),
    ],
)
def test_what_is_refused_writes_nothing(give, change, code):
    with pytest.raises(Refused, match=code):
        give(**({"p4": 1} | change if "p4_kp1" not in change else change))

    assert Target.objects.filter(allocation__isnull=False).count() == 0


@pytest.mark.parametrize("name", ["an", "binh", "hanh", "khoa", "lan", "minh"])
def test_only_the_city_gives_to_wards(give, name):
    with pytest.raises(PermissionDenied):
        give(by=name, p4=1)


def test_a_counter_with_its_reason_is_kept_and_stays_readable(loaded, give, resident):
    tree, p4 = loaded.tree, loaded.tree.units["p4"]
    give(p4=3000, p5=2000)

    def waiting_targets() -> tuple[list, list]:
        """The targets that wait for an answer and for the city's word, the same by both kinds of reading."""
        answers = [item.given.target for item in pending_answers(loaded.programme, p4)]
        settlements = [item.given.target for item in pending_settlements(loaded.programme, tree.units["my-tho"])]
        assert list(awaiting_answer(loaded.programme, p4)) == answers
        assert list(awaiting_settlement(loaded.programme, tree.units["my-tho"])) == settlements
        return answers, settlements

    assert [target.indicator.code for target in waiting_targets()[0]] == ["portal-residents"]
    answer(
        actor=tree.an, indicator=resident, unit=p4, kind="countered", value=2500, reason="Khu trọ đã giải tỏa 200 hộ"
    )
    assert [len(targets) for targets in waiting_targets()] == [0, 1]
    [waiting] = pending_settlements(loaded.programme, tree.units["my-tho"])
    assert (waiting.unit.code, waiting.given.answer.value) == ("p4", 2500)

    decide_counter_proposal(
        actor=tree.dung, indicator=resident, unit=p4, outcome="kept", words="Số hộ lấy theo báo cáo tháng 12"
    )

    [version] = versions_of(resident, p4)
    assert (version.state, version.answer.value, version.answer.reason) == (
        "settled",
        2500,
        "Khu trọ đã giải tỏa 200 hộ",
    )
    assert (version.settlement.outcome, version.settlement.words) == ("kept", "Số hộ lấy theo báo cáo tháng 12")
    assert owed(loaded, "p4").target == 3000
    assert waiting_targets() == ([], [])
    for again in (
        lambda: answer(actor=tree.an, indicator=resident, unit=p4, kind="accepted"),
        lambda: decide_counter_proposal(actor=tree.dung, indicator=resident, unit=p4, outcome="kept", words="Lần nữa"),
    ):
        with pytest.raises(Refused, match=r"answer_settled|nothing_to_settle"):
            again()


def test_a_counter_that_is_taken_becomes_a_new_version(loaded, give, resident):
    tree, p4 = loaded.tree, loaded.tree.units["p4"]
    give(p4=3000, p5=2000)
    answer(actor=tree.an, indicator=resident, unit=p4, kind="countered", value=2500, reason="Ít hộ hơn")
    decide_counter_proposal(actor=tree.dung, indicator=resident, unit=p4, outcome="taken", decision=LATER)

    [new, old] = versions_of(resident, p4)
    assert (new.target.value, new.state, new.target.allocation.decision_number) == (2500, "settled", "45-QĐ/TĐ")
    assert (old.target.value, old.state, old.answer.reason) == (3000, "settled", "Ít hộ hơn")
    assert (owed(loaded, "p4", date(2023, 6, 30)).target, owed(loaded, "p4").target) == (3000, 2500)
    check = owed(loaded, "my-tho").sum_check
    assert (check.state, check.difference) == ("short", 500)


def test_until_it_is_settled_a_unit_may_answer_anew(loaded, give, resident):
    tree, p4 = loaded.tree, loaded.tree.units["p4"]
    give(p4=3000, p5=2000)
    answer(actor=tree.an, indicator=resident, unit=p4, kind="countered", value=2500, reason="Ít hộ hơn")
    answer(actor=tree.an, indicator=resident, unit=p4, kind="accepted")

    [version] = versions_of(resident, p4)
    assert (version.state, len(version.answers)) == ("accepted", 2)
    with pytest.raises(Refused, match="nothing_to_settle"):
        decide_counter_proposal(actor=tree.dung, indicator=resident, unit=p4, outcome="kept", words="Giữ")


def test_the_last_answer_is_in_force_also_after_the_clock_was_set_back(loaded, give, resident, monkeypatch):
    tree, p4 = loaded.tree, loaded.tree.units["p4"]
    give(p4=3000, p5=2000)
    first = answer(actor=tree.an, indicator=resident, unit=p4, kind="countered", value=2500, reason="Ít hộ hơn")
    monkeypatch.setattr(clock, "now", lambda: first.answered_at - timedelta(hours=1))
    last = answer(actor=tree.an, indicator=resident, unit=p4, kind="accepted")

    [version] = versions_of(resident, p4)
    assert (version.answers, version.state) == ([first, last], "accepted")


@pytest.mark.parametrize(
    ("counter", "code"),
    [
        ({"value": None, "reason": "Vì"}, "value_out_of_range"),
        ({"value": 0, "reason": "Vì"}, "value_out_of_range"),
        ({"value": 3000, "reason": "Vì"}, "counter_same"),
        ({"value": 2000, "reason": " "}, "reason_missing"),
    ],
)
def test_a_counter_needs_another_number_and_a_reason(loaded, give, resident, counter, code):
    give(p4=3000, p5=2000)
    with pytest.raises(Refused, match=code):
        answer(actor=loaded.tree.an, indicator=resident, unit=loaded.tree.units["p4"], kind="countered", **counter)

    assert not Answer.objects.exists()


def test_who_answers_and_who_settles(loaded, give, resident):
    tree, p4 = loaded.tree, loaded.tree.units["p4"]
    with pytest.raises(Refused, match="not_given"):
        answer(actor=tree.an, indicator=resident, unit=p4, kind="accepted")
    give(p4=3000, p5=2000)
    for name in ("chi", "dung", "giang", "hanh", "khoa"):
        with pytest.raises(PermissionDenied):
            answer(actor=tree.users[name], indicator=resident, unit=p4, kind="accepted")
    answer(actor=tree.an, indicator=resident, unit=p4, kind="countered", value=1, reason="Thử")
    for name in ("an", "chi", "hanh"):
        with pytest.raises(PermissionDenied):
            decide_counter_proposal(actor=tree.users[name], indicator=resident, unit=p4, outcome="kept", words="Không")
    with pytest.raises(Refused, match="reason_missing"):
        decide_counter_proposal(actor=tree.giang, indicator=resident, unit=p4, outcome="kept")
    with pytest.raises(Refused, match="decision_missing"):
        decide_counter_proposal(actor=tree.giang, indicator=resident, unit=p4, outcome="taken")

    assert not Settlement.objects.exists()


def test_the_programme_file_changes_what_the_root_owes_from_that_day_on(loaded, tmp_path):
    changed = tmp_path / FILE.name
    changed.write_text(FILE.read_text(encoding="utf-8").replace("target = 5000", "target = 6000"), encoding="utf-8")
    (tmp_path / "services.toml").write_bytes((FILE.parent / "services.toml").read_bytes())
    load_programme(actor=loaded.tree.dung, path=changed)

    assert owed(loaded, "my-tho").target == 6000
    assert owed(loaded, "my-tho", date(2023, 11, 11)).target == 5000


def test_units_are_measured_by_members_households_or_shops(loaded, monkeypatch):
    tree = loaded.tree
    p4, p5 = tree.units["p4"], tree.units["p5"]
    ids = [p4.pk, p5.pk]
    assert division_weights(loaded.programme, "members", ids, TODAY) == {p4.pk: 4, p5.pk: 2}
    assert division_weights(loaded.programme, "equal", ids, TODAY) == {p4.pk: 1, p5.pk: 1}
    assert division_weights(loaded.programme, "households", ids, TODAY) == {}

    first = p4.neighbourhoods.create(name="Khu phố 1", since=date(2020, 1, 1))
    second = p4.neighbourhoods.create(name="Khu phố 2", since=date(2020, 1, 1))

    def tell(by, unit, numbers, kind="households"):
        return record_sizes(
            actor=by, inputs=[UnitSizeInput(unit.pk, area, kind, number) for area, number in numbers.items()]
        )

    tell(tree.an, p4, {None: 900})
    tell(tree.chi, p5, {None: 700})
    assert division_weights(loaded.programme, "households", ids, TODAY) == {p4.pk: 900, p5.pk: 700}
    # What is given area by area goes before the unit's one number, and the newest of each area holds.
    tell(tree.an, p4, {first.pk: 410, second.pk: 520})
    [made] = tell(tree.an, p4, {first.pk: 430, second.pk: 520})
    assert made.number == 430
    assert division_weights(loaded.programme, "households", ids, TODAY) == {p4.pk: 950, p5.pk: 700}
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: made.stated_at - timedelta(hours=1))
        tell(tree.an, p4, {first.pk: 410, second.pk: 520})
    assert division_weights(loaded.programme, "households", ids, TODAY) == {p4.pk: 930, p5.pk: 700}
    with pytest.raises(Refused, match="area_unknown"):
        tell(tree.chi, p5, {first.pk: 3}, "shops")
    with pytest.raises(PermissionDenied):
        tell(tree.chi, p4, {None: 3}, "shops")
