"""Rows of lists of people helped, as a ward keeps them, and what a report states about them."""

from doanso.imports import comparison
from doanso.imports.actions import apply_import, finish_applying, start_import
from doanso.members.tests.workbooks import table

HEAD = [
    "STT",
    "Họ và tên",
    "Năm sinh",
    "SĐT",
    "Khu phố",
    "Dịch vụ",
    "Ngày hỗ trợ",
    "Người giúp",
    "Người cùng đi",
    "Đồng ý",
]


def line(name, year=1951, phone="0912345678", place="1", service="Dịch vụ công", day="01/11/2023", **more):
    cells = {"helper": "Trần Gia Huy", "second": None, "consent": "x"} | more
    return [None, name, year, phone, place, service, day, cells["helper"], cells["second"], cells["consent"]]


def counts(report):
    return [report[name] for name in ("created", "unchanged", "people_new", "people_known", "questions")]


def codes(report, name="rejected"):
    return [(entry["row"], entry["code"]) for entry in report[name]]


def import_with_questions(ward, *rows, unit="p4", head=HEAD):
    job = start_import(
        actor=ward.tree.an,
        kind="supports",
        unit=ward.tree.units[unit],
        source=table(*([head] if isinstance(head[0], str) else head), *rows),
        name="a.xlsx",
        wake=False,
    )
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    return job


def apply_rows(ward, job, *, skip=False):
    apply_import(actor=ward.tree.an, job=job, skip_rejected=skip, wake=False)
    finish_applying(job.pk)
    job.refresh_from_db()
    return job
