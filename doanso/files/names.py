"""Names of files, which are untrusted input: never a path of ours, only the name of a download."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from doanso.lib import vietnamese

LONGEST = 120
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%;`$&{}\[\]^~#!@=+\']')
_RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_UNNAMED = "tep"
_ASCII = re.compile(r"[^A-Za-z0-9._ ()-]")
# Some programs read two dots as the parent folder; three are a typed ellipsis.
_DOTS = re.compile(r"\.{2,}")
_ELLIPSIS = 3


def extension_of(name: str) -> str:
    """Return the ending of a name, in lower case and without the dot."""
    return PurePosixPath(_last_part(name)).suffix.lower().lstrip(".")


def _last_part(name: str) -> str:
    # Normalised before it is checked: a compatibility form of a slash is a slash.
    composed = unicodedata.normalize(
        "NFKC", vietnamese.nfc(name.replace("%2f", "/").replace("%2F", "/").replace("%5c", "/"))
    )
    return composed.replace("\\", "/").rpartition("/")[2]


def safe_name(name: str, extensions: tuple[str, ...] = ()) -> str:
    """Return a name for a download: one path component, composed, without control or direction characters, not reserved
    on any system, not too long.

    With `extensions` it ends with one of them, whatever the ending was.
    """
    printable = "".join(character for character in _last_part(name) if unicodedata.category(character)[0] != "C")
    words = " ".join(_NOT_IN_NAMES.sub("_", printable).split()).strip(". ")
    words = _DOTS.sub(lambda run: "..." if len(run[0]) == _ELLIPSIS else ".", words)
    stem, _dot, ending = words.rpartition(".") if "." in words else (words, "", "")
    if extensions and ending.lower() not in extensions:
        stem, ending = words, extensions[0]
    stem = stem.strip(". ")
    if not stem.strip("._- ") or _RESERVED.fullmatch(stem):
        stem = f"{_UNNAMED}-{stem}" if stem.strip("._- ") else _UNNAMED
    ending = re.sub(r"[^0-9A-Za-z]", "", ending)[:10]
    return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ')}{'.' if ending else ''}{ending}"


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the header of RFC 6266: an ASCII name for old programs, and the real one in UTF-8."""
    plain = _ASCII.sub(
        "_",
        "".join(
            character
            for character in unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
            if not unicodedata.combining(character)
        ),
    )
    kind = "inline" if inline else "attachment"
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
