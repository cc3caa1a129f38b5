"""A row that the register refuses is set aside alone; the rest of its step is written."""

import pytest
from django.db import IntegrityError

from doanso.imports import comparison, queries, rules
from doanso.imports.actions import apply_import, finish_applying, start_import
from doanso.imports.models import Import, ImportState
from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import read_workbook
from doanso.members.models import Member
from doanso.members.register_list.kind import MembersSession
from doanso.members.tests.workbooks import content, row

ROWS = [row(n, f"Phan Văn {chr(64 + n)}", "2001", cccd=f"08220100000{n}", phone=f"091234560{n}") for n in range(1, 8)]


@pytest.fixture
def job(tree, monkeypatch) -> Import:
    monkeypatch.setattr(rules, "STEP", 5)
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(*ROWS), name="ds.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    return apply_import(actor=tree.an, job=job, wake=False)


def refuse(monkeypatch, bad, error):
    """Let the register refuse rows of these names, after they were written."""
    original = MembersSession.apply

    def refusing(self, lines, judgements):
        original(self, lines, judgements)
        if any(line.label in bad for line in lines):
            raise error

    monkeypatch.setattr(MembersSession, "apply", refusing)


@pytest.mark.parametrize("error", [IntegrityError("UNIQUE"), Refused(Problem("card_taken", "Thẻ của người khác."))])
def test_only_the_bad_row_is_set_aside(tree, job, monkeypatch, error, as_user):
    refuse(monkeypatch, {"Phan Văn C", "Phan Văn G"}, error)

    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.state, job.applied_count, job.created_count, job.rejected_count) == (ImportState.APPLIED, 5, 5, 2)
    assert sorted(entry.contact.name[-1] for entry in Member.objects.all()) == ["A", "B", "D", "E", "F"]
    code = error.problem.code if isinstance(error, Refused) else "contradiction"
    assert [(entry["row"], entry["code"]) for entry in queries.row_counts(job)["rejected"]] == [(4, code), (8, code)]
    response = as_user(tree.an).get(f"/imports/{job.pk}/rejected/")
    rows = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    cells = dict(zip(rows[0], rows[1], strict=False))
    assert (cells["Họ và tên"], cells["Số điện thoại"], cells["Chi đoàn"]) == ("Phan Văn C", "0912345603", "Khu phố 1")


def test_a_crash_among_refusals_writes_nothing_twice(tree, job, monkeypatch):
    refuse(monkeypatch, {"Phan Văn C"}, IntegrityError("UNIQUE"))
    calls, original = [], MembersSession.compare

    def crashing(self, lines):
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError
        return original(self, lines)

    monkeypatch.setattr(MembersSession, "compare", crashing)
    with pytest.raises(RuntimeError):
        finish_applying(job.pk)
    assert Member.objects.count() == 0

    finish_applying(job.pk)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.state, job.applied_count, Member.objects.count()) == (ImportState.APPLIED, 6, 6)


def test_one_reason_for_a_whole_step_stops_the_import(tree, job, monkeypatch):
    refuse(monkeypatch, {f"Phan Văn {letter}" for letter in "ABCDE"}, Refused(Problem("closed", "Đã chốt.")))

    with pytest.raises(Refused):
        finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem_code, Member.objects.count()) == (ImportState.COMPARED, "closed", 0)


def test_the_bar_of_a_comparison_knows_how_much_is_to_come(tree, monkeypatch, as_user):
    monkeypatch.setattr(rules, "STEP", 5)
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(*ROWS), name="ds.xlsx", wake=False
    )
    original = MembersSession.compare

    def crashing(self, lines):
        if len(lines) < 5:
            raise RuntimeError
        return original(self, lines)

    monkeypatch.setattr(MembersSession, "compare", crashing)
    with pytest.raises(RuntimeError):
        comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.compared_count, job.row_count) == (5, 8)
    assert 'aria-valuenow="62"' in as_user(tree.an).get(f"/imports/{job.pk}/progress/").content.decode()
