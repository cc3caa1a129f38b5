"""The text of a Word file as a body, read in a sandboxed process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.documents.body.nodes import DocumentBody
from doanso.documents.body.schema import parse
from doanso.documents.body.text import is_empty
from doanso.files.reading import open_on_disk
from doanso.lib import sandbox
from doanso.lib.problems import Problem, Refused

PROGRAM: Final = Path(__file__).with_name("word_process.py")
_LIMITS: Final = sandbox.ProcessLimits(memory_bytes=512 << 20, cpu_seconds=20, wait_seconds=60)


@dataclass(frozen=True, slots=True)
class WordText:
    """The text of a Word file, and how often it has what the editor cannot keep, by kind."""

    body: DocumentBody
    lost: Mapping[str, int]


def read_word_file(source: IO[bytes] | bytes) -> WordText:
    """Return the text of a Word file that `files.reading.examine` has accepted; raise Refused for `file`."""
    with open_on_disk(source) as file:
        messages = sandbox.run(PROGRAM, {}, file, _LIMITS)
    answer: dict[str, Any] = messages[-1] if messages else {"refused": "too_hard"}
    if answer.get("refused") == "broken":
        message = _("The file is damaged and cannot be read. Open it, save it under another name and choose that file.")
        raise Refused(Problem("word_broken", message, "file"))
    if "body" not in answer:
        message = _("The file is too large or too involved to become text here. Split it, or bring it as a PDF.")
        raise Refused(Problem("word_too_hard", message, "file"))
    body = parse(answer["body"], "file")
    if is_empty(body):
        message = _("The Word file has no text that can be read. Open it, save it as .docx again and choose that file.")
        raise Refused(Problem("word_empty", message, "file"))
    return WordText(body, answer["lost"])


def lost_parts(lost: Mapping[str, int]) -> list[str]:
    """Return what was left out, a phrase per kind, in the order in which people miss it."""
    counted = {
        "pictures": ngettext("%(count)d picture", "%(count)d pictures", lost.get("pictures", 0)),
        "drawings": ngettext("%(count)d drawing or chart", "%(count)d drawings or charts", lost.get("drawings", 0)),
        "objects": ngettext("%(count)d embedded object", "%(count)d embedded objects", lost.get("objects", 0)),
        "boxes": ngettext(
            "%(count)d text box with its text", "%(count)d text boxes with their text", lost.get("boxes", 0)
        ),
        "notes": ngettext("%(count)d footnote", "%(count)d footnotes", lost.get("notes", 0)),
        "formulas": ngettext("%(count)d formula", "%(count)d formulas", lost.get("formulas", 0)),
        "symbols": ngettext(
            "%(count)d symbol of a special font", "%(count)d symbols of a special font", lost.get("symbols", 0)
        ),
        "comments": ngettext("%(count)d comment", "%(count)d comments", lost.get("comments", 0)),
        "edges": _("the text in header and footer"),
        "changes": _("tracked changes (the text is taken with all of them accepted)"),
        "struck": _("the line through struck text (the text itself is here)"),
        "shifted": _("raised and lowered letters (they stand on the line, as in m2)"),
        "links": _("the addresses behind links (their text is here)"),
        "tables": _("the frame of tables inside tables (their text is here)"),
    }
    return [phrase % {"count": lost[kind]} for kind, phrase in counted.items() if lost.get(kind)]
