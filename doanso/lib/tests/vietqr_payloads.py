"""Payment codes published by others, and what they say; the contract with the phones repeats them."""

from doanso.lib.vietqr import VietQR

KNOWN: dict[str, VietQR] = {
    # The package vietnam-qr-pay.
    "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F": VietQR(
        "970416", "257678859"
    ),
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien630453E6": (
        VietQR("970416", "257678859", amount=10_000, purpose="Chuyen tien", is_dynamic=True)
    ),
    # The examples of the specification of NAPAS: to an account and to a card, with and without an amount.
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E": (  # noqa: E501 -- literal, to be found by searching
        VietQR(
            "970403", "0011012345678", amount=180_000, bill="NPS6869", purpose="thanh toan don hang", is_dynamic=True
        )
    ),
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F": VietQR(
        "970403", "0011012345678"
    ),
    "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52": VietQR(
        "970403", "9704031101234567", "card"
    ),
    "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203": (  # noqa: E501 -- literal, to be found by searching
        VietQR(
            "970403",
            "9704031101234567",
            "card",
            amount=180_000,
            bill="NPS6869",
            purpose="thanh toan don hang",
            is_dynamic=True,
        )
    ),
    # The package napas-qr-python: for one payment, although it says no amount.
    "00020101021238540010A00000072701240006970436011010319334300208QRIBFTTA53037045802VN62220818Thanh toan hoa don6304E8A4": (
        VietQR("970436", "1031933430", purpose="Thanh toan hoa don", is_dynamic=True)
    ),
    # Made by hand, with an invented account.
    "00020101021138540010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN5917CO SO TAP HOA MAU6006MY THO62280310CHO MY THO0810THANH TOAN6304BC7D": (  # noqa: E501 -- literal, to be found by searching
        VietQR(
            "970436",
            "0123456789",
            merchant_name="CO SO TAP HOA MAU",
            city="MY THO",
            store="CHO MY THO",
            purpose="THANH TOAN",
        )
    ),
}

WRONG_FORMAT = "00020001021238570010A00000072701270006970436011308810004580860208QRIBFTTA53037045802VN6304CD60"
"""Its check digits are right and its format is 00: they alone are no validation."""
