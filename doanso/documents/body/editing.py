"""A body as the editor's field shows it: its JSON, and plain words for whoever has no script."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from doanso.documents.body.nodes import Appendix, Body
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import from_posted, parse_appendices
from doanso.documents.body.text import plain_text
from doanso.lib.problems import Refused


@dataclass(frozen=True, slots=True)
class EditorValue:
    """What `documents/_editor.html` is given as `value`."""

    json: str
    text: str


def editor_value(body: Body) -> EditorValue:
    """The body to begin with."""
    return EditorValue(json.dumps(body.as_json(), ensure_ascii=False, separators=(",", ":")), plain_text(body))


def shown(posted: str | None, saved: Body) -> EditorValue:
    """What the field shows: what was typed comes back as it was, also where it was refused; else what is kept."""
    if posted is None:
        return editor_value(saved)
    try:
        return editor_value(from_posted(posted, before=saved))
    except Refused:
        return EditorValue(posted, plain_text(saved))


def outline_value(body: Body) -> EditorValue:
    """An outline to begin with; whoever has no script to change it with the kind of document begins with nothing."""
    return EditorValue(editor_value(body).json, "")


def outlines_json(outlines: Mapping[str, str]) -> str:
    """What the editor puts in place of an untouched outline when the kind is changed: the body of each kind's outline."""
    bodies = {code: read_outline(outline).as_json() for code, outline in outlines.items()}
    return json.dumps(bodies, ensure_ascii=False, separators=(",", ":"))


BLANK = editor_value(Body())
"""For an appendix that somebody adds: `blank` of `documents/_appendices.html`."""


def appendices_value(appendices: Iterable[Appendix]) -> str:
    """What `documents/_appendices.html` is given as `value`; `schema.parse_appendices` reads what comes back."""
    return json.dumps([appendix.as_json() for appendix in appendices], ensure_ascii=False, separators=(",", ":"))


def shown_appendices(posted: str | None, saved: Iterable[Appendix]) -> str:
    """The same of the appendices; what cannot be read at all gives way to what is kept."""
    if posted is None:
        return appendices_value(saved)
    try:
        return appendices_value(parse_appendices(posted))
    except Refused as refused:
        return posted if refused.problem.code != "document_body_broken" else appendices_value(saved)
