"""Text is extracted by a task, searched without diacritics on both engines alike, and erased with its file."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import TestCase

from doanso.files import actions, queries, words
from doanso.files.actions import texts
from doanso.files.models import Blob, FileText, TextState
from doanso.files.problems import Unavailable
from doanso.files.reading import Kind
from doanso.files.tests.office import docx, paragraph
from doanso.lib import clock

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def _kept(*paragraphs: str, name: str = "a.docx") -> Blob:
    return actions.store(source=docx(*map(paragraph, paragraphs)), name=name, limit=1 << 20, kind=Kind.DOCX)


def _read(*paragraphs: str) -> Blob:
    blob = _kept(*paragraphs)
    actions.ask_text(blob=blob)
    actions.take_text(blob.pk)
    return blob


def _found(query: str, within=None, **page: int) -> list[tuple[Blob, int]]:
    hits = queries.search(within=Blob.objects.values("pk") if within is None else within, words=query, **page)
    blobs = Blob.objects.in_bulk([hit.blob_id for hit in hits])
    return [(blobs[hit.blob_id], hit.rank) for hit in hits]


@pytest.fixture
def library() -> dict[str, Blob]:
    return {
        "plan": _read("Kế hoạch chuyển đổi số của Thành Đoàn Mỹ Tho", "Số: 12-KH/ĐTN ngày 05/10/2023"),
        "report": _read("Báo cáo kết quả số hóa, kế hoạch tiếp theo và việc đổi mới, chuyển giao"),
        "letter": _read("Thư mời họp chi đoàn", "đừng lỡ hẹn"),
    }


def test_the_text_is_taken_by_a_task_after_the_transaction():
    blob = _kept("Kế hoạch")
    assert queries.text_of(blob) is None

    with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
        actions.ask_text(blob=blob)
        actions.ask_text(blob=blob)
    assert len(callbacks) == 1
    assert queries.text_of(blob).state == TextState.WAITING

    actions.take_text(blob.pk)
    text_stand = queries.text_of(blob)
    assert (text_stand.state, text_stand.text, text_stand.problem) == (TextState.DONE, "Kế hoạch", "")
    actions.take_text(blob.pk)
    assert FileText.objects.get().attempts == 1


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("kế hoạch", [("report", 2), ("plan", 2)]),
        ("ke hoach", [("report", 2), ("plan", 2)]),
        ("KẾ HOẠCH", [("report", 2), ("plan", 2)]),
        ("chuyen doi so", [("plan", 2), ("report", 1)]),
        ("12-KH/ĐTN", [("plan", 2)]),
        ("05/10/2023", [("plan", 2)]),
        ("doan", [("letter", 2), ("plan", 2)]),
        ("lo hen", [("letter", 2)]),
        ("hen lo", [("letter", 1)]),
        ("hoach", [("report", 2), ("plan", 2)]),
        ("hoac", []),
        ("kế hoạch họp", []),
        ("", []),
        ("!!! ... _", []),
    ],
)
def test_words_are_found_without_diacritics_together_first_then_newest(library, query, hits):
    assert _found(query) == [(library[name], rank) for name, rank in hits]


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "a OR b",
        "ke*",
        "NEAR(ke hoach)",
        "-ke",
        "folded:ke",
        "'; DROP TABLE",
        "\\",
        "(",
        "ke & hoach | x",
        "😀",
        "a" * 5000,
    ],
)
def test_nothing_that_is_typed_is_a_command(library, query):
    _found(query)
    assert FileText.objects.count() == 3


def test_only_what_the_owner_allows_is_found_and_it_costs_two_statements(library, django_assert_num_queries):
    allowed = Blob.objects.filter(pk=library["plan"].pk).values("pk")
    with django_assert_num_queries(2):
        [hit] = queries.search(within=allowed, words="ke hoach")
    assert hit.blob_id == library["plan"].pk
    for number in range(5):
        _read(f"Kế hoạch {number}")
    with django_assert_num_queries(2):
        assert len(queries.search(within=Blob.objects.values("pk"), words="ke hoach")) == 7


def test_ranks_do_not_tell_what_others_have(library):
    allowed = Blob.objects.filter(pk__in=[library["plan"].pk, library["report"].pk]).values("pk")
    before = queries.search(within=allowed, words="chuyen doi so")
    for _more in range(30):
        _read("chuyển đổi số chuyển đổi số")

    assert queries.search(within=allowed, words="chuyen doi so") == before


def test_hits_come_in_pages(library):
    blobs = [_read(f"Nghị quyết {number}") for number in range(5)]

    assert [blob for blob, _rank in _found("nghi quyet", limit=2)] == blobs[:2:-1]
    assert [blob for blob, _rank in _found("nghi quyet", limit=2, offset=4)] == blobs[:1]


def test_the_snippet_keeps_the_diacritics(library):
    long = _read("mở đầu " * 60 + "Ban Thường vụ giao chỉ tiêu chuyển đổi số " + "kết thúc " * 60)
    [hit, *_others] = queries.search(within=Blob.objects.values("pk"), words="chuyen doi so")

    assert hit.blob_id == long.pk
    assert [piece.text for piece in hit.pieces if piece.is_match] == ["chuyển đổi số"]
    assert "giao chỉ tiêu chuyển đổi số kết thúc" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 330


def test_words_go_with_their_file(library):
    actions.destroy_key(blob=library["plan"])

    assert queries.text_of(library["plan"]) is None
    assert _found("my tho") == []
    assert not any("mytho" in content.replace(" ", "") for content in _everything_kept())


def _everything_kept() -> list[str]:
    """Return all that the tables of text still hold, the index's own too."""
    contents = []
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("files_filetext")]
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                contents += [cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row]
    return contents


def test_an_erased_file_gets_no_words_afterwards(monkeypatch):
    blob = _kept("Kế hoạch")
    actions.ask_text(blob=blob)

    def erased_meanwhile(*arguments: object) -> object:
        actions.destroy_key(blob=blob)
        return reading(*arguments)

    reading = texts.read_text
    monkeypatch.setattr(texts, "read_text", erased_meanwhile)
    actions.take_text(blob.pk)

    assert FileText.objects.count() == 0


def test_a_file_whose_kind_nobody_said_is_read_as_what_it_is():
    blob = actions.store(source=docx(paragraph("Kế hoạch")), name="a", limit=1 << 20)
    actions.ask_text(blob=blob)
    actions.take_text(blob.pk)

    assert queries.text_of(blob).text == "Kế hoạch"


def test_what_cannot_be_read_says_why_and_is_not_tried_again():
    blob = actions.store(source=b"x", name="a.docx", limit=100, kind=Kind.DOCX)
    actions.ask_text(blob=blob)
    actions.take_text(blob.pk)

    text_stand = queries.text_of(blob)
    assert (text_stand.state, bool(text_stand.problem)) == (TextState.FAILED, True)
    actions.take_text(blob.pk)
    assert FileText.objects.get().attempts == 1


@pytest.fixture
def away(monkeypatch):
    def unavailable(_blob: Blob) -> None:
        raise Unavailable("S3")

    with monkeypatch.context() as patched:
        patched.setattr(texts, "open_blob", unavailable)
        yield patched


def test_a_store_that_is_away_is_asked_again_later_and_longer_each_time(away):
    blob = _kept("Kế hoạch")
    actions.ask_text(blob=blob)
    with pytest.raises(Unavailable):
        actions.take_text(blob.pk)
    assert actions.resume_texts() == 0

    FileText.objects.update(stepped_at=clock.now() - timedelta(minutes=5))
    assert actions.resume_texts() == 1
    assert actions.resume_texts() == 0
    FileText.objects.update(stepped_at=clock.now() - timedelta(minutes=5), attempts=3)
    assert actions.resume_texts() == 0

    away.undo()
    actions.take_text(blob.pk)
    assert queries.text_of(blob).state == TextState.DONE


def test_what_never_succeeds_is_given_up_and_says_so(away):
    blob = _kept("Kế hoạch")
    actions.ask_text(blob=blob)
    FileText.objects.update(stepped_at=clock.now() - timedelta(days=1), attempts=texts.MOST_ATTEMPTS)

    assert actions.resume_texts() == 0
    text_stand = queries.text_of(blob)
    assert (text_stand.state, "kho tệp" in text_stand.problem) == (TextState.FAILED, True)


def test_very_long_texts_fit_both_indexes():
    text = " ".join(f"từ{number}" for number in range(80_000))
    kept_text = words.clean_text(text)
    blob = _kept("x")
    FileText.objects.create(
        blob=blob, state="done", text=kept_text, folded=words.index_text(kept_text), stepped_at=clock.now()
    )

    assert len(kept_text) == words.MOST_LETTERS
    assert _found("tu7") == [(blob, 2)]


def test_a_snippet_across_pieces_of_a_long_text():
    text = "a" * 3990 + " chuyển đổi số " + "b " * 5000
    assert [piece.text for piece in words.snippet(text, ["chuyen", "doi", "so"]) if piece.is_match] == ["chuyển đổi số"]
