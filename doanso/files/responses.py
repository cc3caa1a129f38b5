"""Responses with files, as downloads that no browser runs or sniffs. The owner's view has checked its policy before."""

from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from doanso.files import names
from doanso.files.actions import fetch_blob
from doanso.files.kinds import Kind, kind_by_head
from doanso.files.models import Blob
from doanso.lib.problems import Problem, Refused

UNKNOWN = "application/octet-stream"


def hand_out(
    request: HttpRequest, blob: Blob, *, name: str | None = None, media: str | None = None, inline: bool = False
) -> HttpResponseBase:
    """Return the file as a download; it is read whole and checked before its first byte is sent.

    `inline` is for pictures inside a page; anything else stays a download. `Unavailable` and `Damaged` are raised to the
    caller.
    """
    try:
        plain = fetch_blob(blob)
    except Refused as refused:
        return problem_page(request, refused.problem, 410)
    kind = Kind(blob.kind) if blob.kind else kind_by_head(plain.read(12))
    plain.seek(0)
    extensions = kind.extensions if kind is not None else ()
    media = kind.media if kind is not None else media or UNKNOWN
    download_name = names.safe_name(name if name is not None else blob.name, extensions)
    return _answer(plain, download_name, media, inline=inline and kind is not None and kind.is_picture)


def hand_out_made(content: bytes | IO[bytes], *, name: str, media: str) -> HttpResponseBase:
    """Return content made for this answer alone, under the same headers; an open file is closed with the answer."""
    return _answer(content, names.safe_name(name), media, inline=False)


def _answer(content: bytes | IO[bytes], name: str, media: str, *, inline: bool) -> HttpResponseBase:
    answer: HttpResponse | FileResponse
    if isinstance(content, bytes):
        answer = HttpResponse(content, content_type=media)
    else:
        answer = FileResponse(content, content_type=media)
    answer["Content-Disposition"] = names.disposition(name, inline=inline)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    # Not compressed again: most files are compressed already, and the length stays known.
    answer["Content-Encoding"] = "identity"
    return answer


def problem_page(request: HttpRequest, problem: Problem, status: int) -> HttpResponse:
    """Return a page of one sentence, or the same as JSON for machines."""
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(
            {"code": problem.code, "message": problem.message, "field": problem.field}, status=status
        )
    else:
        answer = render(request, "files/problem.html", {"problem": problem}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
