"""Where on the printed page something is still to be written or put: number, date, signature, seal."""

from dataclasses import asdict, dataclass
from typing import Any

PAGE_HEIGHT = 841.89
"""Points of an A4 page."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a page, in points from its upper left corner; `baseline` and `size` are those of words within."""

    page: int
    x: float
    y: float
    width: float
    height: float
    baseline: float = 0.0
    size: float = 0.0
    italic: bool = False

    def box(self, page_height: float = PAGE_HEIGHT) -> tuple[float, float, float, float]:
        """Lower left and upper right corner as a PDF counts, from the page's lower left."""
        bottom = page_height - self.y - self.height
        return tuple(round(coordinate, 2) for coordinate in (self.x, bottom, self.x + self.width, bottom + self.height))  # type: ignore[return-value]

    def as_json(self) -> dict[str, Any]:
        """To be kept beside the file."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Place":
        """What `as_json` wrote."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A printed document with its places by name."""

    pdf: bytes
    places: dict[str, Place]
