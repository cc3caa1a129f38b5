"""An action of a user that writes rows leaves an audit entry, itself or through what it calls."""

import subprocess

import pytest

from tools import audited_actions

pytestmark = pytest.mark.sqlite_only
EXCUSES = "UNRECORDED in tools/audited_actions.py"
AUDIT = "def record(**event):\n    pass\n"


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for path, text in {
        "doanso/audit/actions.py": AUDIT,
        "doanso/people/actions/keeping.py": "from doanso.audit.actions import record\n\n\ndef _keep(row):\n    record(obj=row)\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def complaints(repository, text):
    (repository / "doanso/people/actions/names.py").write_text(text, encoding="utf-8")
    return audited_actions.complaints(repository, excused={})


@pytest.mark.parametrize("write", ["row.save()", "Row.objects.create()", "rows.update(name='x')", "_write(row)"])
def test_an_action_that_writes_and_records_nothing_is_named(repository, write):
    text = f"def _write(row):\n    row.delete()\n\n\ndef rename(*, actor, row, rows):\n    {write}\n"
    [complaint] = complaints(repository, text)
    assert complaint == (
        "doanso/people/actions/names.py:5: rename writes rows and no audit entry: call audit's record(), or give the reason in "
        f"{EXCUSES}"
    )


@pytest.mark.parametrize(
    "text",
    [
        # It records by a helper of another module, named directly or through the module.
        "from doanso.people.actions.keeping import _keep\n\n\ndef rename(*, actor, row):\n    row.save()\n    _keep(row)\n",
        "from doanso.people.actions import keeping\n\n\ndef rename(*, actor, row):\n    row.save()\n    keeping._keep(row)\n",
        # It is a part of an action that records.
        (
            "from doanso.audit.actions import record\n\n\ndef write(*, actor, row):\n    row.save()\n\n\n"
            "def rename(*, actor, row):\n    write(actor=actor, row=row)\n    record(obj=row)\n"
        ),
        # Nobody acts, nothing is written, or a dictionary is changed.
        "def sweep(rows):\n    rows.delete()\n",
        "def read(*, actor, rows):\n    return rows.first()\n",
        "def collect(*, actor, values, more):\n    values.update(more)\n",
    ],
)
def test_what_records_or_is_no_action_of_a_user_is_free(repository, text):
    assert complaints(repository, text) == []


def test_an_excuse_that_is_needed_no_more_is_named(repository):
    text = "def rename(*, actor, row):\n    row.save()\n\n\ndef read(*, actor, row):\n    pass\n"
    assert complaints(repository, text) != []
    excused = {f"doanso.people.actions.names.{name}": "a reason" for name in ("rename", "read", "gone")}
    assert audited_actions.complaints(repository, excused) == [
        f"doanso.people.actions.names.{name} leaves an entry by now or is gone: take it out of {EXCUSES}"
        for name in ("gone", "read")
    ]
