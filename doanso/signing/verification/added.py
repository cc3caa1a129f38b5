"""Signatures added later by another tool in visible fields of their own: checks that they hide nothing.

The comparison of versions has shown that nothing else was added (`allowed.ADDED`). This module checks the field:
signed in the version that created it, plain, small, on an empty part of its one page, at a distance from words and
from every other field and annotation, with an appearance that stays within it and hides no words. Both versions of
the page are also rendered and compared. Earlier signatures are left out of the page for this, since an organisation's
seal lies over a third of the person's signature; the field may cover a part of them, and of nothing else.
"""

from collections import defaultdict
from typing import Any, Final

import pypdfium2
from pypdfium2 import raw

from doanso.signing.verification.layout import FileLayout
from doanso.signing.verification.lexer import Fault, ObjectReference
from doanso.signing.verification.signature_coverage import FieldVersion, SignedField, fields, resolve_reference
from doanso.signing.verification.stored_objects import StoredObject

Box = tuple[float, float, float, float]
_KEYS: Final = frozenset(
    {"Type", "Subtype", "FT", "T", "TU", "Ff", "V", "F", "Rect", "P", "AP", "MK", "Lock", "DA", "DR", "Border"}
)
_PLAIN_FLAGS: Final = 4 | 64 | 128 | 512
SMALLEST: Final = 4
"""Points; narrower or lower fields are unreadable."""
LARGEST_PART: Final = 6
"""Largest share of its page that a field may cover."""
NEAREST: Final = 12
"""Points; a field nearer to other content may be read together with it."""
MOST_COVERED: Final = 2 / 3
"""Largest share of an earlier signature's field that a later one may cover."""
_NEXT_WORD: Final = 36
_NEXT_WORD_HEIGHTS: Final = 3
_SCALE: Final = 2.0
_MOST_PIXELS: Final = 8_000_000
_MOST_PAGES: Final = 5_000
_EDGE: Final = 2
_SMALLEST_LETTER: Final = 0.4


def require_plain(layout: FileLayout, place: SignedField, places: list[SignedField]) -> tuple[str, ...]:
    """Return the names of visible signature fields added after a signature; raise `Fault` where one may hide something."""
    root = layout.revisions[0].trailer["Root"]
    known_fields = {(candidate.name, candidate.num) for candidate in fields(layout.objects_as_of(place.revision), root)}
    names: list[str] = []
    for number in range(place.revision + 1, len(layout.revisions)):
        before, after = layout.objects_as_of(number - 1), layout.objects_as_of(number)
        shown = {candidate.name: candidate for candidate in fields(before, root) if _is_visible(candidate.dictionary)}
        for field in fields(after, root):
            # A field that was invisible before and is visible now counts as created in this version.
            if (
                (field.name, field.num) in known_fields
                or not _is_visible(field.dictionary)
                or shown.get(field.name) == field
            ):
                continue
            if not any(
                candidate.name == field.name and candidate.revision == number and not candidate.is_time
                for candidate in places
            ):
                raise Fault("added_unsigned", field.name)
            _require_field(layout, number, field, places)
            names.append(field.name)
    return tuple(names)


def require_own_place(layout: FileLayout, place: SignedField, places: list[SignedField]) -> None:
    """Raise `Fault` for a signature in a field of its own that `require_plain` does not allow."""
    root = layout.revisions[0].trailer["Root"]
    creation = next(
        candidate for candidate in fields(layout.objects_as_of(place.revision), root) if candidate.name == place.name
    )
    if place.revision == 0 or any(
        candidate.name == place.name for candidate in fields(layout.objects_as_of(place.revision - 1), root)
    ):
        raise Fault("added_odd", place.name)
    _require_field(layout, place.revision, creation, places)


def invisible_signatures(layout: FileLayout, places: list[SignedField]) -> tuple[str, ...]:
    """Return the names of later signatures in new invisible fields."""
    root = layout.revisions[0].trailer["Root"]
    names: list[str] = []
    for place in places[1:]:
        if place.is_time:
            continue
        known_names = {field.name for field in fields(layout.objects_as_of(place.revision - 1), root)}
        creation = next(
            field for field in fields(layout.objects_as_of(place.revision), root) if field.name == place.name
        )
        if place.name not in known_names and not _is_visible(creation.dictionary):
            names.append(place.name)
    return tuple(names)


def _is_visible(dictionary: dict[str, Any]) -> bool:
    rect = dictionary.get("Rect")
    if "Kids" in dictionary:
        return True
    if not isinstance(rect, list) or len(rect) != 4 or not all(isinstance(number, int | float) for number in rect):
        return rect is not None
    return bool(rect[0] != rect[2] and rect[1] != rect[3])


def _require_field(layout: FileLayout, number: int, field: FieldVersion, places: list[SignedField]) -> None:
    before, after = layout.objects_as_of(number - 1), layout.objects_as_of(number)
    creation = field.dictionary
    flags = creation.get("F", 0)
    if (
        creation.keys() - _KEYS
        or creation.get("Subtype") != "Widget"
        or creation.get("MK")
        or not isinstance(flags, int)
    ):
        raise Fault("added_odd", field.name)
    if flags & ~_PLAIN_FLAGS:
        raise Fault("added_odd", field.name)
    page = creation.get("P")
    root = layout.revisions[0].trailer["Root"]
    pages = _pages(after, root)
    if not isinstance(page, ObjectReference) or page.num not in pages:
        raise Fault("added_odd", field.name)
    # A widget is drawn on every page that lists it, whatever its /P entry says.
    if _listings(after, pages)[field.num] != [page.num]:
        raise Fault("added_elsewhere", field.name)
    holder = _inherited(after, page)
    if holder.get("Rotate", 0) != 0 or "UserUnit" in holder:
        raise Fault("added_odd", field.name)
    rect = _box(after, creation.get("Rect"))
    paper = _box(after, holder.get("CropBox", holder.get("MediaBox")))
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    if width < SMALLEST or height < SMALLEST or not _within(rect, paper):
        raise Fault("added_odd", field.name)
    if width * height * LARGEST_PART > (paper[2] - paper[0]) * (paper[3] - paper[1]):
        raise Fault("added_large", field.name)
    earlier = {place.name for place in places if place.revision < number}
    signed = {candidate.num for candidate in fields(before, root) if candidate.name in earlier}
    for num, other in _annotations(before, page):
        if _overlap(rect, other) and (num not in signed or _covered_share(rect, other) > MOST_COVERED):
            raise Fault("added_over", field.name)
    _require_look(after, creation.get("AP"), width, height)
    left_out = [_positions(version, page, signed) for version in (before, after)]
    _require_drawn(layout, number, pages.index(page.num), left_out, rect, paper)


def _pages(objects: dict[int, StoredObject], root: ObjectReference) -> list[int]:
    catalog = resolve_reference(objects, root)
    waiting, page_numbers = [catalog.get("Pages") if isinstance(catalog, dict) else None], list[int]()
    while waiting:
        reference = waiting.pop(0)
        node = resolve_reference(objects, reference)
        if not isinstance(reference, ObjectReference) or not isinstance(node, dict) or len(page_numbers) > _MOST_PAGES:
            raise Fault("added_odd", "pages")
        kids = resolve_reference(objects, node.get("Kids"))
        if isinstance(kids, list):
            waiting = [*kids, *waiting]
        else:
            page_numbers.append(reference.num)
        if len(waiting) > _MOST_PAGES:
            raise Fault("added_odd", "pages")
    return page_numbers


def _listings(objects: dict[int, StoredObject], pages: list[int]) -> dict[int, list[int]]:
    """Return for every annotation the pages that list it, with repetitions."""
    pages_by_annotation: dict[int, list[int]] = defaultdict(list)
    for page in pages:
        held = objects[page].value
        listed = resolve_reference(objects, held.get("Annots", []))
        for reference in listed if isinstance(listed, list) else []:
            if isinstance(reference, ObjectReference):
                pages_by_annotation[reference.num].append(page)
    return pages_by_annotation


def _inherited(objects: dict[int, StoredObject], page: ObjectReference) -> dict[str, Any]:
    """Return a page's entries including inherited ones."""
    entries: dict[str, Any] = {}
    reference: Any = page
    for _level in range(20):
        node = resolve_reference(objects, reference)
        if not isinstance(node, dict):
            break
        entries = node | entries
        reference = node.get("Parent")
        if reference is None:
            return entries
    raise Fault("added_odd", "pages")


def _box(objects: dict[int, StoredObject], rectangle: Any) -> Box:
    listed = resolve_reference(objects, rectangle)
    numbers = (
        [resolve_reference(objects, number) for number in listed]
        if isinstance(listed, list) and len(listed) == 4
        else []
    )
    if len(numbers) != 4 or not all(isinstance(number, int | float) for number in numbers):
        raise Fault("added_odd", "rectangle")
    x1, y1, x2, y2 = (float(number) for number in numbers)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _is_beside(letter: Box, field: Box) -> bool:
    """Return whether a field continues the line of a letter."""
    gap = max(_NEXT_WORD, _NEXT_WORD_HEIGHTS * (letter[3] - letter[1]))
    return letter[1] < field[3] and field[1] < letter[3] and letter[0] < field[2] + gap and field[0] - gap < letter[2]


def _is_level(letter: Box, field: Box) -> bool:
    return letter[1] >= field[1] and letter[3] <= field[3]


def _covered_share(box: Box, other: Box) -> float:
    """Return the share of another, overlapping box that a box covers; of a box without an area nothing can be covered."""
    across, up = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    area = (other[2] - other[0]) * (other[3] - other[1])
    return across * up / area if area else 0.0


def _listed(objects: dict[int, StoredObject], page: ObjectReference) -> list[Any]:
    held = resolve_reference(objects, page)
    listed = resolve_reference(objects, held.get("Annots", [])) if isinstance(held, dict) else []
    return listed if isinstance(listed, list) else []


def _annotations(objects: dict[int, StoredObject], page: ObjectReference) -> list[tuple[int | None, Box]]:
    """Return the boxes of a page's annotations, with their numbers where the page refers to them."""
    boxes: list[tuple[int | None, Box]] = []
    for reference in _listed(objects, page):
        annotation = resolve_reference(objects, reference)
        if isinstance(annotation, dict) and annotation.get("Rect") is not None:
            num = reference.num if isinstance(reference, ObjectReference) else None
            boxes.append((num, _box(objects, annotation["Rect"])))
    return boxes


def _positions(objects: dict[int, StoredObject], page: ObjectReference, numbers: set[int]) -> list[int]:
    """Return the positions of these objects among a page's annotations."""
    return [
        position
        for position, reference in enumerate(_listed(objects, page))
        if isinstance(reference, ObjectReference) and reference.num in numbers
    ]


def _require_look(objects: dict[int, StoredObject], look: Any, width: float, height: float) -> None:
    """Require a single normal appearance, no larger than its field and not skewed, so that every reader draws it within the
    field."""
    appearance = resolve_reference(objects, look)
    if (
        not isinstance(appearance, dict)
        or appearance.keys() != {"N"}
        or not isinstance(appearance["N"], ObjectReference)
    ):
        raise Fault("added_look")
    stored = objects.get(appearance["N"].num)
    if stored is None or stored.data is None or not isinstance(stored.value, dict):
        raise Fault("added_look")
    if stored.value.get("Subtype") != "Form":
        raise Fault("added_look")
    box = _box(objects, stored.value.get("BBox"))
    matrix = resolve_reference(objects, stored.value.get("Matrix", [1, 0, 0, 1, 0, 0]))
    if not isinstance(matrix, list) or matrix[:4] not in (
        [1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0],
    ):  # fmt: skip
        raise Fault("added_look")
    across, up = box[2] - box[0], box[3] - box[1]
    if matrix[0] == 0:
        across, up = up, across
    if across <= 0 or up <= 0 or across > width + 1 or up > height + 1:
        raise Fault("added_look")


def _require_drawn(
    layout: FileLayout, number: int, index: int, left_out: list[list[int]], rect: Box, paper: Box
) -> None:
    """Require that the field's area was empty before, that the rest of the page is unchanged, and that no word is hidden.

    `left_out` are the positions of the annotations to be left out of the page, before and after.
    """
    versions = [layout.data[: layout.revisions[version].last] for version in (number - 1, number)]
    if (paper[2] - paper[0]) * (paper[3] - paper[1]) * _SCALE * _SCALE > _MOST_PIXELS:
        raise Fault("added_odd", "page")
    try:
        (before, was), (after, letters) = (
            _drawn(content, index, positions) for content, positions in zip(versions, left_out, strict=True)
        )
    except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
        raise Fault("added_look", "drawing") from error
    if before.size != after.size:
        raise Fault("added_look", "drawing")
    left, right = int((rect[0] - paper[0]) * _SCALE), int((rect[2] - paper[0]) * _SCALE)
    top, bottom = int((paper[3] - rect[3]) * _SCALE), int((paper[3] - rect[1]) * _SCALE)
    around = (left - _EDGE, top - _EDGE, right + _EDGE, bottom + _EDGE)
    if not before.is_plain(around) or after.is_plain((left, top, right, bottom)):
        raise Fault("added_over" if not before.is_plain(around) else "added_unseen")
    near = int(NEAREST * _SCALE)
    if not before.is_plain((left - near, top - near, right + near, bottom + near)) or any(
        _is_beside(box, rect) for box in was
    ):
        raise Fault("added_near")
    if not before.is_same_outside(after, around):
        raise Fault("added_look", "outside")
    field = (rect[0] - 1, rect[1] - 1, rect[2] + 1, rect[3] + 1)
    inside = [box for box in letters if _within(box, field)]
    # Tools clip a line that is too long at the field's edge; text anywhere else is hidden.
    cut = [box for box in letters if box[0] > field[0] and not _within(box, field) and _is_level(box, field)]
    if len(letters) - len(inside) - len(cut) > len(was):
        raise Fault("added_hidden")
    for x1, y1, x2, y2 in inside:
        pixels = (
            int((x1 - paper[0]) * _SCALE) - 1, int((paper[3] - y2) * _SCALE) - 1,
            int((x2 - paper[0]) * _SCALE) + 2, int((paper[3] - y1) * _SCALE) + 2,
        )  # fmt: skip
        if max(y2 - y1, x2 - x1) < _SMALLEST_LETTER or after.is_plain(pixels):
            raise Fault("added_hidden")


class _Picture:
    """A rendered page in greyscale."""

    def __init__(self, width: int, height: int, stride: int, pixels: bytes) -> None:
        self.size = (width, height)
        self._rows = [pixels[row * stride : row * stride + width] for row in range(height)]

    def is_plain(self, box: tuple[int, int, int, int]) -> bool:
        """Return whether an area has one shade."""
        left, top, right, bottom = self._clipped(box)
        shades = {shade for row in self._rows[top:bottom] for shade in row[left:right]}
        return max(shades, default=0) - min(shades, default=0) <= _EDGE

    def is_same_outside(self, other: "_Picture", box: tuple[int, int, int, int]) -> bool:
        """Return whether both pages are equal outside an area."""
        left, top, right, bottom = self._clipped(box)
        for number, (own_row, other_pixels) in enumerate(zip(self._rows, other._rows, strict=True)):
            if top <= number < bottom:
                if own_row[:left] != other_pixels[:left] or own_row[right:] != other_pixels[right:]:
                    return False
            elif own_row != other_pixels:
                return False
        return True

    def _clipped(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        return max(box[0], 0), max(box[1], 0), min(box[2], self.size[0]), min(box[3], self.size[1])


def _drawn(data: bytes, index: int, left_out: list[int]) -> tuple[_Picture, list[Box]]:
    """Return a page rendered in greyscale without some annotations, and the boxes of its letters, those of appearances
    included."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[index]
        for position in reversed(left_out):
            if not raw.FPDFPage_RemoveAnnot(page.raw, position):
                raise ValueError("an annotation that cannot be left out")
        page.close()
        document.init_forms()
        page = document[index]
        bitmap = page.render(scale=_SCALE, may_draw_forms=True, grayscale=True)
        if bitmap.n_channels != 1:
            raise ValueError("a picture of another kind")
        pixels = bytes(memoryview(bitmap.buffer).cast("B"))
        picture = _Picture(bitmap.width, bitmap.height, bitmap.stride, pixels)
        raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
        page.close()
        words = document[index].get_textpage()
        letters = []
        for number in range(words.count_chars()):
            code = raw.FPDFText_GetUnicode(words.raw, number)
            if code > 32 and not chr(code).isspace() and raw.FPDFText_IsGenerated(words.raw, number) != 1:
                letters.append(words.get_charbox(number))
        return picture, letters
    finally:
        document.close()
