"""Anybody verifies a document: by its code, by its address, by the file. Nobody signs in, nothing is kept."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.signing.actions import tries
from doanso.signing.actions.public import publish_file, recall_file, replace_file, reserve_code
from doanso.signing.models import PublicFile, VerifyTries
from doanso.signing.tests.attacks.making import double, pki, single
from doanso.signing.tests.pki import certificate_row, trust
from doanso.signing.verification_codes import format_code, qr_png, qr_svg, read_code

pytestmark = pytest.mark.django_db

ISSUER = "Thành Đoàn Mỹ Tho"


@pytest.fixture
def believed(tree):
    """The cast's root has legal force here, and the city's seal is known."""
    trust(legal_force=True)
    certificate_row(pki().city, unit=tree.units["my-tho"], user=None, added_by=tree.giang)


def issued(tree, content: bytes, *, number: str = "12-KH/TĐTN", **options: object) -> PublicFile:
    """A file with its code, issued."""
    blob = files.store(source=content, name="ke-hoach.pdf", limit=1 << 25)
    made = reserve_code(actor=None, unit=tree.units["my-tho"])
    inputs = {"issuer": ISSUER, "number": number, "title": "Kế hoạch tháng Thanh niên", "dated": clock.today()}
    return publish_file(actor=None, public_file=made, blob=blob, **(inputs | options))


def upload(client, content: bytes, name: str = "a.pdf"):
    """Bring a file."""
    return client.post("/verify/file/", {"file": SimpleUploadedFile(name, content, "application/pdf")})


def words(answer) -> str:
    """The page as one reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_first_page_asks_for_code_or_file(client, tree):
    answer = client.get("/verify/")
    assert answer.status_code == 200
    assert "Tài liệu này có thật không?" in words(answer)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer


def test_a_typed_code_leads_to_its_page(client, tree, believed):
    public_file = issued(tree, double())
    typed = format_code(public_file.code).lower().replace("-", " ")
    answer = client.post("/verify/", {"code": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/verify/{public_file.code}/")


def test_the_page_of_a_code_says_who_signed(client, tree, believed):
    public_file = issued(tree, double())
    page = words(client.get(f"/verify/{public_file.code}/"))
    for words_shown in (
        "12-KH/TĐTN",
        "Kế hoạch tháng Thanh niên",
        ISSUER,
        "Nguyễn Văn An",
        "THÀNH ĐOÀN MỸ THO",
        format_code(public_file.code),
    ):
        assert words_shown in page
    assert "Chữ ký đúng và không có gì bị sửa" in page
    assert "Cơ quan đã điền số và ngày." in page


def test_the_page_of_a_code_works_once_and_is_kept_for_minutes(client, tree, believed, monkeypatch):
    public_file = issued(tree, double())
    client.get(f"/verify/{public_file.code}/")
    monkeypatch.setattr("doanso.signing.queries.public.verify", None)
    assert client.get(f"/verify/{public_file.code}/").status_code == 200


def test_unknown_not_issued_and_malformed_codes_answer_alike(client, tree):
    waiting = reserve_code(actor=None, unit=tree.units["p4"])
    answers = [client.get(f"/verify/{code}/") for code in (waiting.code, "7KQ2M4XD9RTB", "x", "OOOOOOOOOOOO")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'nonce="[^"]*"', "", answer.content.decode()) for answer in answers}) == 1
    typed = [client.post("/verify/", {"code": code}) for code in (waiting.code, "7KQ2M4XD9RTB", "xx")]
    assert {answer.status_code for answer in typed} == {422}
    assert all("Chưa có văn bản nào phát hành với mã này" in words(answer) for answer in typed)


def test_nothing_typed_and_nothing_chosen(client, tree):
    answer = client.post("/verify/", {"code": ""})
    assert (answer.status_code, "Gõ mã in ở chân trang." in words(answer)) == (422, True)
    answer = client.post("/verify/file/", {})
    assert (answer.status_code, "Chọn tệp PDF bạn đã nhận." in words(answer)) == (422, True)


def test_codes_are_throttled_in_the_database(client, tree, believed, monkeypatch):
    monkeypatch.setattr(tries, "MOST_MISSES", 3)
    public_file = issued(tree, double())
    for _try in range(3):
        assert client.get("/verify/7KQ2M4XD9RTB/").status_code == 404
    # Beyond the limit a right code is not looked at either.
    assert client.get(f"/verify/{public_file.code}/").status_code == 429
    assert client.post("/verify/", {"code": public_file.code}).status_code == 429
    assert client.get("/verify/", REMOTE_ADDR="10.9.8.7").status_code == 200
    assert client.get(f"/verify/{public_file.code}/", REMOTE_ADDR="10.9.8.7").status_code == 200
    VerifyTries.objects.update(since=clock.now() - tries.LASTS)
    assert client.get(f"/verify/{public_file.code}/").status_code == 200
    assert tries.forget_tries() >= 0


def test_files_are_throttled_in_the_database(client, tree, monkeypatch):
    monkeypatch.setattr(tries, "MOST_FILES", 1)
    assert upload(client, b"x").status_code == 200
    assert upload(client, b"x").status_code == 429


def test_no_address_is_kept_readable(client, tree):
    client.get("/verify/7KQ2M4XD9RTB/", REMOTE_ADDR="10.9.8.7")
    (row,) = VerifyTries.objects.all()
    assert "10.9.8.7" not in row.key
    assert row.count == 1


def test_a_file_that_was_issued_here(client, tree, believed):
    issued(tree, double())
    answer = upload(client, double())
    assert answer.status_code == 200
    page = words(answer)
    assert "đúng từng byte là tệp Thành Đoàn Mỹ Tho phát hành tại đây" in page
    assert "Chữ ký đúng và không có gì bị sửa" in page


def test_a_file_from_elsewhere_tells_of_itself(client, tree, believed):
    page = words(upload(client, single(), "cong-van.pdf"))
    assert "Tệp này không phải do nơi đây phát hành" in page
    assert "Nguyễn Văn An" in page
    assert "cong-van.pdf" in page


def test_a_changed_byte_is_reported(client, tree, believed):
    issued(tree, double())
    page = words(upload(client, double().replace(b"100.000 dong", b"900.000 dong", 1)))
    assert "Chữ ký không đúng" in page
    assert "Nội dung tệp không còn là nội dung đã ký." in page
    assert "đúng từng byte" not in page


def test_trials_are_named_so(client, tree):
    trust(legal_force=False)
    page = words(upload(client, single()))
    assert "Chữ ký thử nghiệm, không có giá trị pháp lý" in page
    assert "Chữ ký đúng và không có gì bị sửa" not in page


def test_what_is_no_pdf(client, tree):
    page = words(upload(client, b"MZ not a pdf", "a.exe"))
    assert "Không đọc chắc chắn được tệp này" in page


def test_nothing_of_an_upload_is_kept(client, tree, believed):
    before = Blob.objects.count()
    upload(client, single())
    assert Blob.objects.count() == before
    assert PublicFile.objects.count() == 0


def test_names_of_files_are_only_text(client, tree):
    answer = upload(client, b"x", '"><script>alert(1)</script>.pdf')
    assert b"<script>alert" not in answer.content


def test_too_large(client, tree, monkeypatch):
    monkeypatch.setattr("doanso.signing.forms.verification.LARGEST", 10)
    answer = upload(client, single())
    assert answer.status_code == 422
    assert "lớn hơn 25 MB" in words(answer)


def test_far_too_large_is_refused_before_it_is_read(client, tree):
    answer = client.generic(
        "POST", "/verify/file/", b"--x--", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(1 << 30)
    )
    assert answer.status_code == 413
    assert "lớn hơn 25 MB" in words(answer)


def test_recalled_and_replaced(client, tree, believed):
    old, new = issued(tree, double()), issued(tree, single(), number="13-KH/TĐTN")
    recall_file(actor=None, public_file=old, reason="Sai ngày họp")
    page = words(client.get(f"/verify/{old.code}/"))
    assert "Văn bản này không còn hiệu lực" in page
    assert "Sai ngày họp" in page
    replace_file(actor=None, public_file=old, by=new, reason="Thay bằng bản đúng")
    answer = client.get(f"/verify/{old.code}/")
    assert f'href="/verify/{new.code}/"' in answer.content.decode()
    assert "13-KH/TĐTN" in words(answer)
    assert "Văn bản này không còn hiệu lực" in words(upload(client, double()))


def test_the_file_is_handed_out_only_where_it_is_open(client, tree, believed):
    closed, opened = issued(tree, double()), issued(tree, single(), is_open=True)
    assert client.get(f"/verify/{closed.code}/file/").status_code == 404
    answer = client.get(f"/verify/{opened.code}/file/")
    assert b"".join(answer.streaming_content) == single()
    assert answer["Content-Disposition"].startswith("attachment")


def test_only_a_post_brings_a_file(client, tree):
    assert client.get("/verify/file/").status_code == 405


def test_statements_of_a_code_page(client, tree, believed, django_assert_max_num_queries):
    public_file = issued(tree, double())
    client.get(f"/verify/{public_file.code}/")
    with django_assert_max_num_queries(16):
        client.get(f"/verify/{public_file.code}/")


def test_codes_as_people_type_them():
    assert read_code(" 7kq2-m4xd 9rtb ") == "7KQ2M4XD9RTB"
    assert read_code("7KQ2M4XD9RT") is None
    assert read_code("0KQ2M4XD9RTB") is None


def test_the_code_as_a_picture():
    picture = Image.open(io.BytesIO(qr_png("7KQ2M4XD9RTB", base="https://doanso.example")))
    assert (picture.format, picture.size[0] % 6) == ("PNG", 0)
    drawn = qr_svg("7KQ2M4XD9RTB", base="https://doanso.example")
    assert 'aria-label="Kiểm tra văn bản 7KQ2-M4XD-9RTB"' in drawn


def test_the_address_of_a_code():
    assert reverse("signing:verify-code", args=["7KQ2M4XD9RTB"]) == "/verify/7KQ2M4XD9RTB/"
