"""The page that walks a signer through, and what the program in their machine asks for."""

import base64
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from doanso.signing.actions import complete_signature
from doanso.signing.models import SessionState, Way
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import pki
from doanso.signing.tests.test_accept_upload import tool

AT = {name: reverse(f"signing:api-{name}") for name in ("task", "file", "signature")}


def said(secret: str) -> dict[str, str]:
    return {"authorization": f"DoanSoSign {secret}"}


def test_with_the_own_device(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"), back="/documents/1/")
    browser, machine = as_user(desk.tree.an), Client()
    page = browser.get(reverse("signing:session", args=[begun.session.pk])).content.decode()
    assert "9711/sign#" not in page
    assert begun.session.digest in page
    page = browser.post(reverse("signing:agent", args=[begun.session.pk])).content.decode()
    secret = page.split("http://127.0.0.1:9711/sign#")[1].split('"')[0]
    # The secret that was handed out at the beginning is used up by the new one.
    assert machine.get(AT["task"], headers=said(begun.secret)).status_code == 401

    response = machine.get(AT["task"], headers=said(secret))
    assert (response.status_code, response["Cache-Control"].count("no-store")) == (200, 1)
    named = str(begun.session.pk)
    assert [(file_entry["task"], file_entry["title"]) for file_entry in response.json()["files"]] == [
        (named, "Kế hoạch chuyển đổi số")
    ]
    file = machine.get(AT["file"], {"task": named}, headers=said(secret))
    assert file.content == desk.bytes_of(begun.session.prepared)
    assert machine.get(AT["file"], headers=said(secret)).json()["code"] == "task_unknown"
    wrong = json.dumps({"task": named, "signature": base64.b64encode(b"x" * 256).decode()})
    answer = machine.post(AT["signature"], wrong, content_type="application/json", headers=said(secret))
    assert (answer.status_code, answer.json()["code"]) == (422, "signature_wrong")
    right = json.dumps({"task": named, "signature": base64.b64encode(desk.sign("an", begun.session)).decode()})
    answer = machine.post(AT["signature"], right, content_type="application/json", headers=said(secret))
    assert answer.json() == {"state": "done"}
    assert (
        machine.post(AT["signature"], right, content_type="application/json", headers=said(secret)).status_code == 401
    )
    page = browser.get(reverse("signing:session", args=[begun.session.pk])).content.decode()
    assert "/documents/1/" in page
    file = browser.get(reverse("signing:file", args=[begun.session.pk]))
    begun.session.refresh_from_db()
    assert b"".join(file) == desk.bytes_of(begun.session.signed)


def test_reporting_a_signature_too_early_gets_a_message(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"))
    browser, address = as_user(desk.tree.an), reverse("signing:session", args=[begun.session.pk])
    sentence = "Chưa có chữ ký nào. Hãy ký xong trong chương trình ký rồi bấm lại."
    opened = browser.post(reverse("signing:agent", args=[begun.session.pk])).content.decode()
    assert f'href="{address}?signed=1"' in opened
    assert sentence not in opened
    assert sentence in browser.get(f"{address}?signed=1").content.decode()
    complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    assert sentence not in browser.get(f"{address}?signed=1").content.decode()


def test_the_page_that_waits_goes_on_by_itself(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"), back="/documents/1/")
    browser, address = as_user(desk.tree.an), reverse("signing:session", args=[begun.session.pk])
    opened = browser.post(reverse("signing:agent", args=[begun.session.pk])).content.decode()
    assert f'hx-get="{address}?waiting=1"' in opened
    assert browser.get(f"{address}?waiting=1").status_code == 204
    assert as_user(desk.tree.binh).get(f"{address}?waiting=1").status_code == 404
    complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    assert browser.get(f"{address}?waiting=1")["HX-Redirect"] == "/documents/1/"


def test_a_wrong_secret_opens_nothing_and_says_the_same(desk: Desk):
    begun = desk.begin(desk.certificate("an"))
    answers = set()
    for header in ({}, said(""), said("x" * 32), said(begun.secret[:-1]), {"authorization": f"Bearer {begun.secret}"}):
        for name in ("task", "file"):
            answer = Client().get(AT[name], headers=header)
            answers.add((answer.status_code, answer.content))
    assert [status for status, _content in answers] == [401]
    # A signed-in browser is nobody here.
    assert Client().post(AT["signature"], "{}", content_type="application/json").status_code == 401


def test_what_is_no_signature_is_refused_in_words(desk: Desk):
    begun = desk.begin(desk.certificate("an"))
    for body in ("", "[]", "{}", '{"signature": 1}', '{"signature": "§"}', '{"signature": "####"}', "x" * 9000):
        answer = Client().post(AT["signature"], body, content_type="application/json", headers=said(begun.secret))
        assert answer.status_code == 422, body
        assert answer.json()["message"]


def test_with_the_own_tool(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an", way=Way.UPLOAD))
    browser = as_user(desk.tree.an)
    address = reverse("signing:upload", args=[begun.session.pk])
    file = browser.get(reverse("signing:file", args=[begun.session.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="ke-hoach-chuyen-doi-so-chua-ky.pdf"'
    downloaded = b"".join(file)
    assert browser.post(address, {}).status_code == 422
    answer = browser.post(address, {"file": SimpleUploadedFile("a.pdf", downloaded)})
    assert (answer.status_code, "Tệp này chưa có chữ ký mới." in answer.content.decode()) == (422, True)
    answer = browser.post(address, {"file": SimpleUploadedFile("a.pdf", tool(downloaded, pki().an))})
    assert answer.status_code == 302
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.DONE
    file = browser.get(reverse("signing:file", args=[begun.session.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="ke-hoach-chuyen-doi-so-da-ky.pdf"'


def test_nobody_sees_anothers_signature_under_way(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"))
    for other in (desk.tree.giang, desk.tree.binh, desk.tree.minh):
        browser = as_user(other)
        assert browser.get(reverse("signing:session", args=[begun.session.pk])).status_code == 404
        assert browser.get(reverse("signing:file", args=[begun.session.pk])).status_code == 404
        for name in ("agent", "server", "upload", "cancel"):
            assert browser.post(reverse(f"signing:{name}", args=[begun.session.pk])).status_code == 404


def test_given_up(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"))
    browser = as_user(desk.tree.an)
    assert browser.post(reverse("signing:cancel", args=[begun.session.pk])).status_code == 302
    assert browser.post(reverse("signing:agent", args=[begun.session.pk])).status_code == 422
    assert Client().get(AT["task"], headers=said(begun.secret)).status_code == 401


def test_garbage_for_a_finished_signature_is_no_signed_file(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an", way=Way.UPLOAD)).session
    browser, page = as_user(desk.tree.an), reverse("signing:upload", args=[begun.pk])
    signed = tool(desk.bytes_of(begun.base), pki().an)
    taken = browser.post(page, {"file": SimpleUploadedFile("da-ky.pdf", signed)}, follow=True)
    assert "Đã nhận tệp đã ký" in taken.content.decode()
    answer = browser.post(page, {"file": SimpleUploadedFile("rac.pdf", b"garbage")}, follow=True)
    assert answer.status_code == 422
    assert "Đã nhận tệp đã ký" not in answer.content.decode()
    assert "Chữ ký này đã xong bằng tệp tải lên trước đó; tệp vừa chọn không được nhận." in answer.content.decode()


def test_a_finished_signature_is_not_given_up(desk: Desk, as_user):
    begun = desk.begin(desk.certificate("an"))
    complete_signature(session=begun.session, signature=desk.sign("an", begun.session))
    answer = as_user(desk.tree.an).post(reverse("signing:cancel", args=[begun.session.pk]))
    assert answer.status_code == 422
    assert "Chưa có gì được ký" not in answer.content.decode()
