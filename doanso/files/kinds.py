"""The accepted kinds of files, and how their first bytes identify them."""

import enum


class Kind(enum.StrEnum):
    """The kind of a file by its content, whatever its name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def media(self) -> str:
        """Return the content type of responses."""
        return _MEDIA[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """Return the accepted endings of its name."""
        return ("jpg", "jpeg") if self is Kind.JPEG else (self.value,)

    @property
    def most_bytes(self) -> int:
        """Return the size limit of an upload in bytes."""
        return MOST_BYTES[self]

    @property
    def is_picture(self) -> bool:
        """Return whether a browser may show it inside a page: it can't contain code."""
        return self in (Kind.PNG, Kind.JPEG, Kind.WEBP)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Kind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
}
MOST_BYTES = {
    Kind.PDF: 25 << 20,
    Kind.DOCX: 25 << 20,
    Kind.XLSX: 10 << 20,
    Kind.PNG: 10 << 20,
    Kind.JPEG: 10 << 20,
    Kind.WEBP: 10 << 20,
}
"""The size limit of an upload of each kind."""


def picture_kind(head: bytes) -> Kind | None:
    """Return the kind of picture that begins with these bytes, None for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    return None


def kind_by_head(head: bytes) -> Kind | None:
    """Return the kind where the first bytes alone identify it: a PDF or a picture. Word and Excel files begin alike."""
    return Kind.PDF if head.startswith(b"%PDF-") else picture_kind(head)
