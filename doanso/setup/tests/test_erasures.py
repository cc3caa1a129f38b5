"""Erasing by age: a shorter period, an unusual number and the day of a restore wait; an administrator says yes."""

import shutil
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Book
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.people import configuration
from doanso.people.actions import NewContact, Particulars, add_contacts
from doanso.people.models import Contact, Person
from doanso.setup import actions, backup_folder, queries, rules
from doanso.setup.actions import backups
from doanso.setup.erasures import ERASURES
from doanso.setup.models import ErasureState, InstallationBackup

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
PAGE = "/setup/erasures/"
DUE = date(2025, 1, 2)
RESIDENTS = ERASURES[0]


def keep(folder: Path, months: int) -> None:
    shipped = (configuration.SHIPPED / configuration.OWN_FILE).read_text(encoding="utf-8")
    text = shipped.replace("retention_months = 12", f"retention_months = {months}  # {clock.now().timestamp()}")
    (folder / configuration.OWN_FILE).write_text(text, encoding="utf-8")


def work() -> None:
    for erasure in ERASURES:
        actions.carry_out_if_due(erasure, "worker")


def named() -> int:
    return Contact.objects.exclude(name="").count()


@pytest.fixture
def folder(tree, settings, tmp_path, business_day) -> Path:
    """A data folder with 60 months, and three residents whose programme ended a year ago, looked after by the worker."""
    settings.DATA, settings.FILES, settings.BACKUPS = tmp_path / "data", tmp_path / "files", tmp_path / "backups"
    settings.DATA.mkdir()
    keep(settings.DATA, 60)
    Book.objects.create(code="b", root=tree.units["my-tho"], first_day=date(2023, 1, 1), last_day=date(2023, 12, 31))
    for number in range(3):
        person = Person.objects.create(created_at=clock.now())
        add_contacts(
            [NewContact(tree.units["p4"].pk, Particulars(f"Lê Văn {'ABC'[number]}", birth_year=1950), person.pk)]
        )
    Contact.objects.update(created_at=datetime(2023, 6, 1, tzinfo=UTC))
    business_day(DUE)
    work()
    return settings.DATA


def test_after_a_restore_by_the_book_nobody_is_erased_and_the_settings_are_there(
    folder, settings, tmp_path, monkeypatch, business_day
):
    monkeypatch.setattr(backups.copying, "copy_database", lambda target: target.write_text("rows"))
    monkeypatch.setattr(backups, "restore_problem", lambda _folder: "")
    backup = actions.back_up_now()
    shutil.rmtree(folder)

    settings.DATA = tmp_path / "restored"
    shutil.copytree(backup_folder.backups(settings.BACKUPS, folder)[0], settings.DATA)
    InstallationBackup.objects.filter(pk=backup.pk).update(finished_at=None, folder="", is_tested=False)
    assert queries.committee_file_differences() == []
    for days in range(3):
        business_day(DUE + timedelta(days=days))
        work()

    assert configuration.privacy_rules().retention_months == 60
    assert (named(), ErasureState.objects.get(code="residents").waiting_since) == (3, None)


def test_a_shorter_period_waits_for_the_yes_of_an_administrator(tree, folder, as_user):
    (folder / configuration.OWN_FILE).unlink()
    work()
    assert named() == 3
    output = StringIO()
    call_command("forget_residents", stdout=output)
    assert "3 người chờ Quản trị đồng ý" in output.getvalue()

    page = as_user(tree.giang).get(PAGE).content.decode()
    assert "Trước nay lưu 60 tháng, nay còn 12 tháng: sẽ xóa hẳn thông tin của 3 người" in page
    assert "việc xóa chờ bạn đồng ý" in as_user(tree.giang).get("/", follow=True).content.decode()
    form = {"code": "residents", "period": "12", "count": "3"}
    for name in ("dung", "an", "minh"):
        assert as_user(tree.users[name]).get(PAGE).status_code == 404
        assert as_user(tree.users[name]).post(f"{PAGE}approve/", form).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.approve_erasure(
            actor=tree.an, unit=tree.units["my-tho"], code="residents", expected_period=12, expected_count=3
        )
    with pytest.raises(Refused) as refusal:
        actions.approve_erasure(
            actor=tree.giang, unit=tree.units["my-tho"], code="residents", expected_period=12, expected_count=2
        )
    assert refusal.value.problem.code == actions.ERASURE_CHANGED
    work()
    assert named() == 3

    as_user(tree.giang).post(f"{PAGE}approve/", form)
    assert named() == 3
    work()
    assert named() == 0
    assert AuditEvent.objects.filter(action="setup.approve_erasure", actor=tree.giang).count() == 1
    assert "Lần đồng ý gần nhất: Võ Trường Giang" in as_user(tree.giang).get(PAGE).content.decode()


def test_what_waits_is_over_as_soon_as_the_period_is_put_back(folder):
    (folder / configuration.OWN_FILE).unlink()
    work()
    assert queries.waiting_erasures().count() == 1

    keep(folder, 60)
    work()

    assert (queries.waiting_erasures().count(), named()) == (0, 3)


def test_more_at_once_than_usual_wait_although_the_period_is_the_same(tree, folder, monkeypatch, business_day):
    monkeypatch.setattr(rules, "MOST_ERASED_AT_ONCE", 2)
    business_day(date(2029, 1, 2))
    work()
    assert named() == 3

    actions.approve_erasure(
        actor=tree.giang, unit=tree.units["my-tho"], code="residents", expected_period=60, expected_count=3
    )
    work()

    assert named() == 0
    assert ErasureState.objects.get(code="residents").approved_count is None


def test_on_the_day_of_a_restore_nothing_due_is_erased_and_on_the_next_day_it_is(folder, business_day):
    today = date(2029, 1, 2)
    business_day(today)
    InstallationBackup.objects.create(
        requested_at=clock.now(), started_at=clock.now(), interrupted_on=today, finished_at=clock.now()
    )
    work()
    call_command("forget_residents", stdout=StringIO())
    assert named() == 3

    business_day(today + timedelta(days=1))
    work()
    assert named() == 0
