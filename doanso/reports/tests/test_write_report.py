"""Beginning, writing and freezing a report."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F, ProtectedError

from doanso.audit.models import AuditEvent
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.queries.letterheads import letterhead_values
from doanso.ledger import actions as ledger
from doanso.ledger import queries as ledger_queries
from doanso.ledger import snapshots
from doanso.ledger.models import Snapshot, SnapshotEntries
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.reports.actions import reports
from doanso.reports.actions.renderings import ask_rendering
from doanso.reports.actions.reports import (
    delete_orphaned_snapshots,
    discard_report,
    find_or_assemble_report,
    freeze_report,
    set_form,
    start_report,
    write_passage,
)
from doanso.reports.assembly import assemble
from doanso.reports.content import from_json, numbers
from doanso.reports.models import Passage, Report
from doanso.reports.renderers import wording
from doanso.reports.rules import spans
from doanso.reports.rules.reports import FREEZING_LASTS
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def begun(scene, by="dung", code="my-tho", period="2023-10") -> Report:
    report, _new = start_report(
        actor=scene.user(by), programme=scene.programme, unit=scene.unit(code), span=spans.read(period)
    )
    return report


def write(scene, report, text="Đã họp giao ban.", by="dung", section="direction", version=None) -> Report:
    return write_passage(
        actor=scene.user(by), report=report, section=section, text=text, version=version or report.version
    )


def why(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.problem.code


# --- Beginning ----------------------------------------------------------------------------------------------------------


def test_a_report_is_begun_once(scene):
    first, is_new = start_report(
        actor=scene.user("an"), programme=scene.programme, unit=scene.unit("p4"), span=spans.read("2023-10")
    )
    again, is_new_again = start_report(
        actor=scene.user("an"), programme=scene.programme, unit=scene.unit("p4"), span=spans.read("2023-10")
    )

    assert (is_new, is_new_again, again) == (True, False, first)
    assert (first.kind, first.first_day, first.last_day) == ("month", date(2023, 10, 1), date(2023, 10, 31))
    assert AuditEvent.objects.filter(action="reports.start").count() == 1


@pytest.mark.parametrize(
    ("period", "code"),
    [("2024-10", "period_outside"), ("2023-12", "period_ahead"), ("2023-11", ""), ("2023-W45", ""), ("2023", "")],
)
def test_only_days_that_have_begun_inside_the_programme_can_be_written_about(scene, period, code):
    if code:
        assert why(lambda: begun(scene, period=period)) == code
    else:
        assert begun(scene, period=period).frozen_at is None


@pytest.mark.parametrize(
    ("by", "code"), [("an", "p5"), ("an", "my-tho"), ("binh", "p4"), ("hanh", "my-tho"), ("khoa", "p4")]
)
def test_nobody_writes_for_others(scene, by, code):
    with pytest.raises(PermissionDenied):
        begun(scene, by=by, code=code)

    assert Report.objects.count() == 0


# --- Writing ------------------------------------------------------------------------------------------------------------


def test_words_are_kept_under_their_heading_and_printed(scene):
    report = write(scene, begun(scene), "Đã họp giao ban.\r\n\r\n Đã giao việc. ")
    content = assemble(report)

    assert (content.passages[0].number, content.passages[0].paragraphs) == ("I", ("Đã họp giao ban.", "Đã giao việc."))
    assert (report.version, Passage.objects.get().version) == (2, 2)
    assert AuditEvent.objects.filter(action="reports.write", object_id=report.pk).count() == 1


def _printed(report) -> list[tuple[str, str]]:
    return [(printed.number, printed.heading) for printed in assemble(report).passages]


def test_headings_stand_only_where_something_was_written_and_are_numbered_without_the_others(scene):
    report = write(scene, begun(scene), "Đã rà soát.", section="results-residents")
    report = write(scene, report, "Chưa có máy.", section="causes")
    assert _printed(report) == [
        ("I", "Kết quả thực hiện"),
        ("1", "Người dân và hộ kinh doanh"),
        ("II", "Đánh giá"),
        ("1", "Nguyên nhân"),
    ]

    report = write(scene, report)
    report = write(scene, report, "Nhanh.", section="strengths")
    report = write(scene, report, "Cần thêm máy.", section="proposals")
    assert _printed(report) == [
        ("I", "Công tác chỉ đạo"),
        ("II", "Kết quả thực hiện"),
        ("1", "Người dân và hộ kinh doanh"),
        ("III", "Đánh giá"),
        ("1", "Ưu điểm"),
        ("2", "Nguyên nhân"),
        ("IV", "Kiến nghị"),
    ]


@pytest.mark.parametrize(("wrote_direction", "before"), [(False, []), (True, ["Công tác chỉ đạo"])])
def test_the_figures_stand_in_the_results_whichever_number_those_have(scene, wrote_direction, before):
    report = write(scene, begun(scene), "Chưa có máy.", section="causes")
    if wrote_direction:
        report = write(scene, report)
    parts = wording.parts(assemble(report))

    assert [printed.heading for printed in parts.before] == before
    assert [printed.heading for printed in parts.results] == ["Kết quả thực hiện"]
    assert [printed.heading for printed in parts.after] == ["Đánh giá", "Nguyên nhân"]


def test_the_same_words_again_change_nothing(scene):
    report = write(scene, begun(scene))
    again = write(scene, report, "Đã họp giao ban. ", version=1)

    assert again.version == report.version
    assert AuditEvent.objects.filter(action="reports.write").count() == 1


def test_words_that_somebody_wrote_meanwhile_are_not_overwritten(scene):
    report = begun(scene)
    write(scene, report, "Lời của Dung.", version=1)

    assert why(lambda: write(scene, report, "Lời của Giang.", by="giang", version=1)) == "passage_changed"
    assert Passage.objects.get().text == "Lời của Dung."
    # Under another heading nobody is in the way.
    assert write(scene, report, "Còn chậm.", by="giang", section="limits", version=1).version == 3


@pytest.mark.parametrize(
    ("section", "text", "code"),
    [
        ("elsewhere", "x", "section_unknown"),
        ("assessment", "x", "section_unknown"),
        ("tasks", "x" * 20_001, "passage_long"),
    ],
)
def test_what_does_not_belong_is_refused(scene, section, text, code):
    report = begun(scene)

    assert why(lambda: write(scene, report, text, section=section)) == code
    assert not Passage.objects.exists()


def test_who_only_reads_writes_nothing(scene):
    report = begun(scene, by="an", code="p4")

    for by in ("chi", "hanh", "binh"):
        with pytest.raises(PermissionDenied):
            write(scene, report, by=by)


def test_the_form_of_the_document_is_chosen(scene):
    report, is_changed = set_form(actor=scene.user("dung"), report=begun(scene), form="nd30")

    assert (is_changed, report.version) == (True, 2)
    again, is_changed = set_form(actor=scene.user("dung"), report=report, form="nd30")
    assert (is_changed, again.version) == (False, 2)
    assert assemble(report).head.symbol == "BC-TĐTN"
    assert why(lambda: set_form(actor=scene.user("dung"), report=report, form="other")) == "form_unknown"


# --- Freezing -----------------------------------------------------------------------------------------------------------


def test_frozen_figures_and_words_stay(scene, business_day):
    scene.reach("p4", "Đức", on=date(2023, 10, 10))
    report = freeze_report(actor=scene.user("dung"), report=write(scene, begun(scene)))
    before = from_json(report.content)

    business_day(date(2023, 11, 20))
    scene.reach("p4", "Thủy", on=date(2023, 10, 11))
    set_letterhead(
        actor=scene.user("dung"),
        unit=scene.unit("my-tho"),
        letterhead=replace(letterhead_values(scene.unit("my-tho"), TODAY), superior="TỈNH ĐOÀN TIỀN GIANG"),
    )
    report.refresh_from_db()
    after = assemble(report)

    assert after == before
    assert after.lines[0].total == 1
    assert (len(after.frozen_hash), len(report.numbers_hash)) == (64, 64)
    assert not any("chưa chốt" in note for note in after.notes)
    assert why(lambda: write(scene, report)) == "report_frozen"
    assert why(lambda: freeze_report(actor=scene.user("dung"), report=report)) == "report_frozen"
    assert AuditEvent.objects.filter(action="reports.freeze").count() == 1


def test_freezing_closes_no_day(scene):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene, period="2023-W44"))

    assert (report.snapshot.closes, report.snapshot.since, report.snapshot.last_day) == (
        False,
        date(2023, 10, 30),
        date(2023, 11, 5),
    )
    assert ledger_queries.closed_until(scene.programme.book_id, [scene.unit("my-tho").pk]) == {}


def test_of_days_that_still_run_the_figures_of_today_are_frozen(scene):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene, period="2023-11"))

    assert (report.snapshot.since, report.snapshot.last_day) == (date(2023, 11, 1), TODAY)


def test_a_closed_month_brings_its_own_set(scene):
    scene.pass_on()
    for by, code in (("an", "p4-kp1"), ("an", "p4-kp2"), ("chi", "p5-kp1"), ("dung", "p4"), ("dung", "p5")):
        scene.do("close", by, code)
    closed = scene.do("close", "dung", "my-tho")
    first_report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    other = freeze_report(actor=scene.user("giang"), report=begun(scene, by="giang"))

    assert first_report.snapshot == other.snapshot == closed.snapshot
    assert first_report.pk != other.pk
    assert first_report.numbers_hash == other.numbers_hash
    assert numbers(assemble(first_report)) == numbers(assemble(other))


def test_commands_read_what_was_frozen_last_and_only_what_the_user_may_see(scene):
    arguments = {"programme": scene.programme, "unit": scene.unit("p4"), "span": spans.read("2023-10")}
    assert find_or_assemble_report(actor=scene.user("an"), **arguments)._state.adding
    snapshot = freeze_report(actor=scene.user("an"), report=begun(scene, by="an", code="p4"))

    assert find_or_assemble_report(actor=None, **arguments) == snapshot
    with pytest.raises(PermissionDenied):
        find_or_assemble_report(actor=scene.user("chi"), **arguments)


def test_a_draft_that_is_not_needed_is_thrown_away_and_history_says_so(scene):
    report = write(scene, begun(scene))
    ask_rendering(actor=scene.user("dung"), report=report, format="csv", base="", wake=False)
    key = report.pk
    discard_report(actor=scene.user("dung"), report=report)

    assert not Report.objects.exists()
    assert not Passage.objects.exists()
    assert AuditEvent.objects.get(action="reports.discard").object_id == key
    snapshot = freeze_report(actor=scene.user("dung"), report=begun(scene))
    assert why(lambda: discard_report(actor=scene.user("dung"), report=snapshot)) == "report_frozen"


def test_what_was_frozen_before_the_month_was_closed_is_not_read_for_it(scene):
    arguments = {"programme": scene.programme, "unit": scene.unit("p4-kp1"), "span": spans.read("2023-10")}
    early = freeze_report(actor=scene.user("an"), report=begun(scene, by="an", code="p4-kp1"))
    assert find_or_assemble_report(actor=None, **arguments) == early
    scene.reach("p4", "Đức", on=date(2023, 10, 10))
    scene.do("send", "an", "p4-kp1")
    scene.do("accept", "an", "p4-kp1")
    closed = scene.do("close", "an", "p4-kp1")

    read = assemble(find_or_assemble_report(actor=None, **arguments))
    assert (read.lines[0].total, read.frozen_hash) == (1, Snapshot.objects.get(pk=closed.snapshot_id).hash)
    late = freeze_report(actor=scene.user("an"), report=begun(scene, by="an", code="p4-kp1"))
    assert find_or_assemble_report(actor=None, **arguments) == late


def test_a_letter_that_no_database_keeps_is_left_out_of_a_passage(scene):
    write(scene, begun(scene), text="Đã\0 họp")

    assert Passage.objects.get().text == "Đã họp"


# --- Killed between the steps -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing of ours runs after it."""


def long_after() -> None:
    """So much time passes that a freezing under way is taken for dead."""
    Snapshot.objects.filter(closes=False).update(made_at=F("made_at") - FREEZING_LASTS)


def _killed_while_freezing(scene, monkeypatch, report, owner, name: str) -> None:
    def die(*_args, **_named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(Killed):
            freeze_report(actor=scene.user("dung"), report=report)


@pytest.mark.parametrize(
    ("step", "left"),
    [("closed_until", 0), ("complete_snapshot", 1), ("assemble", 1), ("drop_renderings", 1), ("record", 1)],
)
def test_a_freezing_that_was_killed_leaves_nothing_behind(scene, monkeypatch, step, left):
    report = begun(scene, period="2023-W44")
    owner = {"closed_until": snapshots, "complete_snapshot": snapshots}.get(step, reports)
    _killed_while_freezing(scene, monkeypatch, report, owner, step)
    report.refresh_from_db()
    assert (Snapshot.objects.count(), report.frozen_at, report.freezing_id is not None) == (left, None, bool(left))
    assert delete_orphaned_snapshots() == 0

    if left:
        # Who presses at once can't tell it from one that is alive.
        assert why(lambda: freeze_report(actor=scene.user("dung"), report=report)) == "freezing_meanwhile"
        assert why(lambda: discard_report(actor=scene.user("dung"), report=report)) == "freezing_meanwhile"
    long_after()
    snapshot = freeze_report(actor=scene.user("dung"), report=report)
    assert Snapshot.objects.get() == snapshot.snapshot
    assert (snapshot.freezing, snapshot.snapshot.completed_at is not None) == (None, True)
    assert delete_orphaned_snapshots() == 0
    assert list(recount()) == []


def test_a_draft_whose_freezing_was_killed_goes_with_its_set(scene, monkeypatch):
    report = begun(scene, period="2023-W44")
    _killed_while_freezing(scene, monkeypatch, report, snapshots, "complete_snapshot")
    long_after()

    discard_report(actor=scene.user("dung"), report=report)

    assert not Snapshot.objects.exists()
    assert why(lambda: discard_report(actor=scene.user("dung"), report=report)) == "report_gone"


def test_sets_that_older_versions_left_go_and_none_that_is_named(scene):
    named = freeze_report(actor=scene.user("dung"), report=begun(scene, period="2023-W44")).snapshot
    book = scene.programme.book_id
    days = {"since": date(2023, 10, 2), "last_day": date(2023, 10, 8)}
    left = ledger.complete_snapshot(ledger.freeze(book_id=book, unit=scene.unit("p4"), **days))
    closing = ledger.close_period(book_id=book, unit=scene.unit("p5"), last_day=date(2023, 9, 30))

    with pytest.raises(ProtectedError):
        ledger.drop_snapshot(named.pk)
    with pytest.raises(ValueError, match="stay closed"):
        ledger.drop_snapshot(closing.pk)
    assert delete_orphaned_snapshots() == 1
    assert not Snapshot.objects.filter(pk=left.pk).exists()
    assert SnapshotEntries.objects.filter(snapshot=named).exists()
    assert {named.pk, closing.pk} <= set(Snapshot.objects.values_list("pk", flat=True))


def _meanwhile(monkeypatch, *actions) -> None:
    """Let these happen once, before a freezing that has begun goes on to seal its set."""
    seal = snapshots.complete_snapshot

    def deeds_first(snapshot):
        monkeypatch.setattr(snapshots, "complete_snapshot", seal)
        for action in actions:
            action()
        seal(snapshot)

    monkeypatch.setattr(snapshots, "complete_snapshot", deeds_first)


def test_the_second_of_two_who_freeze_at_once_is_asked_to_look_again(scene, monkeypatch):
    report = begun(scene, period="2023-W44")
    refusals = []
    _meanwhile(
        monkeypatch,
        lambda: refusals.append(why(lambda: freeze_report(actor=scene.user("giang"), report=report))),
        lambda: refusals.append(why(lambda: discard_report(actor=scene.user("giang"), report=report))),
    )
    snapshot = freeze_report(actor=scene.user("dung"), report=report)

    assert refusals == ["freezing_meanwhile", "freezing_meanwhile"]
    assert Snapshot.objects.get() == snapshot.snapshot


def test_a_freezing_that_takes_too_long_gives_way_to_the_next(scene, monkeypatch):
    report = begun(scene, period="2023-W44")
    _meanwhile(monkeypatch, long_after, lambda: freeze_report(actor=scene.user("giang"), report=report))

    assert why(lambda: freeze_report(actor=scene.user("dung"), report=report)) == "freezing_meanwhile"
    report.refresh_from_db()
    assert Snapshot.objects.get() == report.snapshot


def test_a_draft_that_is_thrown_away_under_a_freezing_that_took_too_long(scene, monkeypatch):
    report = begun(scene, period="2023-W44")
    _meanwhile(monkeypatch, long_after, lambda: discard_report(actor=scene.user("giang"), report=report))

    assert why(lambda: freeze_report(actor=scene.user("dung"), report=report)) == "freezing_meanwhile"
    assert not Snapshot.objects.exists()


def test_a_set_that_is_dropped_before_its_turn_is_no_work_for_whoever_listed_it(scene, monkeypatch):
    book, days = scene.programme.book_id, {"since": date(2023, 10, 2), "last_day": date(2023, 10, 8)}
    first, gone, last = (ledger.freeze(book_id=book, unit=scene.unit("p4"), **days) for _ in range(3))
    hash_of = snapshots.SnapshotHashes.of

    def drop_meanwhile(hashes, snapshot):
        ledger.drop_snapshot(gone.pk)
        return hash_of(hashes, snapshot)

    monkeypatch.setattr(snapshots.SnapshotHashes, "of", drop_meanwhile)
    assert ledger.complete_snapshots() == 2

    assert set(Snapshot.objects.exclude(completed_at=None)) == {first, last}
    assert not ledger.drop_snapshot(gone.pk)
    with pytest.raises(Snapshot.DoesNotExist):
        ledger.complete_snapshot(gone)
