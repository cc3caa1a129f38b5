"""The texts of the demo's documents: invented after what committees really write."""

from doanso.documents.body.schema import parse
from doanso.documents.drafts import Draft

_TO_WARDS = ("Thường trực Tỉnh Đoàn (b/c)", "21 cơ sở Đoàn trực thuộc (t/h)", "Lưu VP")


def _text(words: str, *marks: str) -> dict[str, object]:
    return {"type": "text", "text": words} | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def _paragraph(*words: str) -> dict[str, object]:
    return {"type": "paragraph", "content": [_text(text) for text in words]}


def _heading(level: int, words: str) -> dict[str, object]:
    return {"type": "heading", "attrs": {"level": level}, "content": [_text(words)]}


def _body(*nodes: dict[str, object]) -> dict[str, object]:
    return {"type": "doc", "content": list(nodes)}


PLAN = Draft(
    profile="doan",
    kind="plan",
    summary="Đẩy mạnh chuyển đổi số trong công tác Đoàn và phong trào thanh thiếu nhi thành phố năm 2023",
    body=parse(
        _body(
            _paragraph(
                "Thực hiện chủ đề năm của Tỉnh Đoàn về chuyển đổi số, Ban Thường vụ Thành Đoàn xây dựng kế hoạch như sau:"
            ),
            _heading(1, "Mục đích, yêu cầu"),
            _paragraph("Đoàn viên là lực lượng đi đầu sử dụng và hướng dẫn người dân sử dụng các nền tảng số."),
            _paragraph("Việc làm được đến đâu thì ghi nhận đến đó, mỗi người, mỗi hộ kinh doanh chỉ tính một lần."),
            _heading(1, "Nội dung thực hiện"),
            _paragraph("100% đoàn viên có định danh điện tử mức 2 và tài khoản dịch vụ công trực tuyến."),
            _paragraph("Hỗ trợ 5.000 người dân đăng ký tài khoản dịch vụ công theo nguyên tắc 1+1 và 1+2."),
            _paragraph("Xây dựng 2 tuyến phố công nghệ số và 2 chợ thanh toán không dùng tiền mặt."),
            _heading(1, "Tổ chức thực hiện"),
            _paragraph("Các cơ sở Đoàn xây dựng kế hoạch trước ngày 20 tháng 3 và báo cáo kết quả hằng tháng."),
        )
    ),
    recipients=_TO_WARDS,
)
LETTER = Draft(
    profile="doan",
    kind="letter",
    summary="Rà soát số liệu hỗ trợ người dân trước khi chốt tháng 10",
    body=parse(
        _body(
            _paragraph(
                "Để chốt số liệu tháng 10 đúng hạn, Ban Thường vụ Thành Đoàn đề nghị các đơn vị rà soát hồ sơ còn thiếu bằng "
                "chứng, các lượt ghi trùng và trả lời trên hệ thống trước ngày 25 tháng 10."
            ),
            _paragraph("Trân trọng."),
        )
    ),
    addressees=("Ban Chấp hành các cơ sở Đoàn",),
    recipients=("Như trên", "Lưu VP"),
    division="VP",
)
STREET = Draft(
    profile="doan",
    kind="plan",
    summary="Xây dựng “Tuyến phố công nghệ số” thứ hai năm 2023",
    body=parse(
        _body(
            _paragraph(
                "Thực hiện chủ đề năm 2023 “Đẩy mạnh chuyển đổi số”, Ban Thường vụ Thành Đoàn xây dựng kế hoạch như sau:"
            ),
            _heading(1, "Mục đích, yêu cầu"),
            _paragraph(
                "Hoàn thành chỉ tiêu xây dựng 2 “Tuyến phố công nghệ số” với 9 nội dung, tiêu chí về khả năng tiếp cận thông "
                "tin, việc tham gia chuyển đổi số của hộ dân và hộ kinh doanh, số hoá điểm công cộng trên tuyến phố."
            ),
            _paragraph("Tổ công nghệ số cộng đồng thực hiện theo nguyên tắc 1+1 khi đến tận hộ gia đình."),
            _heading(1, "Nội dung thực hiện"),
            _paragraph("Khảo sát hiện trạng 9 tiêu chí, hoàn thành trước ngày 18 tháng 11."),
            _paragraph("Phối hợp ngân hàng, viễn thông hỗ trợ cửa hàng mở tài khoản và lắp mã VietQR."),
        )
    ),
    recipients=_TO_WARDS,
)
WARD_PLAN = Draft(
    profile="doan",
    kind="plan",
    summary="Đến từng nhà hỗ trợ người dân đăng ký tài khoản dịch vụ công tháng 11",
    body=parse(
        _body(
            _paragraph("Căn cứ kế hoạch của Thành Đoàn, Ban Chấp hành Đoàn phân công các chi đoàn như sau:"),
            _paragraph("Mỗi chi đoàn lập ít nhất hai cặp 1+1, đi vào các buổi tối thứ Ba, thứ Năm và sáng Chủ nhật."),
            _paragraph("Kết quả ghi trên điện thoại ngay tại nhà, có biên nhận để người dân xác nhận."),
        )
    ),
    recipients=("Các chi đoàn trực thuộc (t/h)", "Lưu VP"),
)
