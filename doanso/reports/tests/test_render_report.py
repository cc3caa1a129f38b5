"""Files of reports: asked for, made whole or not at all, never twice, and never of a draft once it is frozen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F

from doanso.audit.models import AuditEvent
from doanso.files.actions import open_blob
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.reports.actions import renderings
from doanso.reports.actions.reports import freeze_report
from doanso.reports.models import Rendering, RenderState
from doanso.reports.tests.test_write_report import begun, write

pytestmark = pytest.mark.django_db

BASE = "https://doanso.example"


def ask(scene, report, format="txt", by="dung"):  # noqa: A002
    return renderings.ask_rendering(actor=scene.user(by), report=report, format=format, base=BASE, wake=False)


def made(scene, report, **options) -> Rendering:
    rendering = ask(scene, report, **options)
    renderings.make_rendering(rendering.pk)
    rendering.refresh_from_db()
    return rendering


def text_of(rendering: Rendering) -> str:
    with open_blob(rendering.blob) as plain:
        return plain.read().decode()


def alive() -> int:
    return Blob.objects.filter(key__destroyed_at=None).count()


def test_a_file_is_asked_for_made_and_kept(scene):
    report = begun(scene)
    rendering = ask(scene, report)
    assert rendering.state == RenderState.WAITING
    assert ask(scene, report) == rendering

    renderings.make_rendering(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.blob.name) == ("done", "bao-cao-my-tho-2023-10-01-2023-10-31.txt")
    assert text_of(rendering).startswith("BÁO CÁO THÀNH ĐOÀN MỸ THO\n")
    assert f"{BASE}/programmes/my-tho-2023/reports/{report.pk}/" in text_of(rendering)
    assert AuditEvent.objects.filter(action="reports.ask_rendering").count() == 1


@pytest.mark.parametrize("format", ["pdf", "docx", "xlsx", "csv", "json", "txt"])
def test_every_format_is_made(scene, format):  # noqa: A002
    rendering = made(scene, begun(scene), format=format)

    assert (rendering.state, rendering.problem) == ("done", "")
    assert rendering.blob.size > 500


def test_of_a_draft_it_is_made_anew_and_the_older_file_is_gone(scene):
    report = begun(scene)
    first = made(scene, report)
    second = made(scene, report)

    assert first.pk != second.pk
    assert list(Rendering.objects.values_list("pk", flat=True)) == [second.pk]
    assert alive() == 1


def test_of_a_frozen_report_there_is_one_for_ever(scene):
    report = begun(scene)
    made(scene, report)
    frozen_report = freeze_report(actor=scene.user("dung"), report=report)
    # Files of the draft are gone with it.
    assert (Rendering.objects.count(), alive()) == (0, 0)
    first = made(scene, frozen_report)

    assert made(scene, frozen_report) == first
    assert "(chưa chốt)" not in text_of(first)


def test_a_file_that_was_begun_before_the_freezing_is_thrown_away(scene, monkeypatch):
    report = write(scene, begun(scene))
    rendering = ask(scene, report)

    def meanwhile(content, format, **options):  # noqa: A002
        freeze_report(actor=scene.user("dung"), report=report)
        return b"draft"

    monkeypatch.setattr(renderings, "render", meanwhile)
    renderings.make_rendering(rendering.pk)

    assert (Rendering.objects.count(), alive()) == (0, 0)


def test_two_workers_make_one_file(scene, monkeypatch):
    rendering = ask(scene, begun(scene))
    render, seen = renderings.render, []

    def twice(content, format, **options):  # noqa: A002
        if not seen:
            seen.append(True)
            renderings.make_rendering(rendering.pk)
        return render(content, format, **options)

    monkeypatch.setattr(renderings, "render", twice)
    renderings.make_rendering(rendering.pk)
    rendering.refresh_from_db()

    assert rendering.state == RenderState.DONE
    assert alive() == 1
    assert text_of(rendering).startswith("BÁO CÁO")


def test_a_late_worker_gives_nothing_up_that_another_has_taken_since(scene, monkeypatch):
    rendering = ask(scene, begun(scene))

    def late(content, format, **options):  # noqa: A002
        Rendering.objects.filter(pk=rendering.pk).update(attempts=F("attempts") + 1)
        raise Refused(Problem("layout_broken", "Mẫu Excel bị hỏng."))

    monkeypatch.setattr(renderings, "render", late)
    renderings.make_rendering(rendering.pk)

    rendering.refresh_from_db()
    assert (rendering.state, rendering.problem) == (RenderState.RUNNING, "")


def silent(rendering: Rendering, **values) -> None:
    Rendering.objects.filter(pk=rendering.pk).update(stepped_at=clock.now() - timedelta(minutes=3), **values)


def test_what_a_killed_worker_left_is_given_out_again(scene, monkeypatch, django_capture_on_commit_callbacks):
    rendering = ask(scene, begun(scene))

    def killed(content, format, **options):  # noqa: A002
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(renderings, "render", killed)
        with pytest.raises(KeyboardInterrupt):
            renderings.make_rendering(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.blob) == ("running", None)
    assert renderings.resume_stalled() == 0

    silent(rendering)
    with django_capture_on_commit_callbacks() as woken:
        assert renderings.resume_stalled() == 1
        assert renderings.resume_stalled() == 0
    assert len(woken) == 1
    renderings.make_rendering(rendering.pk)
    rendering.refresh_from_db()
    assert rendering.state == RenderState.DONE


def test_what_fails_again_and_again_is_given_up_and_can_be_asked_for_anew(scene):
    report = begun(scene)
    rendering = ask(scene, report)
    silent(rendering, state="running", attempts=3)

    assert renderings.resume_stalled() == 0
    rendering.refresh_from_db()
    assert rendering.state == RenderState.FAILED
    assert "quản trị" in rendering.problem
    assert ask(scene, report).pk != rendering.pk


def test_a_refusal_of_the_form_is_reported(scene, monkeypatch):
    def refuse(content, format, **options):  # noqa: A002
        raise Refused(Problem("layout_broken", "Mẫu Excel bị hỏng."))

    monkeypatch.setattr(renderings, "render", refuse)
    rendering = made(scene, begun(scene))

    assert (rendering.state, rendering.problem) == ("failed", "Mẫu Excel bị hỏng.")


def test_who_does_not_see_the_report_gets_no_file(scene):
    report = begun(scene, by="an", code="p4")

    with pytest.raises(PermissionDenied):
        ask(scene, report, by="chi")
    assert ask(scene, report, by="hanh").state == RenderState.WAITING
    with pytest.raises(Refused):
        ask(scene, report, format="exe")
