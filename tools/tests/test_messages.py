"""Catalogues are compiled when they are newer, and gaps are found."""

import gettext
import os
from pathlib import Path

import polib
import pytest

from tools import messages, translations

pytestmark = pytest.mark.sqlite_only
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def app(tmp_path):
    """A package with one app that says `Hello` and `Bye`; call it with its catalogue."""
    folder = tmp_path / "house" / "greet"
    path = translations.catalogue(folder)
    path.parent.mkdir(parents=True)
    (folder / "apps.py").write_text("", encoding="ascii")
    (folder / "texts.py").write_text('from x import gettext as _\n_("Hello")\n_("Bye")\n', encoding="ascii")

    def write(text):
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return write


def test_stale_catalogue_is_compiled_once(app, tmp_path):
    path = app('msgid "Hello"\nmsgstr "Xin chào"\n')

    assert messages.compile_stale(tmp_path) == [path.with_suffix(".mo")]
    assert messages.compile_stale(tmp_path) == []
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hello") == "Xin chào"

    os.utime(path)
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    assert messages.compile_stale(tmp_path) == [path.with_suffix(".mo")]


@pytest.mark.skipif(not translations.can_extract(), reason="gettext is not installed")
@pytest.mark.parametrize(
    ("catalogue", "expected"),
    [
        ('msgid "Hello"\nmsgstr "Xin chào"\n\nmsgid "Bye"\nmsgstr "Tạm biệt"\n', []),
        ('msgid "Hello"\nmsgstr "Xin chào"\n', ["doanso/greet: missing: 'Bye'"]),
        (
            'msgid "Hello"\nmsgstr "Xin chào"\n\n#, fuzzy\nmsgid "Bye"\nmsgstr "Tạm biệt"\n',
            ["doanso/greet: fuzzy: 'Bye'"],
        ),
    ],
    ids=["complete", "missing", "fuzzy"],
)
def test_gaps_are_found(app, tmp_path, catalogue, expected):
    before = app(catalogue).read_bytes()

    assert [gap.partition(" (")[0] for gap in translations.gaps(tmp_path / "house")] == expected
    assert app(catalogue).read_bytes() == before


def test_no_two_catalogues_translate_one_message_differently():
    """They are merged when read, so that the other's words would stand on a page."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted(Path("doanso").glob("**/locale/vi/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            words = entry.msgstr or entry.msgstr_plural.get(0, "")
            said.setdefault((entry.msgctxt or "", entry.msgid), {})[words] = str(path)

    assert {message: found for message, found in said.items() if len(found) > 1} == {}
