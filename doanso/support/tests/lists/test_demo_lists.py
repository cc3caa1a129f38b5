"""The demo's lists: two wards type them differently, and somebody on both is one person."""

import pytest

from doanso.imports import queries as imports
from doanso.imports.actions import run_import
from doanso.support.demo.lists import CAREFUL, HASTY, write_list
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import record_input, shop


@pytest.mark.parametrize(("first", "second"), [(CAREFUL, HASTY), (HASTY, CAREFUL)])
def test_two_wards_lists_that_overlap_are_one_person_and_two_times(ward, tmp_path, first, second):
    shared_entry = record_input("Trần Thị Hòa", 1960, address="14 Lê Lợi")
    lists = {
        "p4": (ward.tree.an, first, [shared_entry, record_input(), shop("Tạp hóa Bảy", phone="0912345678")]),
        "p5": (ward.tree.chi, second, [shared_entry, record_input("Đỗ Thị Mới", 1980)]),
    }
    reports = {}
    for code, (actor, habit, entries) in lists.items():
        path = tmp_path / f"{code}.xlsx"
        write_list(path, code, entries, habit)
        reports[code] = imports.row_counts(
            run_import(actor=actor, kind="supports", unit=ward.tree.units[code], path=path)
        )

    assert [
        (report["created"], report["rejected"], report["people_new"], report["people_known"])
        for report in reports.values()
    ] == [
        (3, [], 2, 0),
        (2, [], 1, 1),
    ]
    assert SupportRecord.objects.filter(service_id="portal").count() == 4
    assert (ward.figure(), ward.figure(unit="p4"), ward.figure(unit="p5")) == (3, 2, 1)
