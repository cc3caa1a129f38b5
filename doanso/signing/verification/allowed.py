"""Rules for changes after a signature, and names of forbidden changes.

The library's comparison of versions decides, with stricter rules than its own: nothing visible may be
added except in a field that was empty when the earlier signature was made.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, StandardDiffPolicy, SuspiciousModification
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.form_rules_api import (
    FieldComparisonContext,
    FieldComparisonSpec,
    FieldMDPRule,
    FormUpdate,
    FormUpdatingRule,
)
from pyhanko.sign.diff_analysis.rules.file_structure_rules import (
    CatalogModificationRule,
    ObjectStreamRule,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    DSSCompareRule,
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    is_field_visible,
)
from pyhanko.sign.diff_analysis.rules_api import QualifiedWhitelistRule
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from doanso.signing.verification import metadata
from doanso.signing.verification.layout import FileLayout
from doanso.signing.verification.signature_coverage import FieldVersion, SignedField, fields, resolve_reference
from doanso.signing.verification.stored_objects import StoredObject, type_of
from doanso.signing.verification.verdict import LaterChange

OFFICE_FIELDS: Final = frozenset({"number", "day", "month", "year"})
"""Text fields that are empty when the person signs; the organisation fills them once, with its signature."""

_FILLED = frozenset({"/V", "/AP"})


class _NewFields(SigFieldCreationRule):
    """New signature fields must be invisible: a visible one must have existed before."""

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        for name, spec in context.field_specs.items():
            if spec.old_field_ref is None and spec.new_field_ref is not None and spec.field_type == "/Sig":
                widget = spec.new_field_ref.get_object()
                if (
                    not isinstance(widget, generic.DictionaryObject)
                    or is_field_visible(widget)
                    or not _is_plain(widget)
                ):
                    raise SuspiciousModification(f"New visible field {name}")
        return super().apply(context)


def _is_plain(widget: generic.DictionaryObject) -> bool:
    """Return whether a field's rectangle consists of numbers; the library takes anything else for an invisible field."""
    if "/Rect" in widget:
        rect = widget["/Rect"]
        if not isinstance(rect, list) or not all(isinstance(number, int | Decimal) for number in rect):
            return False
    return "/Kids" not in widget or all(_is_plain(child.get_object()) for child in widget["/Kids"])


class _AddedFields(FieldMDPRule):
    """Extends another rule: a new visible signature field changes nothing that was signed, and no lock concerns it.

    `added.require_plain` checks the field itself.
    """

    def __init__(self, inner: FieldMDPRule) -> None:
        self._inner = inner

    def apply(self, context: FieldComparisonContext) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        new = {
            name
            for name, spec in context.field_specs.items()
            if spec.field_type == "/Sig" and spec.old_field_ref is None and spec.new_field_ref is not None
        }
        for level, update in self._inner.apply(context):
            if update.field_name in new:
                eased = replace(update, valid_when_locked=True, valid_when_certifying=True)
                yield ModificationLevel.LTA_UPDATES, eased
            else:
                yield level, update


class _OtherFields(GenericFieldModificationRule):
    """The organisation's own empty fields may be filled; no other field may change."""

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        if spec.field_type == "/Sig" or not spec.new_field_ref or not spec.old_field_ref:
            return
        if fq_name in OFFICE_FIELDS and spec.field_type == "/Tx" and not _is_held_open(spec.old_field):
            yield from super().check_form_field(fq_name, spec, context)
        else:
            compare_dicts(spec.old_field, spec.new_field, frozenset())


def _is_held_open(field: Any) -> bool:
    held = field.get("/V") if field is not None else None
    return bool(held) and not isinstance(held, generic.NullObject)


def _global_rules() -> list[QualifiedWhitelistRule]:
    return [
        CatalogModificationRule(ignored_keys=frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})),
        metadata.PlainInfo().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        metadata.PlainDescription().as_qualified(ModificationLevel.LTA_UPDATES),  # type: ignore[no-untyped-call] # inherited
    ]


_SIGNED = SigFieldModificationRule(
    allow_in_place_appearance_stream_changes=False, always_modifiable=frozenset(), value_update_keys=_FILLED
)
_OFFICE = _OtherFields(
    allow_in_place_appearance_stream_changes=False, always_modifiable=frozenset(), value_update_keys=_FILLED
)


def _policy(*field_rules: FieldMDPRule) -> StandardDiffPolicy:
    return StandardDiffPolicy(
        global_rules=_global_rules(),
        form_rule=FormUpdatingRule(field_rules=list(field_rules), ignored_acroform_keys=frozenset({"/Fields"})),
        ignore_orphaned_objects=False,
    )


POLICY = _policy(_NewFields(), _SIGNED, _OFFICE)  # type: ignore[no-untyped-call] # inherited from the library
ADDED = _policy(
    _AddedFields(SigFieldCreationRule(allow_new_visible_after_certify=True)),
    _AddedFields(_SIGNED),
    _OFFICE,
)
"""Like `POLICY`, but new visible signature fields are allowed."""


def has_only_added(signature: EmbeddedPdfSignature) -> bool:
    """Return whether the only forbidden changes are visible signatures in new fields; called after `POLICY` refused."""
    try:
        result = ADDED.review_file(
            signature.reader,
            signature.signed_revision,
            field_mdp_spec=signature.fieldmdp,
            doc_mdp=signature.docmdp_level,
        )
    except SuspiciousModification:
        return False
    if not is_allowed(result) or not isinstance(result, DiffResult):
        return False
    permission = signature.docmdp_level
    return permission is None or result.modification_level.value <= permission.value


def is_allowed(result: DiffResult | SuspiciousModification | None) -> bool:
    """Return whether the comparison found allowed changes only."""
    return isinstance(result, DiffResult) and result.modification_level <= ModificationLevel.FORM_FILLING


def changes(
    layout: FileLayout, place: SignedField, places: list[SignedField], allowed: bool, added: tuple[str, ...] = ()
) -> tuple[LaterChange, ...]:
    """Return the changes after a signature, version by version."""
    result: list[LaterChange] = []
    signed = {place.revision: place for place in places}
    root = layout.revisions[0].trailer["Root"]
    for number in range(place.revision + 1, len(layout.revisions)):
        before, after = layout.objects_as_of(number - 1), layout.objects_as_of(number)
        filled = _filled(fields(before, root), fields(after, root))
        if number in signed:
            kind = "time_stamped" if signed[number].is_time else "signed"
            if signed[number].name in added:
                kind = "signature_added"
            result.append(LaterChange(kind, True, (signed[number].name,)))
        if office := tuple(sorted(name for name in filled if name in OFFICE_FIELDS)):
            result.append(LaterChange("numbered", allowed, office))
        if not allowed:
            result += [LaterChange(kind, False) for kind in sorted(_kinds(layout, number, before, filled))]
        elif number not in signed and not office:
            result.append(LaterChange("validation_data", True))
    if not allowed and all(change.allowed for change in result):
        result.append(LaterChange("structure", False))
    return tuple(result)


def numbered_in(layout: FileLayout, number: int) -> tuple[str, ...]:
    """Return the organisation's fields that one version fills."""
    root = layout.revisions[0].trailer["Root"]
    filled = _filled(fields(layout.objects_as_of(number - 1), root), fields(layout.objects_as_of(number), root))
    return tuple(sorted(name for name in filled if name in OFFICE_FIELDS))


def _filled(before: list[FieldVersion], after: list[FieldVersion]) -> set[str]:
    was = {field.name: field.value for field in before if field.kind != "Sig"}
    return {field.name for field in after if field.kind != "Sig" and field.value != was.get(field.name)}


def _kinds(layout: FileLayout, number: int, before: dict[int, StoredObject], filled: set[str]) -> set[str]:
    """Return the kinds of changes in one version, as far as they can be named."""
    revision, after = layout.revisions[number], layout.objects_as_of(number)
    kinds = {"content"} if revision.freed & before.keys() else set()
    if filled - OFFICE_FIELDS:
        kinds.add("fields")
    for num, stored in revision.objects.items():
        old = before.get(num)
        if not isinstance(stored.value, dict):
            continue
        kind = type_of(stored.value)
        was = old.value if old is not None and isinstance(old.value, dict) else {}
        differs = {key for key in stored.value.keys() | was.keys() if stored.value.get(key) != was.get(key)}
        if kind == "Catalog":
            kinds |= {"layers"} if "OCProperties" in differs else set()
            kinds |= {"actions"} if differs & {"OpenAction", "AA", "Names", "URI"} else set()
            kinds |= {"pages"} if "Pages" in differs else set()
        elif kind == "Pages":
            kinds.add("pages")
        elif kind == "Page":
            if "Annots" in differs and not _only_widgets_added(
                was.get("Annots", []), stored.value.get("Annots", []), after
            ):
                kinds.add("annotations")
            kinds |= {"content"} if differs - {"Annots"} else set()
        elif old is not None and (stored.data is not None or kind in ("Font", "FontDescriptor", "XObject")):
            kinds.add("content")
        elif kind == "EmbeddedFile" or kind == "Filespec":
            kinds.add("attachments")
        elif "Rect" in stored.value and stored.value.get("Subtype") != "Widget":
            kinds.add("annotations")
        elif "Rect" in stored.value and old is None:
            kinds.add("empty_place" if stored.value.get("FT") == "Sig" and "V" not in stored.value else "fields")
    return kinds


def _only_widgets_added(was: Any, now: Any, objects: dict[int, StoredObject]) -> bool:
    """Return whether a page lists the annotations of before, and form fields behind them."""
    was, now = resolve_reference(objects, was), resolve_reference(objects, now)
    if not isinstance(was, list) or not isinstance(now, list) or now[: len(was)] != was:
        return False
    added = [resolve_reference(objects, reference) for reference in now[len(was) :]]
    return all(isinstance(widget, dict) and widget.get("Subtype") == "Widget" for widget in added)
