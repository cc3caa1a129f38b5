"""Texts with a mark of secrecy, and texts that only mention secrets."""

import unicodedata

import pytest

from doanso.documents.secrecy import SecrecyLevel, find_mark, refuse_secret
from doanso.lib.problems import Refused

pytestmark = pytest.mark.sqlite_only

S, T, H = SecrecyLevel.CLASSIFIED, SecrecyLevel.HIGH, SecrecyLevel.HIGHEST
HEAD = "TỈNH ĐOÀN TIỀN GIANG\nBCH THÀNH PHỐ MỸ THO\n***\nSố: 01-BC/TĐTN\n"
TAIL = "\nMỹ Tho, ngày 05 tháng 3 năm 2026\nBÁO CÁO\nTình hình công tác\n"

MARKED = {
    "MẬT": S,
    "Mật": S,
    "mật": S,
    "TỐI MẬT": T,
    "Tối mật": T,
    "tối mật": T,
    "TUYỆT MẬT": H,
    "Tuyệt Mật": H,
    "tuyệt mật": H,
    unicodedata.normalize("NFD", "TUYỆT MẬT"): H,
    unicodedata.normalize("NFD", "Mật"): S,
    "M Ậ T": S,
    "T Ố I   M Ậ T": T,
    "T U Y Ệ T  M Ậ T": H,
    "TUYỆT  MẬT": H,
    "TUYỆT\u00a0MẬT": H,
    "M\u200bẬT": S,
    "[MẬT]": S,
    "( Tối mật )": T,
    "| MẬT |": S,
    "│ TUYỆT MẬT │": H,
    "*** MẬT ***": S,
    "--- TỐI MẬT ---": T,
    "■ MẬT": S,
    "“MẬT”": S,
    "MẬT.": S,
    "ＭẬＴ": S,
    "МẬТ": S,
    "Độ mật: Mật": S,
    "Độ mật: TỐI MẬT": T,
    "ĐỘ MẬT : Tuyệt mật": H,
    "Mức độ mật: Tối mật": T,
    "Cấp độ mật: Mật": S,
    "Dấu độ mật: MẬT": S,
    "Mức độ: Mật": S,
    "TÀI LIỆU MẬT": S,
    "VĂN BẢN TỐI MẬT": T,
    "HỒ SƠ TUYỆT MẬT": H,
    "MẬT - HOẢ TỐC": S,
    "TỐI MẬT / KHẨN": T,
    "TUYỆT MẬT – TÀI LIỆU THU HỒI": H,
    "HỎA TỐC, MẬT": S,
    "MẬT Mỹ Tho, ngày 05 tháng 3 năm 2026": S,
    "TUYỆT MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": H,
    "Số: 01-BC/TĐTN TỐI MẬT": T,
    "ĐOÀN TNCS HỒ CHÍ MINH MẬT": S,
    "MẬT    Kính gửi: Thường trực Tỉnh Đoàn": S,
    "Bản số 02\tTUYỆT MẬT": H,
    "TUYỆT MẬT – KHÔNG SAO CHỤP": H,
    "Độ mật\tMật": S,
    "Mật\tMỹ Tho, ngày 05 tháng 3 năm 2026": S,
    "TUYỆT\nMẬT": H,
    "Tối\nMật": T,
    "M\nẬ\nT": S,
    "T\nỐ\nI\nM\nẬ\nT": T,
    "MËT": S,
    "TUYÖT MËT": H,
    "TOÁI MAÄT": T,
    "TUYET MAT": H,
}

PLAIN = [
    "Công tác bảo mật thông tin",
    "BẢO MẬT",
    "CÔNG TÁC BẢO MẬT",
    "BÍ MẬT NHÀ NƯỚC",
    "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "KẾ HOẠCH TĂNG CƯỜNG BẢO\nMẬT",
    "Chính sách Bảo\nMật",
    "Giữ gìn bí\nmật",
    "Quy định về giữ gìn bí mật và bảo\nmật của cơ quan",
    "Các đồng chí phải tuyệt đối giữ kín những việc được coi là\ntuyệt mật",
    "Mật độ dân số",
    "MẬT ĐỘ DÂN SỐ",
    "Mật khẩu",
    "MẬT KHẨU",
    "Mật ong rừng U Minh",
    "Mật mã",
    "Cơ mật viện",
    "Hội mật vụ",
    "Thân mật",
    "Tỉ mật",
    "Văn bản ghi dấu “tuyệt mật” không được đưa lên hệ thống.",
    "Không soạn văn bản Mật, Tối mật, Tuyệt mật trên máy có nối mạng.",
    "Các mức độ mật gồm: Mật, Tối mật, Tuyệt mật.",
    "Độ mật: Thường",
    "Độ mật: Không",
    "Độ mật:",
    "Độ mật: Mật / Tối mật / Tuyệt mật",
    "Độ mật: ☐ Mật ☐ Tối mật ☐ Tuyệt mật",
    "Mật, Tối mật, Tuyệt mật",
    "Số văn bản mật đã cấp: 3",
    "SỔ SỐ VĂN BẢN MẬT ĐI NĂM 2026",
    "QUY ĐỊNH VỀ QUẢN LÝ TÀI LIỆU MẬT",
    "Về việc tiêu hủy tài liệu mật",
    "Kế hoạch bảo quản\ntài liệu mật",
    "Tuyệt đối bảo mật",
    "TUYỆT ĐỐI BẢO MẬT",
    "LƯU HÀNH NỘI BỘ",
    "HOẢ TỐC",
    "KHẨN",
    "Tối nay họp",
    "TUYỆT VỜI",
    "MAT",
    "Mất",
    "MẶT",
    "MẶT TRẬN TỔ QUỐC",
    "Mắt",
    "MẬT THƯ TRẠI HÈ",
    "Trò chơi mật thư",
    "Số: 02-KH/TĐTN BẢO MẬT",
    "V/v tăng cường BẢO MẬT",
    "V/v tổ chức tập huấn công tác bảo vệ bí mật",
    "1\tNguyễn Văn\tMật\t1998",
    "Nguyễn Văn Mật",
    "A\nB\nC",
    "M",
]


@pytest.mark.parametrize(("mark", "level"), list(MARKED.items()))
def test_mark_in_the_head_is_found(mark, level):
    result = find_mark([HEAD + mark + TAIL])

    assert result is not None
    assert (result.level, result.page) == (level, 1)


@pytest.mark.parametrize("words", PLAIN)
def test_words_about_secrets_are_no_mark(words):
    assert find_mark([HEAD + words + TAIL]) is None


def test_capitals_are_a_mark_wherever_they_stand():
    filler = "Nội dung công tác trong tháng của đơn vị.\n" * 60

    assert find_mark(["Trang bìa.", filler + "TUYỆT MẬT\n" + filler]).page == 2
    assert find_mark([filler + "Mật\n" + filler]) is None


def test_mark_at_the_foot_or_in_a_box():
    filler = "Nội dung công tác trong tháng của đơn vị.\n" * 60

    assert find_mark([filler + "Mật"]).level == S
    assert find_mark([filler], aside=["Tối mật"]).level == T
    assert find_mark([filler], aside=["Chính sách bảo mật của đơn vị"]) is None


def test_refusal_names_the_law_and_what_to_do():
    with pytest.raises(Refused) as refused:
        refuse_secret([HEAD + "T U Y Ệ T   M Ậ T" + TAIL], field="upload")

    problem = refused.value.problem
    assert (problem.code, problem.field) == ("document_secret", "upload")
    for words in ("TUYỆT MẬT", "117/2025/QH15", "01/03/2026", "Internet", "số và ngày"):
        assert words in problem.message


def test_nothing_is_refused_without_a_mark():
    refuse_secret([HEAD + TAIL])
    assert find_mark([]) is None
    assert find_mark(["", "\n\n"]) is None
