"""A body as the editor's field shows it: its JSON, and plain words for whoever has no script."""

import json
from dataclasses import dataclass

from doanso.documents.body.nodes import Body
from doanso.documents.body.text import plain_text


@dataclass(frozen=True, slots=True)
class EditorValue:
    """What `documents/_editor.html` is given as `value`."""

    json: str
    text: str


def editor_value(body: Body) -> EditorValue:
    """The body to begin with."""
    return EditorValue(json.dumps(body.as_json(), ensure_ascii=False, separators=(",", ":")), plain_text(body))
