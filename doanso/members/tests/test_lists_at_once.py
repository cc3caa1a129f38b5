"""The same list of members, brought by two officers at the same moment."""

import pytest

from doanso.imports.actions import run_import
from doanso.ledger.recount import recount
from doanso.members.models import Member
from doanso.members.tests.workbooks import content, row
from doanso.people.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_stands_in_both_is_one_member(tree, tmp_path, settings):
    settings.FILES = tmp_path / "files"
    rows = [row(number, f"Trần Văn {letter}") for number, letter in enumerate("Ân Bình Chương Dũng".split(), 1)]

    def bring(actor):
        path = tmp_path / f"{actor.pk}.xlsx"
        path.write_bytes(content(*rows))
        job = run_import(actor=actor, kind="members", unit=tree.units["p4"], path=path)
        return job.created_count, job.unchanged_count

    results = at_once(lambda: bring(tree.an), lambda: bring(tree.dung))

    assert sorted(results) == [(0, 4), (4, 0)]
    assert Member.objects.count() == 4
    assert list(recount()) == []
