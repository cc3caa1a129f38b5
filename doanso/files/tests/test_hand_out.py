import io

import pytest
from django.test import RequestFactory, TestCase

from doanso.files import actions
from doanso.files.kinds import Kind
from doanso.files.problems import Damaged, Unavailable
from doanso.files.responses import hand_out, hand_out_made
from doanso.files.tests import office

pytestmark = pytest.mark.django_db
HTML = b"<script>alert(1)</script>"


def _request():
    return RequestFactory().get("/documents/1/file/")


def _content(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_file_goes_out_as_a_download_that_nothing_runs(objects):
    blob = actions.store(source=HTML, name="kế hoạch.html", limit=100)

    answer = hand_out(_request(), blob)

    assert _content(answer) == HTML
    assert dict(answer.items()) == {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(HTML)),
        "Content-Disposition": "attachment; filename=\"ke hoach.html\"; filename*=UTF-8''k%E1%BA%BF%20ho%E1%BA%A1ch.html",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "Content-Encoding": "identity",
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_the_content_type_is_that_of_the_content(kind):
    blob = actions.store(source=b"x", name="a.html", limit=100, kind=kind)

    answer = hand_out(_request(), blob, inline=True, media="text/html")

    assert answer["Content-Type"] == kind.media
    assert answer["Content-Disposition"].startswith("inline" if kind.is_picture else "attachment")
    assert answer["Content-Disposition"].endswith(f'.html.{kind.extensions[0]}"')
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    answer.close()


def test_the_owner_may_name_it(objects):
    blob = actions.store(source=b"x", name="tmp", limit=100, kind=Kind.PDF)

    answer = hand_out(_request(), blob, name="12-KH")

    assert answer["Content-Disposition"] == 'attachment; filename="12-KH.pdf"'
    answer.close()


@pytest.mark.parametrize(
    ("content", "media"),
    [(office.pdf(), "application/pdf"), (office.png(), "image/png"), (office.jpeg(), "image/jpeg"), (HTML, "text/csv")],
)
def test_of_a_file_kept_without_its_kind_the_first_bytes_say_it(content, media):
    blob = actions.store(source=content, name="a", limit=1 << 20)

    answer = hand_out(_request(), blob, media="text/csv", inline=True)

    assert (answer["Content-Type"], _content(answer)) == (media, content)
    assert answer["Content-Disposition"].startswith("inline" if media.startswith("image/") else "attachment")


def test_an_erased_file_says_so(objects):
    blob = actions.store(source=b"x", name="a.pdf", limit=100)
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=blob)
    blob.key.refresh_from_db()

    answer = hand_out(_request(), blob)

    assert answer.status_code == 410
    assert "đã được xóa" in answer.content.decode()


def test_a_damaged_file_gives_no_byte(objects):
    blob = actions.store(source=b"x" * 100_000, name="a.pdf", limit=1 << 20)
    [lies] = objects()
    lies.write(lies.read()[:70_000])

    with pytest.raises(Damaged):
        hand_out(_request(), blob)


def test_a_store_that_is_away_goes_up_to_the_page_that_says_so(s3, settings):
    blob = actions.store(source=b"x", name="a.pdf", limit=100)
    settings.FILES_S3 = {**settings.FILES_S3, "endpoint": "http://127.0.0.1:9"}

    with pytest.raises(Unavailable):
        hand_out(_request(), blob)


@pytest.mark.parametrize("content", [b"bytes", io.BytesIO(b"bytes")])
def test_what_was_made_for_the_answer_goes_out_the_same_way(content):
    answer = hand_out_made(content, name="danh sách.xlsx", media=Kind.XLSX.media)

    assert _content(answer) == b"bytes"
    assert answer["Content-Type"] == Kind.XLSX.media
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('attachment; filename="danh sach.xlsx"; ')
