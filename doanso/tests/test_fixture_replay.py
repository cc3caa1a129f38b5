"""What a fixture wrote is written again by its statements, from the same state of the database only."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from doanso.accounts.models import User
from doanso.files import actions as files
from doanso.files.models import Blob, FileKey
from doanso.lib import clock
from doanso.testing import TODAY, Tree
from doanso.units.models import Unit, UnitName
from tools import fixture_replay
from tools.fixture_replay import replayed

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
calls: list[str] = []


@dataclass
class Moved:
    tree: Tree
    unit: Unit
    names: list[UnitName]


@replayed
def rename(tree: Tree, code: str) -> Moved:
    """Give a unit a second name from today on."""
    calls.append(code)
    unit = tree.units[code]
    unit.names.update(until=TODAY)
    name = UnitName.objects.create(unit=unit, name="Tên mới", short_name="Mới", sort_key="moi", since=clock.today())
    return Moved(tree, unit, [name])


@pytest.fixture(autouse=True)
def _nothing_recorded(monkeypatch):
    monkeypatch.setattr(fixture_replay, "recordings", {})
    calls.clear()


@pytest.fixture
def again():
    """Return a function that takes the test back to the state it began with, and the tree with it."""

    def restart(tree: Tree) -> None:
        UnitName.objects.filter(name="Tên mới").delete()
        UnitName.objects.update(until=None)
        fixture_replay.begin_with("tree")

    return restart


def names(code: str) -> list[tuple[str, bool]]:
    return sorted(UnitName.objects.filter(unit__code=code).values_list("short_name", "until"), key=str)


def test_later_calls_write_the_same_rows_without_the_function(tree, again, django_assert_num_queries):
    first = rename(tree, "p4")
    written = list(UnitName.objects.order_by("pk").values())
    again(tree)
    with django_assert_num_queries(0):
        second = rename(tree, "p4")

    assert calls == ["p4"]
    assert list(UnitName.objects.order_by("pk").values()) == written
    assert names("p4") == [("Mới", None), ("Phường 4", TODAY)]
    assert (second.tree, second.unit) == (tree, tree.units["p4"])
    assert second.unit is tree.units["p4"]
    assert second.names == first.names
    assert second.names[0] is not first.names[0]


@pytest.mark.parametrize("difference", ["argument", "row", "day", "keys", "now", "history"])
def test_another_state_runs_the_function(tree, again, business_day, settings, monkeypatch, difference):
    rename(tree, "p4")
    again(tree)
    if difference == "row":
        User.objects.filter(username="an").update(display_name="An")
    elif difference == "day":
        business_day(TODAY + timedelta(days=1))
    elif difference == "keys":
        settings.DOANSO_KEYS = settings.DOANSO_KEYS | {"lookup": "another"}
    elif difference == "now":
        monkeypatch.setattr(clock, "now", lambda: None)
    elif difference == "history":
        rename(tree, "p5")

    rename(tree, "p5" if difference == "argument" else "p4")

    assert calls[0] == "p4"
    assert len(calls) == (3 if difference == "history" else 2)


@replayed
def promote(tree: Tree) -> None:
    """Change an object that it was given."""
    calls.append("an")
    tree.an.display_name = "Anh An"
    tree.an.save()


@replayed
def answer(tree: Tree) -> object:
    """Return what cannot be stored."""
    calls.append("answer")
    return lambda: tree


@pytest.mark.parametrize("function", [promote, answer])
def test_what_statements_do_not_repeat_is_done_by_the_function_each_time(tree, function):
    function(tree)
    fixture_replay.begin_with("tree")
    before = len(calls)
    function(tree)

    assert len(calls) == before + 1


@replayed
def keep_file(tree: Tree) -> Blob:
    """Store a file."""
    calls.append("file")
    return files.store(source=b"%PDF-1.7 thu", name="thu.pdf", limit=100)


def test_a_stored_file_is_there_again(tree, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    first = keep_file(tree)
    Blob.objects.all().delete()
    FileKey.objects.all().delete()
    for path in settings.FILES.rglob("*"):
        if path.is_file():
            path.unlink()
    fixture_replay.begin_with("tree")

    second = keep_file(tree)

    assert (calls, second) == (["file"], first)
    with files.open_blob(second) as stored:
        assert stored.read() == b"%PDF-1.7 thu"


def test_an_error_of_the_function_is_the_test_s_own(tree):
    @replayed
    def fail(tree: Tree) -> None:
        tree.units["p4"].names.update(short_name="Hỏng")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(tree)


@pytest.mark.django_db(transaction=True)
def test_a_test_that_really_commits_runs_the_function(tree):
    rename(tree, "p4")
    assert not fixture_replay.recordings
    assert names("p4") == [("Mới", None), ("Phường 4", TODAY)]
