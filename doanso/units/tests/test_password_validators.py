"""Passwords that everybody here tries first are refused, with the advice what to choose."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from doanso.accounts.models import User
from doanso.testing import Tree
from doanso.units.models import UnitName
from doanso.units.password_validators import ExpectedPasswordValidator, is_made_of, names_to_try

pytestmark = pytest.mark.django_db

ADVICE = (
    "Mật khẩu này ở đây ai cũng thử trước: từ quen thuộc hoặc tên đơn vị kèm vài chữ số. "
    "Chọn một câu ngắn chỉ mình bạn biết."
)


@pytest.mark.parametrize(
    "password", ["matkhau123", "Mật khẩu@2026", "doanvien123", "Doan.Vien.2026", "ChiDoan-123456", "thanhnien2026!"]
)
def test_familiar_words_with_digits_are_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert ADVICE in refused.value.messages


def test_a_units_name_with_a_year_is_refused_with_and_without_marks(tree: Tree) -> None:
    UnitName.objects.filter(unit=tree.units["p4"]).update(name="Đoàn Phường Đạo Thạnh", short_name="Phường Đạo Thạnh")
    for password in ("Đạo Thạnh 2026", "daothanh2026", "PhuongDaoThanh@26", "doan-phuong-dao-thanh-1"):
        with pytest.raises(ValidationError):
            ExpectedPasswordValidator().validate(password)


def test_the_user_name_itself_is_refused() -> None:
    user = User(username="phuong4.thuky", display_name="Trần Thị Bình")
    with pytest.raises(ValidationError) as refused:
        validate_password("phuong4.thuky", user)
    assert "tên đăng nhập" in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    "password", ["mat-khau-dai-de-thu", "một câu chỉ mình tôi biết", "đoàn viên thích ăn chè", "94710283746"]
)
def test_sentences_stay_possible(tree: Tree, password: str) -> None:
    ExpectedPasswordValidator().validate(password)


def test_the_proper_part_of_a_name_is_tried_without_its_kind() -> None:
    assert names_to_try("Phường Mỹ Tho") == {"phuongmytho", "mytho"}
    assert names_to_try("Phường 4") == {"phuong"}


def test_words_count_only_when_nothing_else_is_left() -> None:
    assert is_made_of("ab12ab", {"ab"})
    assert not is_made_of("abc", {"ab"})
    assert not is_made_of("2026", {"ab"})
