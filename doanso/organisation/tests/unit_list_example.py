"""A list of units for tests of every address."""

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.organisation.models import UnitList
from doanso.testing import TREE_BEGAN
from doanso.units.models import Unit


def unit_list_at(unit: Unit, user: User) -> UnitList:
    """Return the list of this unit, made if there is none: a row to mend, one that exists in the small tree, two new ones."""
    rows = ["Đoàn phường 6", "Chi đoàn Khu phố 1", "Đoàn Phường 4", "Chi đoàn Cơ quan"]
    found, _made = UnitList.objects.get_or_create(
        unit=unit,
        name="don-vi.xlsx",
        defaults={
            "sheet": "Sheet1",
            "head": 1,
            "headings": [[0, "A", "Tên đơn vị"], [1, "B", "Trực thuộc"]],
            "columns": {"name": 0, "parent": 1},
            "since": TREE_BEGAN,
            "cells": [[number, [name, "Đoàn P6" if number == 3 else ""]] for number, name in enumerate(rows, 2)],
            "started_by": user,
            "started_at": clock.now(),
        },
    )
    return found
