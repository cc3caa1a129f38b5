"""`ForwardState` and `ForwardExecutor` run the statements of Django's own, and leave models with the same relations."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class
from django.core.management.commands import migrate
from django.db import connection, models
from django.db.migrations.migration import Migration
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from doanso.home.forward_migrations import ForwardExecutor, ForwardState

_ID = ("id", models.BigAutoField(primary_key=True))


def _street(**options: Any) -> Any:
    return models.ForeignKey("trial.Street", models.PROTECT, **options)


def _operations() -> list[Operation]:
    return [
        CreateModel("Street", [_ID, ("name", models.CharField(max_length=20))]),
        CreateModel("House", [_ID, ("street", _street(related_name="houses")), ("number", models.IntegerField())]),
        AddIndex("House", models.Index(fields=["number"], name="house_number")),
        AddConstraint("House", models.CheckConstraint(condition=models.Q(number__gt=0), name="house_positive")),
        AddConstraint("Street", models.UniqueConstraint(fields=["name"], name="street_name")),
        AddField("House", "corner", _street(null=True, related_name="corners")),
        CreateModel("Visit", [_ID, ("houses", models.ManyToManyField("trial.House", related_name="visits"))]),
        AlterField("Street", "id", models.IntegerField(primary_key=True)),
    ]


def _apply_all(state: ProjectState) -> tuple[list[str], dict[str, Any]]:
    """Return the statements of every operation, and fields, indexes and constraints of each model of the last state."""
    statements = []
    assert state.apps is not None
    for operation in _operations():
        step: Any = Migration("0001", "trial")
        step.operations = [operation]
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            state = step.apply(state, editor, collect_sql=True)
        statements += editor.collected_sql
    options = {
        model.__name__: (
            [field.name for field in model._meta.get_fields()],
            [index.name for index in model._meta.indexes],
            [constraint.name for constraint in model._meta.constraints],
            model._meta.apps is state.apps,
        )
        for model in state.apps.get_models(include_auto_created=True)
    }
    return statements, options


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_statements_and_the_models_are_those_of_django() -> None:
    statements, options = _apply_all(ForwardState())
    assert (statements, options) == _apply_all(ProjectState())
    assert options["Street"][0] == ["houses", "corners", "id", "name"]
    assert options["House"][1:3] == (["house_number"], ["house_positive"])


def test_a_new_model_leaves_the_rendered_classes() -> None:
    state = ForwardState()
    street, house, index, *_others = _operations()
    street.state_forwards("trial", state)
    first = state.apps.get_model("trial", "Street")
    house.state_forwards("trial", state)
    index.state_forwards("trial", state)
    assert state.apps.get_model("trial", "Street") is first
    assert [relation.name for relation in first._meta.related_objects] == ["houses"]


def test_the_command_uses_this_executor() -> None:
    load_command_class("doanso.home", "migrate")
    assert vars(migrate)["MigrationExecutor"] is ForwardExecutor


_MIGRATE = """
import sys
import django
from django.core.management import call_command, load_command_class
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
django.setup()
command = load_command_class("doanso.home", "migrate")
if sys.argv[1] == "django":
    migrate.MigrationExecutor = MigrationExecutor
call_command(command, verbosity=0)
"""


@pytest.mark.long
@pytest.mark.if_changed("ci")
@pytest.mark.sqlite_only
def test_all_migrations_make_the_tables_that_django_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {}
    for executor in ("django", "forwards"):
        folder = tmp_path / executor
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "doanso.settings")
        monkeypatch.setenv("DOANSO_DATA", str(folder))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        subprocess.run([sys.executable, "-c", _MIGRATE, executor], check=True, cwd=Path(__file__).parents[3])
        [path] = folder.glob("*.sqlite3")
        with sqlite3.connect(path) as base:
            tables[executor] = base.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
            ).fetchall()
    assert len(tables["django"]) > 500
    assert tables["django"] == tables["forwards"]
