"""Wards 4 and 5 with two neighbourhoods each, and a fixture that imports a list."""

import pytest

from doanso.imports import queries as imports
from doanso.imports.actions import run_import
from doanso.members.tests.workbooks import table
from doanso.support.tests.lists.rows import HEAD
from doanso.testing import TREE_BEGAN
from doanso.units.models import Neighbourhood


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


@pytest.fixture(autouse=True)
def places(ward):
    for code in ("p4", "p5"):
        for number in (1, 2):
            Neighbourhood.objects.create(unit=ward.tree.units[code], name=f"Khu phố {number}", since=TREE_BEGAN)


@pytest.fixture
def bring(ward, tmp_path):
    """Import a list at once; return the job and its report."""

    def _bring(*rows, unit="p4", head=HEAD, skip=True, **more):
        path = tmp_path / "ds.xlsx"
        path.write_bytes(table(*([head] if isinstance(head[0], str) else head), *rows))
        actor = {"p4": ward.tree.an, "p5": ward.tree.chi, "my-tho": ward.tree.dung}[unit]
        job = run_import(
            actor=actor, kind="supports", unit=ward.tree.units[unit], path=path, skip_rejected=skip, **more
        )
        return job, imports.row_counts(job)

    return _bring
