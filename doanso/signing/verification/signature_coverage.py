"""Signature fields and their byte ranges: every signature dictionary belongs to one field and covers its whole version.

A signature outside a field, and a field whose signature is missing, moved, copied or unreadable, is a fault: nothing inconsistent
is ignored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from doanso.signing.verification.layout import FileLayout
from doanso.signing.verification.lexer import Fault, Hex, ObjectReference, PdfString
from doanso.signing.verification.stored_objects import StoredObject

DETACHED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached"})
TIME = "ETSI.RFC3161"
_FILTERS = frozenset({"Adobe.PPKLite", "Adobe.PPKMS", "Adobe.PubSec"})
_DIGITS = re.compile(rb"<(?:[0-9a-f]+|[0-9A-F]+)>")
MOST_FIELDS = 2_000
MOST_SIGNATURES = 40


@dataclass(frozen=True, slots=True)
class SignedField:
    """A filled signature field: its full name, the object of its dictionary, its version and its byte range."""

    name: str
    num: int
    revision: int
    is_time: bool
    contents: bytes
    byte_range: tuple[int, int, int, int]
    covers_file: bool

    @property
    def covered(self) -> int:
        """The end of the signed byte range."""
        return self.byte_range[2] + self.byte_range[3]


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """A form field as of one version."""

    name: str
    kind: str
    num: int
    value: Any
    dictionary: dict[str, Any]


def fields(objects: dict[int, StoredObject], root: ObjectReference) -> list[FieldVersion]:
    """Return all fields with their full names; raise `Fault` for two of one name."""
    catalog = _dictionary(objects, root)
    form = resolve_reference(objects, catalog.get("AcroForm"))
    if form is None:
        return []
    if not isinstance(form, dict):
        raise Fault("form")
    result: list[FieldVersion] = []
    visited: set[int] = set()
    _collect(objects, resolve_reference(objects, form.get("Fields", [])), "", ("", None), result, visited, 0)
    names = [field.name for field in result]
    if len(set(names)) != len(names):
        raise Fault("duplicate_field", next(name for name in names if names.count(name) > 1))
    return result


def resolve_reference(objects: dict[int, StoredObject], value: Any) -> Any:
    """Resolve a reference; a missing object, or one of another generation, is null."""
    for _step in range(4):
        if not isinstance(value, ObjectReference):
            return value
        stored = objects.get(value.num)
        value = stored.value if stored is not None and stored.gen == value.gen else None
    raise Fault("references")


def _dictionary(objects: dict[int, StoredObject], value: Any) -> dict[str, Any]:
    dictionary = resolve_reference(objects, value)
    if not isinstance(dictionary, dict):
        raise Fault("catalog")
    return dictionary


def _collect(
    objects: dict[int, StoredObject],
    listed: Any,
    above: str,
    inherited: tuple[str, Any],
    collected: list[FieldVersion],
    visited: set[int],
    depth: int,
) -> None:
    if not isinstance(listed, list) or depth > 10:
        raise Fault("form")
    for reference in listed:
        if not isinstance(reference, ObjectReference) or reference.num in visited or len(visited) > MOST_FIELDS:
            raise Fault("form")
        visited.add(reference.num)
        field = _dictionary(objects, reference)
        if "T" not in field:
            # A widget of the parent field.
            if "V" in field or "FT" in field or "Kids" in field or not above:
                raise Fault("form", reference.num)
            continue
        part = field["T"]
        if not isinstance(part, PdfString) or not part or part.count(b"."):
            raise Fault("form", reference.num)
        name = f"{above}.{_words(part)}" if above else _words(part)
        kind = str(field.get("FT", inherited[0]))
        held = field.get("V", inherited[1])
        collected.append(FieldVersion(name, kind, reference.num, held, field))
        if "Kids" in field:
            _collect(
                objects, resolve_reference(objects, field["Kids"]), name, (kind, held), collected, visited, depth + 1
            )


def _words(written: bytes) -> str:
    for mark, coding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8")):
        if written.startswith(mark):
            return written[len(mark) :].decode(coding, "replace").replace("\x00", "")
    return written.decode("latin-1")


def looks_signed(value: Any) -> bool:
    """Return whether any reader may take a dictionary for a signature."""
    if not isinstance(value, dict):
        return False
    kind = value.get("Type")
    return "ByteRange" in value or kind in ("Sig", "DocTimeStamp") or ("SubFilter" in value and "Contents" in value)


def inner_values(value: Any) -> Iterator[Any]:
    """Yield all values inside a value, without following references."""
    waiting = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def find(layout: FileLayout) -> list[SignedField]:
    """Return the filled signature fields in the order of signing; raise `Fault` for any inconsistency."""
    written = _written(layout)
    last = len(layout.revisions) - 1
    objects, root = layout.objects_as_of(last), layout.revisions[0].trailer["Root"]
    places: list[SignedField] = []
    used: set[int] = set()
    for field in fields(objects, root):
        if field.kind != "Sig" or "V" not in field.dictionary:
            continue
        held = field.dictionary["V"]
        if not isinstance(held, ObjectReference) or held.num not in written or held.num in used:
            raise Fault("signature_malformed", field.name)
        used.add(held.num)
        places.append(_place(layout, field.name, held, *written[held.num]))
    if stray := written.keys() - used:
        raise Fault("stray_signature", min(stray))
    places.sort(key=lambda place: (place.covered, place.revision))
    _require_apart(places)
    return places


def _written(layout: FileLayout) -> dict[int, tuple[int, StoredObject]]:
    """Return every signature dictionary of every version by its number."""
    signatures: dict[int, tuple[int, StoredObject]] = {}
    numbers: dict[int, int] = {}
    for index, revision in enumerate(layout.revisions):
        for stored in revision.objects.values():
            numbers[stored.num] = numbers.get(stored.num, 0) + 1
            if looks_signed(stored.value):
                if stored.num in signatures:
                    raise Fault("signature_overwritten", stored.num)
                if stored.data is not None or stored.inside:
                    raise Fault("signature_malformed", stored.num)
                signatures[stored.num] = (index, stored)
            if any(looks_signed(part) for part in inner_values(stored.value)):
                raise Fault("signature_malformed", stored.num)
    for num in signatures:
        if numbers[num] > 1 or any(num in revision.freed for revision in layout.revisions):
            raise Fault("signature_overwritten", num)
    if len(signatures) > MOST_SIGNATURES:
        raise Fault("too_large")
    return signatures


def _place(layout: FileLayout, name: str, held: ObjectReference, revision: int, stored: StoredObject) -> SignedField:
    signature, data = stored.value, layout.data
    if held.gen != stored.gen:
        raise Fault("signature_malformed", name)
    subfilter = signature.get("SubFilter")
    kind = str(signature.get("Type", "Sig"))
    is_time = kind == "DocTimeStamp"
    if kind not in ("Sig", "DocTimeStamp") or signature.get("Filter") not in _FILTERS:
        raise Fault("signature_malformed", name)
    if (subfilter != TIME) if is_time else (subfilter not in DETACHED):
        raise Fault("signature_kind", str(subfilter))
    numbers, contents = signature.get("ByteRange"), signature.get("Contents")
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(type(n) is int for n in numbers):
        raise Fault("byte_range", name)
    begin, first, second, rest = numbers
    if begin != 0 or first <= 0 or second <= first or rest <= 0 or second + rest > len(data):
        raise Fault("byte_range", name)
    if not isinstance(contents, Hex) or (contents.start, contents.end) != (first, second):
        raise Fault("byte_range", name)
    # The gap in the byte range must be exactly this dictionary's /Contents string, in the one accepted form.
    if not stored.start < first < second < stored.end or _DIGITS.fullmatch(data, first, second) is None:
        raise Fault("byte_range", name)
    own_revision = layout.revisions[revision]
    if not own_revision.end <= second + rest <= own_revision.last:
        raise Fault("byte_range", name)
    covers_file = revision == len(layout.revisions) - 1
    return SignedField(name, stored.num, revision, is_time, bytes(contents), (begin, first, second, rest), covers_file)


def _require_apart(places: list[SignedField]) -> None:
    """Require at most one signature per version, and no signature used twice."""
    if len({place.revision for place in places}) != len(places):
        raise Fault("byte_range", "shared")
    if len({place.contents.rstrip(b"\0") for place in places}) != len(places):
        raise Fault("signature_copied")
