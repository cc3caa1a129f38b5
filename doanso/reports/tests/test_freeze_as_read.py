"""Whoever freezes a report has read it: what others stored meanwhile is looked at first, and their choices stay."""

import pytest

from doanso.ledger import snapshots
from doanso.ledger.models import Snapshot
from doanso.reports.actions.reports import freeze_report, set_form
from doanso.reports.models import Passage
from doanso.reports.tests.test_report_pages import AS_JSON, at, seen, text_of
from doanso.reports.tests.test_write_report import begun, why, write

pytestmark = pytest.mark.django_db

TOLD = "Báo cáo này vừa được sửa ở một trang khác."


@pytest.mark.parametrize("typed", [{}, {"text-limits": "Còn chậm."}])
def test_what_another_wrote_meanwhile_is_read_before_it_is_frozen(scene, as_user, typed):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    shown = seen(client, report)
    write(scene, report, "Đã họp và", by="giang")
    refused = text_of(client.post(at(report, "freeze/"), shown | typed, follow=True))
    report.refresh_from_db()

    assert report.frozen_at is None
    assert TOLD in refused
    assert "Đã họp và</textarea>" in refused
    assert Passage.objects.filter(section="limits").exists() is bool(typed)
    client.post(at(report, "freeze/"), seen(client, report))
    report.refresh_from_db()
    assert report.frozen_at is not None


def test_a_page_that_tells_no_version_freezes_nothing(scene, as_user):
    report = begun(scene)
    assert TOLD in text_of(as_user(scene.user("dung")).post(at(report, "freeze/"), follow=True))
    report.refresh_from_db()
    assert report.frozen_at is None


def test_a_form_chosen_meanwhile_is_looked_at_before_it_is_frozen(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    shown = seen(client, report)
    set_form(actor=scene.user("giang"), report=report, form="nd30")

    assert TOLD in text_of(client.post(at(report, "freeze/"), shown | {"form": "doan"}, follow=True))
    report.refresh_from_db()
    assert (report.frozen_at, report.form) == (None, "nd30")


def test_what_is_written_while_figures_are_being_frozen_stops_it_and_leaves_nothing(scene, monkeypatch):
    report = begun(scene, period="2023-W44")
    complete = snapshots.complete_snapshot

    def written_first(snapshot):
        write(scene, report, "Đã họp và", by="giang")
        complete(snapshot)

    monkeypatch.setattr(snapshots, "complete_snapshot", written_first)
    assert why(lambda: freeze_report(actor=scene.user("dung"), report=report, seen_version=1)) == "report_changed"
    monkeypatch.setattr(snapshots, "complete_snapshot", complete)
    assert not Snapshot.objects.exists()
    # It need not be waited for: one may look and freeze at once.
    assert freeze_report(actor=scene.user("dung"), report=report, seen_version=2).frozen_at is not None


@pytest.mark.parametrize("headers", [{}, AS_JSON])
def test_a_stale_page_leaves_the_form_that_another_chose(scene, as_user, headers):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    sent = seen(client, report) | {"text-direction": "Đã họp.", "form": "doan"}
    set_form(actor=scene.user("giang"), report=report, form="nd30")
    client.post(at(report, "passages/"), sent, headers=headers)
    report.refresh_from_db()

    assert (report.form, Passage.objects.get().text) == ("nd30", "Đã họp.")


def test_words_taken_back_after_a_lost_answer_are_not_left_stored_in_silence(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    sent = seen(client, report)
    client.post(at(report, "passages/"), sent | {"text-direction": "Gõ nhầm."}, headers=AS_JSON)
    # The answer was lost, and the writer took the words back: the heading is sent as it was first shown.
    answer = client.post(at(report, "passages/"), sent | {"text-direction": ""}, headers=AS_JSON).json()

    assert answer["conflicts"]["direction"]["text"] == "Gõ nhầm."
    # Of a page without script, what was sent back as shown is not a change.
    assert client.post(at(report, "passages/"), sent | {"text-direction": ""}).status_code == 302


def test_a_script_gets_the_version_and_the_form_after_its_save(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    sent = seen(client, report) | {"text-direction": "Đã họp."}
    answer = client.post(at(report, "passages/"), sent | {"form": "nd30"}, headers=AS_JSON).json()

    assert (answer["version"], answer["form"]) == (3, "nd30")
    client.post(at(report, "freeze/"), seen(client, report) | {"version": answer["version"]})
    report.refresh_from_db()
    assert report.frozen_at is not None
