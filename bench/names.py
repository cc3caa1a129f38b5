"""Invented names of people for the benches, distributed as Vietnamese names are."""

import random

_FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đinh Mai Lâm Tô Châu".split()
_MIDDLE = "Văn Thị Hoàng Minh Ngọc Thanh Quốc Gia Đức Kim Hữu Tuấn Bảo Khánh Thùy Mỹ Anh Xuân Thu Đình".split()
_GIVEN = (
    "An Bình Châu Dũng Đức Giang Hà Hòa Huy Khang Khoa Lan Linh Long Mai Minh Nam Ngân Nhi Phát Phúc Phương Quân Quỳnh Sơn "
    "Tâm Thảo Thịnh Thủy Trâm Trang Trí Trung Tuấn Uyên Vân Vinh Vy Yến"
).split()


def full_name(pick: random.Random) -> str:
    """Return a name of four words."""
    return " ".join(map(pick.choice, (_FAMILY, _MIDDLE, _MIDDLE, _GIVEN)))


def somebody(pick: random.Random) -> tuple[str, int]:
    """Return a resident's name and year of birth."""
    return full_name(pick), pick.randrange(1935, 2005)
