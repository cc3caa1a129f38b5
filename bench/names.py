"""Somebody's name and year of birth, as people here are called."""

import random

_FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đinh Mai Lâm Tô Châu".split()
_MIDDLE = "Văn Thị Hoàng Minh Ngọc Thanh Quốc Gia Đức Kim Hữu Tuấn Bảo Khánh Thùy Mỹ Anh Xuân Thu Đình".split()
_GIVEN = (
    "An Bình Châu Dũng Đức Giang Hà Hòa Huy Khang Khoa Lan Linh Long Mai Minh Nam Ngân Nhi Phát Phúc Phương Quân Quỳnh Sơn "
    "Tâm Thảo Thịnh Thủy Trâm Trang Trí Trung Tuấn Uyên Vân Vinh Vy Yến"
).split()


def somebody(pick: random.Random) -> tuple[str, int]:
    """A name of four words, and a year of birth."""
    words = (pick.choice(_FAMILY), pick.choice(_MIDDLE), pick.choice(_MIDDLE), pick.choice(_GIVEN))
    return " ".join(words), pick.randrange(1935, 2005)
