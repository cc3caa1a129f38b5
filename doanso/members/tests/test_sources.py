"""What a figure of members opens down to."""

from datetime import date

from doanso.access.actions import unmask
from doanso.ledger.ports import source_page
from doanso.lib.uuid7 import uuid7
from doanso.members.actions import exempt, set_absence
from doanso.members.families import LEAVE, STAY


def source_lines(actor, kind, ids):
    return [(line.title, line.detail, line.url) for line in source_page(kind)(actor=actor, ids=ids).values()]


def test_stays_are_named_for_whoever_may_open_them(register, django_assert_max_num_queries):
    tree = register.tree
    ids = [register.duc.pk, register.khang.pk, uuid7()]

    with django_assert_max_num_queries(8):
        lines = source_lines(tree.an, STAY, ids)

    hidden = ("Đoàn viên ngoài quyền xem của bạn", "", "")
    first = ("Nguyễn Hoàng Đức", "Chi đoàn Khu phố 1, Phường 4, từ 01/01/2020", f"/members/{register.duc.pk}/")
    assert lines == [first, hidden, hidden]


def test_an_inspector_reads_initials_first(register):
    tree = register.tree
    assert source_lines(tree.hanh, STAY, [register.duc.pk])[0][0] == "N. H. Đ."

    unmask(actor=tree.hanh, unit=tree.units["p4"], reason="Kiểm tra quý 4", minutes=30)

    assert source_lines(tree.hanh, STAY, [register.duc.pk])[0][0] == "Nguyễn Hoàng Đức"


def test_days_away_and_exemptions_name_their_reason(register):
    tree = register.tree
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    exemption = exempt(
        actor=tree.an,
        member=register.thuy,
        indicator="payment-members",
        reason="Chưa đủ tuổi",
        review_on=date(2024, 3, 1),
    )

    assert source_lines(tree.an, LEAVE, [absence.pk, exemption.pk]) == [
        ("Nguyễn Hoàng Đức", "Đi học xa, từ 01/09/2023", f"/members/{register.duc.pk}/"),
        ("Trần Thị Thủy", "Chưa đủ tuổi, từ 12/11/2023", f"/members/{register.thuy.pk}/"),
    ]
    assert source_lines(tree.hanh, LEAVE, [exemption.pk]) == [
        ("T. T. T.", "từ 12/11/2023", f"/members/{register.thuy.pk}/"),
    ]
    assert source_lines(tree.chi, LEAVE, [absence.pk]) == [("Đoàn viên ngoài quyền xem của bạn", "", "")]
