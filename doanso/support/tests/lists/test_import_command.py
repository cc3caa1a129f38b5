"""`doanso import-supports`."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from doanso.members.tests.workbooks import table
from doanso.support.models import SupportRecord
from doanso.support.tests.lists.rows import HEAD, counts, line


def command(ward, path, *more):
    call_command("import_supports", str(path), "--unit", "p4", "--as", "an", *more)


def test_the_command_reports_and_ends_with_0(ward, tmp_path):
    path, out = tmp_path / "a.xlsx", tmp_path / "out.json"
    path.write_bytes(table(HEAD, line("Nguyễn Văn Bảy")))

    command(ward, path, "--dry-run", "--report", str(out))
    assert SupportRecord.objects.count() == 0
    assert json.loads(out.read_text())["people_new"] == 1
    command(ward, path, "--report", str(out))

    report = json.loads(out.read_text())
    assert list(report) == [
        *("rows", "created", "updated", "unchanged", "rejected", "warnings", "file"),
        *("people_new", "people_known", "questions"),
    ]
    assert counts(report) == [1, 0, 1, 0, 0]


def test_the_command_ends_with_1_and_2(ward, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(table(HEAD, line("Nguyễn Văn Bảy"), line("Lê Hoa", day=None)))
    for more, support_records in (((), 0), (("--skip-rejected",), 1)):
        with pytest.raises(SystemExit) as ended:
            command(ward, path, *more)
        assert (ended.value.code, SupportRecord.objects.count()) == (1, support_records)

    path.write_text("x")
    with pytest.raises(CommandError) as refused:
        command(ward, path)
    assert refused.value.returncode == 2
