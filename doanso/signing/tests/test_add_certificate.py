"""Certificates put into use: read from their file, led to a trusted authority, fitted to whose they are."""

import io

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.signing import images, reading
from doanso.signing.actions import add_certificate, end_certificate, set_image
from doanso.signing.models import Certificate, SignerKind, Way
from doanso.signing.queries import certificates_of, organisation_certificates
from doanso.signing.testca.issuing import IssuedCertificate, issue, issue_authority, name_of, new_key, validity_period
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import pki


def add(desk: Desk, content: bytes, **more: object) -> Certificate:
    values: dict[str, object] = {
        "actor": desk.tree.an, "kind": SignerKind.PERSON, "unit": desk.tree.units["p4"], "way": Way.AGENT,
    }  # fmt: skip
    return add_certificate(content=content, **(values | more))  # type: ignore[arg-type]


def bundle(*parts: IssuedCertificate) -> bytes:
    return pkcs7.serialize_certificates([issued.certificate for issued in parts], Encoding.DER)


@pytest.mark.parametrize("form", ["der", "pem", "p7b"])
def test_a_persons_certificate_is_read_in_every_form(desk: Desk, form: str):
    content = {"der": pki().an.der, "pem": pki().an.pem, "p7b": bundle(pki().intermediate, pki().an)}[form]
    made = add(desk, content)
    assert (made.user, made.unit, made.token_label) == (desk.tree.an, desk.tree.units["p4"], "")
    assert reading.split_chain(made.chain) == (pki().intermediate.der,)
    assert certificates_of(desk.tree.an) == [made]
    assert AuditEvent.objects.get(object_id=made.pk).action == "signing.add_certificate"


def test_a_units_certificate_is_for_who_keeps_that_units(desk: Desk):
    words = {"kind": SignerKind.ORGANISATION, "content": pki().ward.der, "way": Way.TOKEN, "token_label": "office"}
    made = add(desk, key_label="ward", **words)
    assert (made.user, made.key_label) == (None, "ward")
    assert organisation_certificates(desk.tree.an, desk.tree.units["p4"]) == [made]
    for other in (desk.tree.dung, desk.tree.giang, desk.tree.binh):
        assert organisation_certificates(other, desk.tree.units["p4"]) == []
        with pytest.raises(PermissionDenied):
            add(desk, key_label="ward", actor=other, **words)
    with pytest.raises(PermissionDenied):
        add(desk, pki().an.der, actor=desk.tree.lan)


def weak(kind: str) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import rsa

    by = pki().intermediate
    if kind == "weak":
        small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        return issue(name_of("Nguyễn Văn An"), by=by, held=validity_period(days=9), key=small).der
    if kind == "early":
        return issue(
            name_of("Nguyễn Văn An"), by=by, held=validity_period(days=9, since_days=-3), key=new_key("ec")
        ).der
    return issue_authority(name_of("Nguyễn Văn An"), by=pki().root, held=validity_period(days=9), key=new_key("ec")).der


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "not_a_certificate"),
        (lambda: b"%PDF-1.7", "not_a_certificate"),
        (lambda: b"x" * (reading.LARGEST + 1), "not_a_certificate"),
        (lambda: pki().an.pem + b"-----BEGIN PRIVATE KEY-----", "private_key"),
        (lambda: pki().an.p12("an", "x"), "not_a_certificate"),
        (lambda: bundle(pki().an, pki().binh), "many_certificates"),
        (lambda: pki().expired.der, "certificate_expired"),
        (lambda: pki().revoked.der, "certificate_revoked"),
        (lambda: pki().stranger.der, "certificate_untrusted"),
        (lambda: bundle(pki().stranger, pki().other_root), "certificate_untrusted"),
        (lambda: pki().tsa.der, "subject_differs"),
        (lambda: weak("weak"), "certificate_weak"),
        (lambda: weak("early"), "certificate_early"),
        (lambda: weak("authority"), "certificate_use"),
        (lambda: pki().binh.der, "subject_differs"),
    ],
)
def test_what_cannot_sign_here_is_refused(desk: Desk, content, code: str):
    with pytest.raises(Refused) as caught:
        add(desk, content())
    assert (caught.value.problem.code, Certificate.objects.count()) == (code, 0)


def test_a_name_written_differently_is_asked_about_and_can_be_confirmed(desk: Desk):
    made = add(desk, pki().binh.der, is_theirs=True)
    assert made.user == desk.tree.an
    with pytest.raises(Refused) as caught:
        add(desk, pki().binh.der, is_theirs=True)
    assert caught.value.problem.code == "certificate_twice"


@pytest.mark.parametrize("is_theirs", [False, True])
def test_a_units_certificate_is_nobodys_own(desk: Desk, is_theirs: bool):
    with pytest.raises(Refused) as caught:
        add(desk, pki().ward.der, is_theirs=is_theirs)
    problem = caught.value.problem
    assert (problem.code, problem.field, Certificate.objects.count()) == ("certificate_of_unit", "kind", 0)
    assert problem.message.endswith("không phải của cá nhân. Hãy chọn “Cơ quan, tổ chức”.")


def test_a_persons_key_is_never_on_the_server(desk: Desk):
    with pytest.raises(Refused) as caught:
        add(desk, pki().an.der, way=Way.TOKEN, token_label="office", key_label="an")
    assert caught.value.problem.code == "person_on_server"
    with pytest.raises(Refused) as caught:
        add(desk, pki().ward.der, kind=SignerKind.ORGANISATION, way=Way.TOKEN)
    assert caught.value.problem.code == "token_labels"


def test_it_goes_out_of_use_with_a_reason_and_signs_no_more(desk: Desk, refused):
    made = add(desk, pki().an.der)
    assert refused(end_certificate, actor=desk.tree.an, certificate=made, reason="  ") == "reason_missing"
    with pytest.raises(PermissionDenied):
        end_certificate(actor=desk.tree.chi, certificate=made, reason="x")
    ended = end_certificate(actor=desk.tree.an, certificate=made, reason="Mất  thiết bị")
    assert (ended.end_reason, certificates_of(desk.tree.an)) == ("Mất thiết bị", [])
    assert refused(desk.begin, ended) == "certificate_ended"
    again = end_certificate(actor=desk.tree.an, certificate=made, reason="khác")
    assert again.end_reason == "Mất thiết bị"
    # The same certificate can be put into use again, as a row of its own.
    assert add(desk, pki().an.der).pk != made.pk


def png(width: int = 400, height: int = 200, *, clear: bool = True, form: str = "PNG") -> bytes:
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0) if clear else (255, 255, 255, 255))
    ImageDraw.Draw(image).line((0, 0, width, height), fill=(0, 0, 200, 255), width=9)
    target = io.BytesIO()
    (image if form == "PNG" else image.convert("RGB")).save(target, form)
    return target.getvalue()


def test_the_picture_is_written_anew_with_its_size_on_paper(desk: Desk):
    made = add(desk, pki().an.der)
    bomb = png() + b"<script>alert(1)</script>"
    made = set_image(actor=desk.tree.an, certificate=made, content=bomb, width_mm=50)
    stored_image = desk.bytes_of(made.image)
    assert b"script" not in stored_image
    assert images.size_in_points(stored_image) == pytest.approx((141.73, 70.87), abs=0.1)
    first = made.image
    made = set_image(actor=desk.tree.an, certificate=made, content=png(300, 300), width_mm=36)
    first.key.refresh_from_db()
    assert first.key.destroyed_at is not None
    with pytest.raises(PermissionDenied):
        set_image(actor=desk.tree.giang, certificate=made, content=png(), width_mm=50)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "image_unreadable"),
        (lambda: b"<svg/>", "image_unreadable"),
        (lambda: png(form="JPEG"), "image_unreadable"),
        (lambda: png()[:200], "image_unreadable"),
        (lambda: png(clear=False), "image_not_clear"),
        (lambda: png(30, 30), "image_size"),
        (lambda: png(2000, 100), "image_size"),
        (lambda: png(7000, 61), "image_unreadable"),
        (lambda: b"x" * (images.LARGEST + 1), "image_too_large"),
    ],
)
def test_a_picture_that_would_not_do_is_refused(content, code: str):
    with pytest.raises(Refused) as caught:
        images.reencode_image(content(), width_mm=36)
    assert caught.value.problem.code == code


def test_the_pages_from_the_first_certificate_to_its_end(desk: Desk, as_user):
    browser = as_user(desk.tree.an)
    assert "chưa có" in browser.get(reverse("signing:certificates")).content.decode().lower()
    form = {"kind": "person", "unit": "p4", "way": "upload", "file": SimpleUploadedFile("an.cer", pki().binh.der)}
    answer = browser.post(reverse("signing:add"), form)
    assert (answer.status_code, "Trần Thị Bình" in answer.content.decode()) == (422, True)
    form["file"] = SimpleUploadedFile("an.cer", pki().an.der)
    answer = browser.post(reverse("signing:add"), form)
    made = Certificate.objects.get()
    assert answer.url == reverse("signing:certificate", args=[made.pk])
    page = browser.get(answer.url).content.decode()
    assert "không có giá trị pháp lý" in page
    picture = {"image": SimpleUploadedFile("ky.png", png()), "width_mm": "50"}
    assert browser.post(reverse("signing:image", args=[made.pk]), picture).status_code == 302
    assert browser.get(reverse("signing:image", args=[made.pk]))["Content-Type"] == "image/png"
    assert as_user(desk.tree.chi).get(reverse("signing:image", args=[made.pk])).status_code == 404
    assert browser.post(reverse("signing:end", args=[made.pk]), {"reason": ""}).status_code == 422
    assert browser.post(reverse("signing:end", args=[made.pk]), {"reason": "Hết hạn"}).status_code == 302
    assert "Hết hạn" in browser.get(reverse("signing:certificate", args=[made.pk])).content.decode()


def test_thirty_days_before_its_end_the_list_warns(desk: Desk, as_user, django_assert_max_num_queries):
    from doanso.signing.tests.pki import certificate_row

    soon = issue(name_of("Nguyễn Văn An"), by=pki().intermediate, held=validity_period(days=20), key=new_key("ec"))
    certificate_row(soon, unit=desk.tree.units["p4"], user=desk.tree.an, added_by=desk.tree.an)
    browser = as_user(desk.tree.an)
    with django_assert_max_num_queries(25) as few:
        assert "30 ngày" in browser.get(reverse("signing:certificates")).content.decode()
    for who in ("an", "binh", "ward"):
        desk.certificate(who)
    with django_assert_max_num_queries(len(few)):
        browser.get(reverse("signing:certificates"))
