"""Hashes that are kept, of values that are written out; those of audit, support, sync and the ledger stand in their own tests.

The values are those of the release that stored them first. Nobody puts them right: who changes what is hashed gives it a new
version, and keeps the old one to compare with.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import pytest

from doanso.documents.links import link_lookup as document_link
from doanso.lib.canonical import canonical
from doanso.lib.sheet_headings import head_key
from doanso.official_form.head import DocumentHead
from doanso.outreach import card_keys
from doanso.people.queries import lookup_hash, tail_lookup
from doanso.referrals import slot_keys
from doanso.reports.content import ReportColumn, ReportContent, ReportLine, UnitRow, numbers
from doanso.support.models import HelperKind

pytestmark = pytest.mark.usefixtures("known_lookup_key")

ONE = UUID(int=1)
DAY = date(2023, 11, 12)
AT = datetime(2023, 11, 12, 1, 2, 3, 456789, tzinfo=UTC)
LINK, CODE = "x" * 22, "7KQ2M4XD"


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        (
            "819831d002599ef034b5cc6a9ea39ecbe05804d3f903acf36cd86058cf8c69e1",
            lambda: head_key([["Họ và tên", "Ngày sinh", None], ["", "Nam"]]),
        ),
        ("6c2771fd01593570d7e818d60ffea67886df5b7b65ddf99879679e97134b1430", lambda: slot_keys.link_lookup(LINK)),
        ("13d3cd426904bd63f5c338a80794aebf361c49417a619d4429f87a7ec5a4b215", lambda: slot_keys.code_lookup(CODE, 1951)),
        ("0034b6b6f64702495bcc699e781bcc6cccc8fd33bfc07b08b57bff6af78f8593", lambda: card_keys.secret_lookup(LINK)),
        (
            "d10f5858adf8b76cd1c2f47cf8c958b3889d8b077851a69bdc4f2624773120ce",
            lambda: card_keys.code_lookup(ONE, "123456"),
        ),
        ("3af3a326caae793b1853dc7a9be6e691dd6a2d1ffc7969b4ed7ff5ccbde41f9a", lambda: document_link(LINK)),
        (
            "9ae034509c08dc22dd414a449c3bde6d1db1ea701d8e493e57ba99c023391aed",
            lambda: lookup_hash("phone", "+84912345678"),
        ),
        (
            "e9f3d65fd83394fb9fccfe217273a71f718c907eb280b37ef09ab4135a802fe0",
            lambda: lookup_hash("citizen_id", "082051001234"),
        ),
        ("4b8a1055f38686b0eda40211a0d70282", lambda: tail_lookup("+84912345678", 1951)),
    ],
)
def test_what_is_kept_is_found_again(kept: str, now: Callable[[], str]) -> None:
    assert now() == kept


CONTENT = ReportContent(
    form="nd30",
    programme="Chuyển đổi số",
    programme_code="my-tho-2023",
    unit="Thành Đoàn",
    unit_code="my-tho",
    kind="month",
    first_day=date(2023, 10, 1),
    last_day=date(2023, 10, 31),
    head=DocumentHead("", "Thành Đoàn", "BC", "Mỹ Tho", DAY, "Báo cáo", "Tháng 10"),
    lines=(
        ReportLine(
            "portal", "Cổng dịch vụ công", "work", "people", "người", 100, 7, 42, 50, 1, 840, 6, 3, 120, "on", "Đúng tiến độ",
            9, 60, (0, 1, 2, 3, 4), "1,5 %", 2, 45, "/programmes/",
        ),
        ReportLine("clubs", "Câu lạc bộ", "state", "people", "câu lạc bộ", None, None, None),
    ),
    columns=(ReportColumn("portal", "Cổng"), ReportColumn("members-all", "Đoàn viên")),
    units=(UnitRow(1, "Phường 4", ("7", "120")),),
    sums=("7", "120"),
)  # fmt: skip


def test_the_numbers_of_a_frozen_report_have_the_hash_they_had() -> None:
    kept = "af77310a63071f035c15081779aecdb4a8d411cb21f309ea58f6cee64fc09685"
    assert sha256(numbers(CONTENT)).hexdigest() == kept
    erased = replace(CONTENT, lines=(replace(CONTENT.lines[0], erased=5, path="/x/"), CONTENT.lines[1]))
    assert sha256(numbers(erased)).hexdigest() == kept


class _Pair(NamedTuple):
    one: int
    two: str


def test_the_canonical_form_is_json_without_names() -> None:
    fields = canonical("proof", 3, 'Bảy "7"\n', 0, True, None, ONE, DAY, ("a", (False,), ()), HelperKind.YOUTH)
    assert fields == (
        '["proof",3,"Bảy \\"7\\"\\n",0,true,null,"00000000-0000-0000-0000-000000000001","2023-11-12",["a",[false],[]],"youth"]'
    )
    for odd in (_Pair(1, "a"), {"a": 1}, AT, 1.5, [1], b"x"):
        with pytest.raises(TypeError):
            canonical("proof", 1, odd)
