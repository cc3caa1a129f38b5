"""Public verification without an account or script, in large type. Uploaded files are neither stored nor executed."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.secret_links import network_of_request
from doanso.files.problems import Damaged, Unavailable
from doanso.files.responses import hand_out
from doanso.lib.anonymous_bodies import bounds_bodies_itself
from doanso.lib.problems import Refused
from doanso.lib.site_url import site_url
from doanso.signing import verdict_messages
from doanso.signing.actions import tries
from doanso.signing.forms.verification import CodeForm, FileForm
from doanso.signing.models import PublicFile
from doanso.signing.ports import match_paper, page_of_code
from doanso.signing.queries import public as queries
from doanso.signing.queries.authorities import read_trust
from doanso.signing.verification_codes import format_code, read_code
from doanso.units import queries as units

_AROUND_THE_FILE = 16 << 10
View = Callable[..., HttpResponseBase]


def _for_everybody(view: View) -> View:
    """Wrap a public view: its pages are not indexed or cached, and need no CSRF token, since nobody is signed in."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


def _start(
    request: HttpRequest, *, code: CodeForm | None = None, file: FileForm | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request, "signing/verify/start.html", {"code_form": code or CodeForm(), "file_form": file or FileForm()},
        status=status,
    )  # fmt: skip


@_for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Show the forms for a code and for a file."""
    if request.method != "POST":
        return _start(request)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _start(request, code=form, status=422)
    code = read_code(form.cleaned_data["code"])
    public_file = queries.file_of_code(code) if code is not None else None
    page = page_of_code(code) if code is not None and public_file is None else ""
    try:
        tries.take_code_try(network=network_of_request(request), missed=public_file is None and not page)
    except Refused as refused:
        form.add_error("code", refused.problem.message)
        return _start(request, code=form, status=429)
    if page:
        return redirect(page)
    if public_file is None:
        form.add_error("code", _("No document was issued under this code. Look at the foot of the page once more."))
        return _start(request, code=form, status=422)
    return redirect("signing:verify-code", public_file.code)


def _found(request: HttpRequest, code: str) -> PublicFile | None:
    """Return the issued file of the code in an address; an unknown code is counted like a wrong typed one."""
    plain = read_code(code)
    public_file = queries.file_of_code(plain) if plain is not None else None
    tries.take_code_try(network=network_of_request(request), missed=public_file is None)
    return public_file


@_for_everybody
@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the file issued under a code: the document, its signers, whether it is valid; lead to the page of another paper."""
    plain = read_code(code)
    if plain is not None and (page := page_of_code(plain)):
        return redirect(page)
    try:
        public_file = _found(request, code)
    except Refused as refused:
        return render(request, "signing/verify/nothing.html", {"problem": refused.problem.message}, status=429)
    if public_file is None:
        return render(request, "signing/verify/nothing.html", status=404)
    verdict_message, problem = None, ""
    try:
        verdict_message = verdict_messages.describe_verdict(queries.verdict_of_public(public_file, read_trust()))
    except (Refused, Unavailable, Damaged) as error:
        problem = error.problem.message
    return _result(request, verdict_message=verdict_message, public_file=public_file, brought=None, problem=problem)


@_for_everybody
@require_POST
@bounds_bodies_itself
def by_file(request: HttpRequest) -> HttpResponse:
    """Verify an uploaded file, which is held in an anonymous temporary file meanwhile."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > queries.LARGEST + _AROUND_THE_FILE:
        # Refused by its declared length, before it is read.
        form = FileForm({}, MultiValueDict())
        message = _("The file is larger than 25 MB. Only smaller files can be verified here.")
        form.errors["file"] = form.error_class([message])
        return _start(request, file=form, status=413)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(request, file=form, status=422)
    try:
        tries.take_file_try(network=network_of_request(request))
    except Refused as refused:
        form.add_error("file", refused.problem.message)
        return _start(request, file=form, status=429)
    content = form.content()
    looked = queries.examine_file(content)
    name = str(form.cleaned_data["file"].name or "")[-120:]
    # A file with signatures, and one that was issued here, gets the verdict of a signed file.
    codes = queries.codes_of_file(content) if looked.issued is None and not looked.verdict.signatures else []
    if codes and page_of_code(codes[0]):
        return _paper(request, form, content, codes, brought=name)
    return _result(
        request,
        verdict_message=verdict_messages.describe_verdict(looked.verdict),
        public_file=looked.issued,
        brought=name,
        is_companion=looked.is_companion,
    )


def _paper(request: HttpRequest, form: FileForm, content: bytes, codes: Sequence[str], *, brought: str) -> HttpResponse:
    """Answer whether a file is the paper of its code; of one with several codes only that each paper is verified by itself."""
    paper = None
    if len(codes) == 1:
        paper = match_paper(content, codes[0], base=site_url(request))
        is_identical = paper is not None and paper.is_identical
        try:
            tries.take_proof_try(network=network_of_request(request), code=codes[0], missed=not is_identical)
        except Refused as refused:
            form.add_error("file", refused.problem.message)
            return _start(request, file=form, status=429)
    return render(request, "signing/verify/paper.html", {"paper": paper, "brought": brought})


def _result(
    request: HttpRequest,
    *,
    verdict_message: verdict_messages.VerdictMessage | None,
    public_file: PublicFile | None,
    brought: str | None,
    is_companion: bool = False,
    problem: str = "",
) -> HttpResponse:
    replacement = public_file.replaced_by if public_file is not None else None
    return render(
        request,
        "signing/verify/result.html",
        {
            "verdict_message": verdict_message,
            "found": public_file,
            "unit": units.named_unit(public_file.unit) if public_file is not None else None,
            # A holder of an accompanying file is not given the code of the document.
            "code": format_code(public_file.code) if public_file is not None and not is_companion else "",
            "replacement": replacement if replacement is not None and replacement.issued_at is not None else None,
            "is_brought": brought is not None,
            "is_companion": is_companion,
            "brought": brought or "",
            "problem": problem,
            "file_form": FileForm(),
        },
    )


@_for_everybody
@require_safe
def file(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the issued file if its unit has made it public."""
    try:
        public_file = _found(request, code)
    except Refused:
        raise Http404 from None
    if public_file is None or not public_file.is_open or public_file.blob is None:
        raise Http404
    return hand_out(request, public_file.blob)
