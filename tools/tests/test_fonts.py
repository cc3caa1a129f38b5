"""The fonts of official documents are those their manifest names, and have every letter that Vietnamese needs."""

import hashlib
import json
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from tools.refresh_fonts import FOLDER, HINTING, letters

pytestmark = pytest.mark.sqlite_only

MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
STYLES = [file["path"] for file in MANIFEST["files"] if "style" in file]
MARKED_VOWELS = {
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
}
NEEDED = MARKED_VOWELS | set("đĐ0123456789 .,;:!?()[]/%+-−–—…“”‘’\"'₫§°×\u00a0\ufffd")


def test_files_match_their_manifest():
    named = {file["path"]: file["sha256"] for file in MANIFEST["files"]}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path.name != "manifest.json"
    }

    assert found == named
    assert MANIFEST["licence"] == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", STYLES)
def test_style_has_every_letter_and_no_instructions_for_screens(name):
    font = TTFont(FOLDER / name)

    assert len(MARKED_VOWELS) == 144
    assert {char for char in NEEDED if ord(char) not in font.getBestCmap()} == set()
    assert set(font.keys()).isdisjoint(HINTING)


@pytest.mark.parametrize("name", STYLES)
def test_style_is_as_wide_as_times(name):
    """Times New Roman's own widths, in 2048ths: what fits a line there fits it here."""
    wide = {"a": (909, 1024, 1024, 1024), "m": (1593, 1706, 1479, 1593), "0": (1024,) * 4, " ": (512,) * 4}
    place = ["Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf", "Tinos-BoldItalic.ttf"].index(name)
    font = TTFont(FOLDER / name)

    assert {char: font["hmtx"][font.getBestCmap()[ord(char)]][0] for char in wide} == {
        char: widths[place] for char, widths in wide.items()
    }


def test_letters_of_the_manifest_are_those_of_every_style():
    assert letters([TTFont(FOLDER / name) for name in STYLES]) == MANIFEST["letters"]
