"""A password is long, uncommon and holds nothing others know of its owner; a sentence with an everyday syllable is allowed."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from doanso.accounts import actions
from doanso.accounts.rules import contains_name
from doanso.lib.problems import Refused

NAMES = ("ngvan.an1998", "Nguyễn Văn An")


@pytest.mark.parametrize(
    "password",
    [
        *("nguyenvanan", "NguyenVanAn@2024", "an.nguyen.van!!", "Nguyễn Văn Án 1", "anvannguyen99", "annguyen2024"),
        *("xx van an xx dai lam", "nguyễn-an-26-3-1931", "ngvan.an1998 la toi", "ngvanan1998!", "Văn.Nguyễn~~~~~~~"),
        *("an1234567890", "Nguyen20240101", "0912345678abc", "abc 912 345 678", "+84912345678", "x5.345.678.2.345678"),
        "hoa 2345678 hoa hồng",
    ],
)
def test_the_name_however_written_and_the_phone_are_refused(password):
    assert contains_name(password, names=NAMES, phone_number="0912345678")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "một câu chỉ mình tôi biết",
            "ăn sáng lúc sáu giờ",
            "mat-khau-dai-de-thu",
            "năm 1998 tôi đi học",
            "xanh-tim-vang-do",
        ),
        *("0987654321 gọi nhầm rồi", "cafe sữa đá 678"),
    ],
)
def test_sentences_stay_possible(password):
    assert not contains_name(password, names=NAMES, phone_number="0912345678")


@pytest.mark.parametrize(
    ("names", "password", "is_refused"),
    [
        (("minh", "Lê Minh"), "một câu chỉ mình tôi biết", False),
        (("minh", "Lê Minh"), "minhminh2024", True),
        (("minh", "Lê Minh"), "minh le 2024 dep trai", True),
        (("khoa", "Huỳnh Đăng Khoa"), "khoa học là niềm vui", False),
        (("khoa", "Huỳnh Đăng Khoa"), "Dang Khoa hoc gioi", True),
        (("0", ""), "một câu bất kỳ nào đó", False),
        (("a.b", "A"), "bàn tay nắm bàn tay", False),
    ],
)
def test_short_names_are_judged_by_what_else_is_there(names, password, is_refused):
    assert contains_name(password, names=names) is is_refused


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["khoa.huynh.2024", "HuynhDangKhoa#1", "ma 0912 345 678", "+84912345678"])
def test_every_way_to_a_password_refuses_them(tree, as_user, client, password):
    actions._set_phone(tree.khoa, "0912345678")
    tree.khoa.save()
    code = actions.issue_code(actor=tree.an, user=tree.khoa)

    with pytest.raises(Refused, match="password_weak"):
        actions.set_password(actor=tree.khoa, user=tree.khoa, password=password)
    words = {"login": "khoa", "code": code, "password": password, "again": password}
    answer = client.post("/password/code/", words)
    assert answer.status_code == 422
    assert "Mật khẩu có chứa họ tên" in answer.content.decode()
    change = {"oldpassword": "mat-khau-dai-de-thu", "password1": password, "password2": password}
    assert "Mật khẩu có chứa họ tên" in as_user(tree.khoa).post("/password/", change).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("ngan gon", "Mật khẩu chưa đủ 10 ký tự. Hãy thêm từ, ví dụ cho thành một câu ngắn."),
        (
            "1234567890",
            "Nhiều người dùng mật khẩu này nên rất dễ bị đoán ra. Hãy chọn một câu ngắn chỉ mình bạn biết.",
        ),
    ],
)
def test_a_short_and_a_common_password_are_refused_in_vietnamese_with_what_to_do(tree, as_user, password, message):
    with pytest.raises(Refused) as refused:
        actions.set_password(actor=tree.khoa, user=tree.khoa, password=password)
    assert refused.value.problem.message == message
    change = {"oldpassword": "mat-khau-dai-de-thu", "password1": password, "password2": password}
    assert message in as_user(tree.khoa).post("/password/", change).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["Huynh.Dang.Khao", "huynnh dang khoaa"])
def test_what_is_only_like_the_name_is_refused_in_vietnamese(tree, password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, tree.khoa)
    assert [error.code for error in refused.value.error_list] == ["password_contains_name"]
    assert refused.value.messages[0].startswith("Mật khẩu có chứa họ tên")
