"""The demo's partners: a bank, a telecom company, the Economic Division and two market boards, with agreements and undertakings.

One agreement runs out within the month, one was renewed, one is a document that came; one partner has ended. All names are
invented.
"""

from collections.abc import Sequence
from datetime import date

from doanso.accounts.models import User
from doanso.documents.ports import incoming_book
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.partners import actions, kinds
from doanso.partners.actions import AgreementInput, AgreementPaper, ContactInput, PartnerInput, UndertakingInput
from doanso.partners.models import Agreement, Partner, Undertaking
from doanso.units.models import Unit, UnitKind

BANK, TELECOM, WALLET = "Ngân hàng Bến Tre Xanh (mẫu)", "Viễn thông Cửu Long (mẫu)", "Ví Sông Tiền (mẫu)"
DIVISION, MARKET_BOARD = "Phòng Kinh tế thành phố Mỹ Tho", "Ban quản lý chợ Mỹ Tho"
WARD_MARKET_BOARD = "Ban quản lý chợ phiên (mẫu)"
_ENTERED = date(2023, 3, 6)
_LETTER = "2145/UBND-VX"


def year(
    city: Unit, *, officer: User, wards: Sequence[tuple[Unit, User]], until: date, printed: str
) -> list[DatedAction]:
    """Return the dated actions up to a day; `printed` is the ward whose secretary signs in, which keeps a market board."""
    grassroots = [ward for ward in wards if ward[0].kind == UnitKind.GRASSROOTS] or list(wards)
    ward = next((ward for ward in grassroots if ward[0].code == printed), grassroots[0])
    story = _PartnerStory(city, officer, *ward)
    schedule: list[DatedAction] = [
        (_ENTERED, story.enter),
        (date(2023, 3, 16), SeparateAction(story.agree)),
        (date(2023, 3, 20), story.undertake),
        (date(2023, 7, 3), SeparateAction(story.renew)),
        (date(2023, 7, 31), story.end_wallet),
        (date(2023, 10, 12), story.settle),
        (date(2023, 11, 1), actions.notify_of_expiring),
        (date(2023, 11, 10), SeparateAction(story.link_letter)),
    ]
    return [entry for entry in schedule if entry[0] <= until]


class _PartnerStory:
    def __init__(self, city: Unit, officer: User, ward: Unit, secretary: User) -> None:
        self.city, self.officer = city, officer
        self.ward, self.secretary = ward, secretary

    def _partner(self, name: str) -> Partner:
        return Partner.objects.get(name=name, unit__in=(self.city, self.ward))

    def _agreement(self, name: str) -> Agreement:
        return Agreement.objects.get(partner=self._partner(name), renewal=None)

    def enter(self) -> None:
        """Enter the partners, each with a contact."""
        for name, short_name, kind, address, contact in (
            (
                BANK,
                "Bến Tre Xanh",
                kinds.BANK,
                "12 Nguyễn Huệ, Phường 1",
                ("Lê Thị Thu Ngân", "Trưởng phòng giao dịch"),
            ),
            (TELECOM, "Cửu Long", kinds.TELECOM, "45 Ấp Bắc, Phường 4", ("Trương Minh Khôi", "Phụ trách điểm bán")),
            (WALLET, "Ví Sông Tiền", kinds.WALLET, "", ("Phan Gia Hân", "Quản lý khu vực")),
            (
                DIVISION,
                "Phòng Kinh tế",
                kinds.ECONOMIC_DIVISION,
                "36 Hùng Vương, Phường 7",
                ("Đoàn Văn Lộc", "Phó Trưởng phòng"),
            ),
            (MARKET_BOARD, "BQL chợ Mỹ Tho", kinds.MARKET_BOARD, "Chợ Mỹ Tho, Phường 1", ("Hồ Thị Kim Chi", "Phó ban")),
        ):
            self._enter(self.city, self.officer, PartnerInput(kind, name, short_name, address), contact)
        board = PartnerInput(
            kinds.MARKET_BOARD, WARD_MARKET_BOARD, "BQL chợ phiên", note="Họp ngày 10, 20, 30 âm lịch."
        )
        self._enter(self.ward, self.secretary, board, ("Nguyễn Văn Út", "Trưởng ban"))

    def _enter(self, unit: Unit, actor: User, inputs: PartnerInput, contact: tuple[str, str]) -> None:
        partner = actions.create_partner(actor=actor, unit=unit, inputs=inputs)
        name, post = contact
        number = f"0273{3_870_000 + 17 * len(name) + 5 * len(post)}"
        actions.add_contact(actor=actor, partner=partner, inputs=ContactInput(name, post, number))

    def agree(self) -> None:
        """Enter the agreements of the spring; the bank's with its paper."""
        paper = AgreementPaper(
            "Thỏa thuận phối hợp 05-TTHT.pdf", _paper("THOA THUAN PHOI HOP SO 05/TTHT-2023 (ban mau)")
        )
        terms = "Cùng làm chợ và tuyến phố không tiền mặt; ngân hàng cử nhân viên mở tài khoản tại chỗ, tự thẩm định khách hàng."
        agreements = (
            (BANK, AgreementInput(
                "Thỏa thuận phối hợp thanh toán không tiền mặt", date(2023, 3, 15), date(2023, 6, 30), date(2023, 3, 15),
                "05/TTHT-2023", terms,
            ), paper),
            (TELECOM, AgreementInput(
                "Biên bản ghi nhớ hỗ trợ hạ tầng số", date(2023, 3, 16), date(2023, 11, 30), date(2023, 3, 16), "07/BBGN-2023",
                "Wi-Fi miễn phí tại chợ và nhà văn hóa, chữ ký số miễn phí năm đầu cho người dân.",
            ), None),
            (WALLET, AgreementInput("Thỏa thuận truyền thông", date(2023, 3, 16), date(2023, 12, 31)), None),
            (DIVISION, AgreementInput(
                "Kế hoạch phối hợp xây dựng chợ không tiền mặt", date(2023, 3, 16), date(2023, 12, 31),
                terms="Chọn chợ, làm việc với ban quản lý, kiểm tra hằng tháng.",
            ), None),
        )  # fmt: skip
        for name, inputs, file in agreements:
            actions.add_agreement(actor=self.officer, partner=self._partner(name), inputs=inputs, paper=file)

    def undertake(self) -> None:
        """Write down what the partners do."""
        for name, kind, text, quantity, due_on in (
            (BANK, "markets", "Làm mã thanh toán và hướng dẫn tiểu thương tại các chợ điểm", 2, date(2023, 11, 30)),
            (
                BANK,
                "accounts",
                "Mở tài khoản cho hộ kinh doanh và người dân tại các đợt ra quân",
                1500,
                date(2023, 12, 25),
            ),
            (BANK, "prizes", "Quà cho người thanh toán lần đầu tại ngày hội", 200, date(2023, 10, 10)),
            (
                TELECOM,
                "equipment",
                "Lắp Wi-Fi miễn phí tại chợ Mỹ Tho và hai nhà văn hóa khu phố",
                3,
                date(2023, 10, 31),
            ),
            (TELECOM, "courses", "Lớp dùng điện thoại thông minh cho người lớn tuổi", 6, date(2023, 9, 30)),
            (DIVISION, "markets", "Cùng chọn và thẩm định chợ không tiền mặt", 2, date(2023, 12, 15)),
            (MARKET_BOARD, "other", "Gửi danh sách sạp hằng quý và thông báo sạp đổi chủ", None, None),
        ):
            partner = self._partner(name)
            agreement = Agreement.objects.filter(partner=partner).first()
            actions.add_undertaking(
                actor=self.officer,
                partner=partner,
                inputs=UndertakingInput(
                    kind, text, quantity, due_on=due_on, agreement_id=agreement.pk if agreement is not None else None
                ),
            )
        actions.add_undertaking(
            actor=self.secretary,
            partner=self._partner(WARD_MARKET_BOARD),
            inputs=UndertakingInput(
                "other", "Dành một sạp làm bàn hướng dẫn trong các phiên chợ", due_on=date(2023, 11, 20)
            ),
        )

    def renew(self) -> None:
        """Renew the bank's agreement for a year."""
        agreement = self._agreement(BANK)
        actions.renew_agreement(
            actor=self.officer,
            agreement=agreement,
            read=agreement.version,
            inputs=AgreementInput(
                agreement.title,
                date(2023, 7, 1),
                date(2024, 6, 30),
                date(2023, 6, 28),
                "11/TTHT-2023",
                agreement.terms,
            ),
            paper=AgreementPaper("Gia hạn 11-TTHT.pdf", _paper("GIA HAN THOA THUAN SO 11/TTHT-2023 (ban mau)")),
        )

    def end_wallet(self) -> None:
        """End the work with the wallet."""
        partner = self._partner(WALLET)
        reason = "Đơn vị rút điểm giao dịch khỏi địa bàn."
        actions.end_partner(actor=self.officer, partner=partner, read=partner.version, reason=reason)

    def settle(self) -> None:
        """Write down what became of the prizes and of the classes."""
        for kind, state, quantity, note in (
            ("prizes", "kept", 200, ""),
            ("courses", "partly", 4, "Hai lớp dời sang tháng 12 vì trùng lịch thu hoạch."),
        ):
            undertaking = Undertaking.objects.get(kind=kind, unit=self.city)
            actions.complete_undertaking(
                actor=self.officer,
                undertaking=undertaking,
                read=undertaking.version,
                state=state,
                done_quantity=quantity,
                note=note,
            )

    def link_letter(self) -> None:
        """Link the letter of the People's Committee, which came, to the Economic Division's agreement."""
        entries = incoming_book().latest_entries(actor=self.officer, most=20)
        letter = next((entry for entry in entries if entry.notation == _LETTER), None)
        agreement = self._agreement(DIVISION)
        actions.change_agreement(
            actor=self.officer,
            agreement=agreement,
            read=agreement.version,
            inputs=AgreementInput(
                agreement.title,
                agreement.valid_from,
                agreement.valid_until,
                terms=agreement.terms,
                incoming_id=letter.number_id if letter is not None else None,
            ),
        )


def _paper(text: str) -> bytes:
    """Return a PDF of one page with one line of plain letters."""
    stream = f"BT /F1 14 Tf 72 770 Td ({text}) Tj ET".replace("(ban mau)", "\\(ban mau\\)").encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
