"""A name that was replaced does not come back; the same word in prose may."""

from pathlib import PurePosixPath

import pytest

from tools import retired_names

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from doanso.audit.actions import Deed\n", ["1"]),
        ("x = 1\nfound = meet_many(unit_id=unit)\n", ["2"]),
        ("class DriveTold:\n    pass\n", ["1"]),
        ("def save(told):\n    return told\n", ["1", "2"]),
        ('"""Nobody is told."""\n', []),
        ("class ToldDrive:\n    pass\n", ["1"]),
        ("from doanso import tally\ntally.count()\n", ["1", "2"]),
        ("from doanso.audit.actions import AuditEventInput\n", []),
        ('message = _("Deed %(number)s")  # Met on time\n', []),
        ("class NotToldApart:\n    pass\n", []),
        ('name = record("BusinessTold")\n', []),
    ],
)
def test_a_retired_name_is_found_where_it_is_one(text, lines):
    found = list(retired_names.complaints(PurePosixPath("doanso/people/actions/x.py"), text))
    assert [complaint.split(":")[1] for complaint in found] == lines


@pytest.mark.parametrize("name", ["views_office.py", "draft_forms.py", "letterhead_form.py"])
def test_a_layer_is_a_folder(name):
    path = PurePosixPath("doanso/documents") / name
    assert list(retired_names.complaints(path, "")) == [f"{path}: keep it in the folder of its layer"]


@pytest.mark.parametrize("path", ["doanso/support/migrations/0001_initial.py", "tools/x.py", "doanso/support/x.html"])
def test_nothing_else_is_looked_at(path):
    assert list(retired_names.complaints(PurePosixPath(path), "Deed = Verb\n")) == []
