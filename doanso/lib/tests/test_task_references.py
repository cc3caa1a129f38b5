"""A reference enqueues its task after the commit, and a misspelt one is reported at start-up."""

import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import transaction
from django.tasks import task
from django_tasks_db.models import DBTaskResult

import doanso
from doanso.lib import task_references
from doanso.lib.task_references import TaskReference
from doanso.lib.uuid7 import uuid7

# Some of the checks beside it look into the database.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]
DECLARATION = re.compile(r"TaskReference\(\s*\"([^\"]+)\"")


@task
def advance_row(row_id: str) -> None:
    """Stand in for a task."""


@task
def add_numbers(first: int, second: int) -> None:
    """Take something else than an id."""


def plain_function(row_id: str) -> None:
    """Lack the decorator."""


@pytest.fixture
def declared(monkeypatch):
    """Keep what a test declares from the others, once every module of the product has declared its own."""
    start_up_errors()
    references: set[TaskReference] = set()
    monkeypatch.setattr(task_references, "declarations", references)
    return references


def start_up_errors():
    return [error.msg for error in run_checks() if error.id == "lib.E001"]


@pytest.mark.django_db(transaction=True)
def test_task_is_enqueued_after_the_commit_alone(declared):
    reference, row_id = TaskReference(f"{__name__}.advance_row"), uuid7()

    with transaction.atomic():
        reference.enqueue_on_commit(row_id)
        assert not DBTaskResult.objects.exists()
    waiting = DBTaskResult.objects.get()
    assert (waiting.task_path, waiting.args_kwargs) == (reference.path, {"args": [str(row_id)], "kwargs": {}})

    with transaction.atomic():
        reference.enqueue_on_commit(row_id)
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == 1
    assert start_up_errors() == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("advance_raw", "does not define"),
        ("plain_function", "is no task"),
        ("add_numbers", "must take one parameter"),
    ],
)
def test_faulty_reference_is_reported_at_start_up(declared, name, fault):
    path = f"{__name__}.{name}"
    TaskReference(path)

    (error,) = start_up_errors()

    assert path in error
    assert fault in error


def test_start_up_check_knows_every_reference_of_the_product():
    sources = [path for path in Path(doanso.__file__).parent.rglob("*.py") if "tests" not in path.parts]
    written = {path for source in sources for path in DECLARATION.findall(source.read_text(encoding="utf-8"))}

    assert start_up_errors() == []
    assert {reference.path for reference in task_references.declared_references()} >= written
    assert "doanso.documents.tasks.advance" in written
