"""The kinds of files that are taken in, and how they are known by their first bytes."""

import enum


class Kind(enum.StrEnum):
    """What a file is by its content, whatever its name says."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def media(self) -> str:
        """The content type it is handed out with."""
        return _MEDIA[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """How its name may end."""
        return ("jpg", "jpeg") if self is Kind.JPEG else (self.value,)

    @property
    def most_bytes(self) -> int:
        """How large one may be that somebody brings."""
        return _MOST[self]

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it inside a page: nothing in it can run."""
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
_MOST = {
    Kind.PDF: 25 << 20,
    Kind.DOCX: 25 << 20,
    Kind.XLSX: 10 << 20,
    Kind.PNG: 10 << 20,
    Kind.JPEG: 10 << 20,
    Kind.WEBP: 10 << 20,
}


def picture_kind(head: bytes) -> Kind | None:
    """Which picture these first bytes begin."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    return None


def kind_by_head(head: bytes) -> Kind | None:
    """What a file is, where its first bytes alone say so: a PDF or a picture. Word and Excel begin alike."""
    return Kind.PDF if head.startswith(b"%PDF-") else picture_kind(head)
