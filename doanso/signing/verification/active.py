"""Active content, which can change the visible page although no byte changes.

That is hidden layers, scripts, alternate images for printing, external references. A file with such content is never valid.
"""

from typing import Any

from doanso.signing.verification.layout import FileLayout
from doanso.signing.verification.lexer import Fault
from doanso.signing.verification.signature_coverage import inner_values, resolve_reference
from doanso.signing.verification.stored_objects import StoredObject, type_of

_ACTIONS = frozenset(
    {"JavaScript", "Launch", "ImportData", "SetOCGState", "Hide", "Rendition", "RichMediaExecute", "GoTo3DView",
     "Movie", "Sound", "SubmitForm", "ResetForm", "GoToE", "GoToR", "Trans"}
)  # fmt: skip
_PLAYERS = frozenset({"Movie", "Sound", "Screen", "3D", "RichMedia", "Projection"})
_SHOWN_ANYWAY = frozenset({"Widget", "Popup", "Link"})
_HIDDEN, _NO_VIEW, _TOGGLE = 1 << 1, 1 << 5, 1 << 8


def require_still(layout: FileLayout) -> None:
    """Raise `Fault` for a file that holds active content in any version."""
    for revision in layout.revisions:
        for stored in revision.objects.values():
            _judge(stored.value, stored)
            for part in inner_values(stored.value):
                if isinstance(part, dict):
                    _judge(part, None)
    for number in range(len(layout.revisions)):
        _layers(layout.objects_as_of(number), layout)


def _judge(value: Any, stored: StoredObject | None) -> None:
    if not isinstance(value, dict):
        return
    if "JS" in value or "XFA" in value or "AA" in value or "JavaScript" in value or "Collection" in value:
        raise Fault("active_content")
    action = value.get("S")
    if action in _ACTIONS and "P" not in value and type_of(value) != "StructElem":
        raise Fault("active_content", str(action))
    if stored is not None and stored.data is not None and ("F" in value or "FFilter" in value):
        raise Fault("outside_content", stored.num)
    if "OPI" in value or (value.get("Subtype") == "Form" and "Ref" in value):
        raise Fault("outside_content")
    if value.get("Subtype") == "Image" and "Alternates" in value:
        raise Fault("other_on_paper")
    if "Rect" in value and "Subtype" in value:
        _annotation(value)


def _annotation(value: dict[str, Any]) -> None:
    kind = value["Subtype"]
    if kind in _PLAYERS:
        raise Fault("active_content", str(kind))
    flags = value.get("F", 0)
    if not isinstance(flags, int) or (kind not in _SHOWN_ANYWAY and flags & (_HIDDEN | _NO_VIEW | _TOGGLE)):
        raise Fault("hidden_annotation")


def _layers(objects: dict[int, StoredObject], layout: FileLayout) -> None:
    catalog = resolve_reference(objects, layout.revisions[0].trailer["Root"])
    if not isinstance(catalog, dict):
        raise Fault("catalog")
    layers = resolve_reference(objects, catalog.get("OCProperties"))
    if layers is None:
        return
    configurations = [layers.get("D")] if isinstance(layers, dict) else [layers]
    others = resolve_reference(objects, layers.get("Configs")) if isinstance(layers, dict) else None
    configurations += others if isinstance(others, list) else []
    for configuration in configurations:
        resolved_configuration = resolve_reference(objects, configuration)
        if not isinstance(resolved_configuration, dict):
            raise Fault("hidden_layer")
        hidden = resolve_reference(objects, resolved_configuration.get("OFF")) or resolve_reference(
            objects, resolved_configuration.get("AS")
        )
        if hidden or resolved_configuration.get("BaseState", "ON") != "ON":
            raise Fault("hidden_layer")


def attachments(layout: FileLayout) -> int:
    """Return the number of embedded files; they are signed, but not shown on the pages."""
    objects = layout.objects_as_of(len(layout.revisions) - 1).values()
    return sum(1 for stored in objects if type_of(stored.value) == "EmbeddedFile")
