"""Words of authority above a signature."""

from doanso.official_form.head import Signatory

ACTING = "Q."
# TM. on behalf of a body, KT. for a chief, TL. by order, TUQ. by written authority.
BEFORE_BODY = ("TM.", "KT.", "TL.", "TUQ.")


def signatory(wording: str, body: str, post: str, name: str) -> Signatory:
    """Return the signatory: "TM. BAN THƯỜNG VỤ
    BÍ THƯ", "KT. TRƯỞNG BAN
    PHÓ TRƯỞNG BAN", "Q. BÍ THƯ".

    A body of two lines is the state's form for a deputy who signs for the chief acting for a body: the second line has its own
    word. The name has no degree or title before it.
    """
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    if wording in BEFORE_BODY and lines:
        lines[0] = f"{wording} {_without(wording, lines[0])}"
    post_line = f"{ACTING} {_without(ACTING, post)}" if wording == ACTING else post
    return Signatory(tuple(lines), post_line, name)


def _without(word: str, line: str) -> str:
    """Return the line without a word that was typed already."""
    return line[len(word) :].strip() if line.upper().startswith(word) else line
