"""Fields that printing leaves open on a page, to be filled when the document is signed and issued."""

from dataclasses import asdict, dataclass
from typing import Any

PAGE_HEIGHT = 841.89
"""Height of an A4 page in points."""


@dataclass(frozen=True, slots=True)
class OpenField:
    """The area of a number, a date part, a signature or a seal: a rectangle in points from the page's upper left corner.

    `page` counts from 1. `baseline` (from the rectangle's top) and `size` (of the letters) are set for fields of text.
    """

    page: int
    x: float
    y: float
    width: float
    height: float
    baseline: float = 0.0
    size: float = 0.0
    italic: bool = False

    def box(self, page_height: float = PAGE_HEIGHT) -> tuple[float, float, float, float]:
        """Return the lower left and upper right corner in PDF coordinates, whose origin is the page's lower left corner."""
        bottom = page_height - self.y - self.height
        return tuple(round(coordinate, 2) for coordinate in (self.x, bottom, self.x + self.width, bottom + self.height))  # type: ignore[return-value]

    def as_json(self) -> dict[str, Any]:
        """Return the field as JSON values, stored beside the file."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "OpenField":
        """Build a field from what `as_json` returned."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A printed PDF with its open fields by name."""

    pdf: bytes
    open_fields: dict[str, OpenField]
