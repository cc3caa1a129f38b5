"""How lists of units write names: abbreviations, capitals, and words that mean the committee itself. Plain values only."""

import re
from collections.abc import Mapping

from doanso.lib import vietnamese
from doanso.units import proposals
from doanso.units.models import UnitKind

TOP_WORDS: Mapping[str, tuple[str, ...]] = {
    UnitKind.PROVINCE: ("tinh doan", "doan tinh"),
    UnitKind.CITY: ("thanh doan", "thi doan", "quan doan", "huyen doan"),
    UnitKind.WARD: ("phuong doan", "doan phuong", "phuong"),
    UnitKind.COMMUNE: ("xa doan", "doan xa", "xa"),
}
"""Words by which a list means the committee for which it is imported, without naming it."""
NAMELESS = frozenset(word for words in TOP_WORDS.values() for word in words) | {
    *("doan co so", "co so doan", "doan thi tran", "thi tran", "doan truong", "truong", "chi doan", "cd", "doan"),
    *("khu pho", "ap", "khom", "thon", "to dan pho"),
}
"""Folded words that say what a unit is and not which one."""
_SHORT_WORDS_WRITTEN = {"kp": "khu phố", "tdp": "tổ dân phố"}
_SHORT_WORDS = {"p": "phuong", "ph": "phuong", "x": "xa", "tt": "thi tran", "kp": "khu pho", "tdp": "to dan pho"}


def expand_abbreviations(text: str) -> str:
    """Return a folded name with the usual abbreviations written out: P4 and P.4 as phuong 4, X. Thới Sơn as xa thoi son."""
    folded = vietnamese.fold(text).replace(".", ". ")
    folded = " ".join(folded.split()).replace(". ", ".")
    folded = re.sub(
        r"\b(p|ph|x|tt|kp|tdp)[. ]?0*(\d+)\b", lambda found: f"{_SHORT_WORDS[found[1]]} {int(found[2])}", folded
    )
    folded = re.sub(r"\b(p|ph|x|tt)\. ?(?=[a-z])", lambda found: f"{_SHORT_WORDS[found[1]]} ", folded)
    return " ".join(folded.replace(".", " ").split())


_BRANCH_SHORT = re.compile(r"^C\.?Đ\.?\s+(?!nghề|sư phạm|y tế|kinh tế|cộng đồng)(?=\S)", re.IGNORECASE)
_AREA_SHORT = re.compile(r"(?<!\w)(KP|TDP)\.?\s*0*(\d+)(?!\w)", re.IGNORECASE)
_LOWER_WORDS = re.compile(r"(?<=\S )(Phường|Xã|Thị Trấn|Khu Phố|Ấp|Khóm|Thôn|Trường|(?<=Chi )Đoàn)(?!\S)")


def tidied_name(written: str, kind: str) -> str:
    """Return a name as one writes it: CĐ KP 1 as Chi đoàn khu phố 1, ĐOÀN PHƯỜNG 2 as Đoàn phường 2, capital first.

    CĐ is also short for a college (cao đẳng), so it stays where the kind is another one than a branch.
    """
    name = vietnamese.tidy_name(written)
    if proposals.proposed_kind(kind) in (None, UnitKind.BRANCH):
        name = _BRANCH_SHORT.sub("Chi đoàn ", name)
    name = _AREA_SHORT.sub(lambda found: f"{_SHORT_WORDS_WRITTEN[found[1].lower()]} {found[2]}", name)
    if written.isupper():
        name = _LOWER_WORDS.sub(lambda found: found[0].lower(), name)
    return name[:1].upper() + name[1:]
