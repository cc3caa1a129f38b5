"""Every fault of a signature has its own sentence: what it means, and what to do."""

import io

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from doanso.signing.tests.attacks.making import base, now, pdf, pki, signed, single, stream, trusted
from doanso.signing.verdict_messages import VerdictMessage, describe_verdict
from doanso.signing.verification import VerdictState
from doanso.signing.verification.examine import examine

pytestmark = pytest.mark.sqlite_only

STALE = "Chữ ký này không còn đúng với tệp hiện nay."
OTHER_CONTENT = {4: stream(b"BT /F1 24 Tf 72 700 Td (quyen gop 900.000 dong) Tj ET")}


def message_of(data: bytes) -> VerdictMessage:
    return describe_verdict(examine(data, trusted(), now()))


@pytest.mark.parametrize(
    ("who", "head", "standing"),
    [
        (
            "expired",
            "Chứng thư số của người ký đã hết hạn",
            "Chữ ký được tạo cho chính tệp này; không có gì chứng minh khi đó chứng thư còn hạn.",
        ),
        (
            "revoked",
            "Chứng thư số của người ký đã bị thu hồi",
            "Chữ ký được tạo cho chính tệp này; không có gì chứng minh đã ký trước khi thu hồi.",
        ),
    ],
)
def test_a_fault_of_the_certificate_is_no_change_of_the_file(who, head, standing):
    message = message_of(signed(base(), getattr(pki(), who)))
    assert (message.head, message.fault, message.signatures[0].standing) == (head, head, standing)
    assert message.verdict.state is VerdictState.BROKEN
    assert message.advice != message_of(pdf(OTHER_CONTENT, before=single())).advice


@pytest.mark.parametrize("who", ["expired", "revoked"])
def test_a_changed_file_is_called_so_whatever_its_certificate(who):
    message = message_of(pdf(OTHER_CONTENT, before=signed(base(), getattr(pki(), who))))
    assert (message.fault, message.signatures[0].standing) == ("", STALE)
    assert "changed" in message.verdict.codes


def test_a_changed_file_keeps_its_sentences():
    message = message_of(pdf(OTHER_CONTENT, before=single()))
    assert (message.head, message.fault) == ("Tệp đã bị sửa sau khi ký", "")
    assert message.signatures[0].standing == STALE


def test_an_unknown_authority_leaves_the_signature_standing():
    message = message_of(signed(base(), pki().stranger))
    assert (message.verdict.state, message.fault, message.signatures[0].standing) == (VerdictState.UNKNOWN, "", "")


def test_a_good_signature_beside_an_expired_one_holds_by_itself():
    message = message_of(signed(signed(base(), pki().expired), pki().city, "office"))
    assert message.head == "Chứng thư số của người ký đã hết hạn"
    assert message.signatures[1].standing == "Riêng chữ ký này vẫn đúng với phần nó bao trùm."


def test_an_added_empty_place_is_named():
    writer, output = IncrementalPdfFileWriter(io.BytesIO(single())), io.BytesIO()
    fields.append_signature_field(writer, fields.SigFieldSpec("Signature2", box=(72, 300, 250, 360)))
    writer.write(output)
    message = message_of(output.getvalue())
    assert message.verdict.state is VerdictState.CHANGED
    assert message.head == "Có ô chữ ký trống được thêm vào sau khi ký"
    assert message.advice == (
        "Chưa ai ký vào ô đó, và ô có thể che nội dung. Hãy xin cơ quan gửi lại tệp như khi ký xong; ai cần ký thì ký vào tệp ấy."
    )
    assert message.signatures[0].standing == "Sau chữ ký này có ô chữ ký khác được thêm vào mà chưa ai ký."
    assert message.signatures[0].changes == (("Có thêm một ô chữ ký trống, chưa ai ký.", False),)


def test_an_organisation_before_the_person_is_explained():
    message = message_of(signed(signed(base(), pki().city, "office"), pki().an))
    assert message.verdict.state is VerdictState.VALID
    sentence = (
        "Cơ quan ký trước cá nhân, trong khi theo thể thức cá nhân ký trước. Hai chữ ký đều đúng; nên hỏi cơ quan xem chữ ký cá "
        "nhân có phải do họ thêm không."
    )
    assert message.notes == (sentence,)
