"""Values of the editor's field: a body as JSON, and as plain text for readers without script."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from doanso.documents.body.nodes import Appendix, DocumentBody
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import from_posted, parse_appendices
from doanso.documents.body.text import plain_text
from doanso.lib.problems import Refused


@dataclass(frozen=True, slots=True)
class EditorValue:
    """What `documents/_editor.html` reads from `value`."""

    json: str
    text: str


def editor_value(body: DocumentBody) -> EditorValue:
    """Return the value of a body."""
    return EditorValue(json.dumps(body.as_json(), ensure_ascii=False, separators=(",", ":")), plain_text(body))


def shown_value(posted: str | None, saved: DocumentBody) -> EditorValue:
    """Return the posted value again, even if it was refused, else the saved body's value."""
    if posted is None:
        return editor_value(saved)
    try:
        return editor_value(from_posted(posted, before=saved))
    except Refused:
        return EditorValue(posted, plain_text(saved))


def outline_value(body: DocumentBody) -> EditorValue:
    """Return the value of a new document's outline; without script the field is empty, because nothing would change it with
    the kind.
    """
    return EditorValue(editor_value(body).json, "")


def outlines_json(outlines: Mapping[str, str]) -> str:
    """Return the bodies of all outlines by kind, with which the editor replaces an untouched outline when the kind changes."""
    bodies = {code: read_outline(outline).as_json() for code, outline in outlines.items()}
    return json.dumps(bodies, ensure_ascii=False, separators=(",", ":"))


BLANK = editor_value(DocumentBody())
"""For an appendix that somebody adds: `blank` of `documents/_appendices.html`."""


def appendices_value(appendices: Iterable[Appendix]) -> str:
    """Return what `documents/_appendices.html` reads from `value`; `schema.parse_appendices` parses what is posted."""
    return json.dumps([appendix.as_json() for appendix in appendices], ensure_ascii=False, separators=(",", ":"))


def shown_appendices(posted: str | None, saved: Iterable[Appendix]) -> str:
    """Return the posted appendices again if they can be parsed, else the saved ones."""
    if posted is None:
        return appendices_value(saved)
    try:
        return appendices_value(parse_appendices(posted))
    except Refused as refused:
        return posted if refused.problem.code != "document_body_broken" else appendices_value(saved)
