"""Two hundred malicious names, and the safe names made of them."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doanso.files.names import LONGEST, disposition, safe_name

CLIMBS = [
    "..",
    "../",
    "..\\",
    "....//",
    "%2e%2e%2f",
    "%2e%2e/",
    "..%2f",
    "..%5c",
    "%252e%252e%252f",
    "．．／",
    "‥/",
    "..;/",
    "/",
    "\\\\host\\c$\\",
]
TARGETS = ["etc/passwd", "var/doanso.sqlite3", "windows\\win.ini", "secrets.json", "a.pdf", "con", ""]
SIGNS = [
    "\0",
    "\r\nSet-Cookie: a=b",
    "\n",
    "\t",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\ud800",
    "\U000e0041",
    "\x1b[2J",
    "\b",
]
AROUND = ["{}ke-hoach.pdf", "ke-hoach{}.pdf", "ke-hoach.pdf{}"]
RESERVED = ["con", "PRN", "aux.pdf", "NUL", "com1", "LPT9.txt", "com¹", "CLOCK$", "nul.tar.gz"]
OTHERS = [
    *(
        '"; filename="a.exe',
        'a"b.pdf',
        "a'b.pdf",
        "a;b.pdf",
        "a,b.pdf",
        "filename*=UTF-8''a.exe",
        "a%00.pdf",
        "a%0d%0ab.pdf",
    ),
    *(
        "",
        " ",
        ".",
        "..",
        "...",
        ".pdf",
        "-",
        "_",
        "   .pdf",
        "a. ",
        "a.pdf.",
        "a.pdf ",
        "~",
        "-rf",
        "$(id)",
        "`id`",
        "a|b",
        "a&b",
        "{{7*7}}",
    ),
    *(
        "<script>alert(1)</script>.pdf",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "data:text/html,x",
        "C:\\a.pdf",
        "C:a.pdf",
    ),
    *(
        "a.pdf:stream",
        "a.pdf::$DATA",
        "ảnh" * 200 + ".pdf",
        "a" * 5000,
        "ế" * 300,
        "a\u0301" * 200,
        "báo cáo.pdf.exe",
        "a.pdf\u202efdp.exe",
    ),
    *(
        "desktop.ini",
        "Thumbs.db",
        ".htaccess",
        "web.config",
        "index.html",
        "a.html",
        "a.svg",
        "a.php",
        "a.pdf/..",
        "a/b/c.pdf",
    ),
    *(
        "Kế hoạch số 12.pdf",
        "Đoàn viên ưu tú.docx",
        "KH 12-KH_ĐTN (bản 2).pdf",
        "văn bản.PDF",
        "年度計画.pdf",
        "план.docx",
        "🚀.pdf",
    ),
]
NAMES = [
    *(climb + target for climb, target in itertools.product(CLIMBS, TARGETS)),
    *(form.format(sign) for sign, form in itertools.product(SIGNS, AROUND)),
    *RESERVED,
    *OTHERS,
]
_RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def test_there_are_two_hundred():
    assert len(set(NAMES)) >= 200


def _is_harmless(name: str) -> None:
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|%;')
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert ".." not in name.replace("...", "") or not name.strip("._ ")
    assert not any(unicodedata.category(character).startswith("C") for character in name)
    assert _RESERVED.fullmatch(name) is None
    assert unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("extensions", [(), ("pdf",), ("jpg", "jpeg")])
def test_a_name_that_means_harm_becomes_one_that_does_none(name, extensions):
    safe = safe_name(name, extensions)

    _is_harmless(safe)
    if extensions:
        assert safe.rpartition(".")[2].lower() in extensions
        assert safe.rpartition(".")[0]
    assert safe_name(safe, extensions) == safe
    header = disposition(safe)
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._ ()-]+\"(; filename\*=UTF-8''[A-Za-z0-9._~%-]+)?", header)


@pytest.mark.parametrize(
    ("name", "safe", "header"),
    [
        ("Kế hoạch số 12.pdf", "Kế hoạch số 12.pdf", "ke hoach"),
        ("../../Đoàn.pdf", "Đoàn.pdf", "Doan.pdf"),
        ("a.pdf\u202efdp.exe", "a.pdffdp.exe.pdf", "a.pdffdp.exe.pdf"),
        ("", "tep.pdf", "tep.pdf"),
        ("con", "tep-con.pdf", "tep-con.pdf"),
    ],
)
def test_honest_names_stay_what_they_are(name, safe, header):
    assert safe_name(name, ("pdf",)) == safe
    assert header.lower() in disposition(safe).lower()


@given(st.text(max_size=300))
@example("0..0")
@example("kế hoạch.....docx")
@hypothesis_settings(max_examples=300)
def test_any_name_becomes_harmless(name):
    _is_harmless(safe_name(name))
    _is_harmless(safe_name(name, ("pdf",)))
    assert disposition(safe_name(name)).isascii()
