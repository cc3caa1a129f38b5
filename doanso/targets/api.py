"""The machine API for progress, under an officer's token. Its description is served at /api/v1/openapi.json."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.params.functions import Query
from ninja.security import HttpBearer
from pydantic import BeforeValidator

from doanso.access.queries import token_actor
from doanso.accounts.models import User
from doanso.lib.problems import Refused
from doanso.targets import queries, records

SCOPE = "progress:read"


def _require_written_day(text: str) -> date:
    """Return a day that is written as 2023-11-12; a number of seconds, which pydantic reads as a day too, is a mistake."""
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day, no moment


WrittenDay = Annotated[date, BeforeValidator(_require_written_day)]


class ApiProblem(Schema):
    """Every unsuccessful response. `code` is stable; `message` is a Vietnamese sentence that says what to do."""

    code: str
    message: str
    field: str = Field("", description="The parameter it is about, when there is one.")


class IndicatorOut(Schema):
    """One indicator of one unit on one day. A value that no app counts yet is null, never 0."""

    code: str
    title: str
    kind: Literal["share", "count", "milestone", "rule"]
    basis: Literal["stated", "assumed"] = Field(description="Whether the plan itself says the target.")
    value: int | None = Field(description="How many are counted; for shares the numerator.")
    target: int | None = Field(description="What is owed: per cent for shares and rules, else how many.")
    denominator: int | None
    percent: float | None = Field(
        description="Value of denominator, or of target, rounded down to one decimal: 100 only when it is the whole."
    )
    needed_per_week: int | None = Field(description="How many a week from this day on reach the target.")
    forecast: float | None = Field(
        description="The last day's value at the last weeks' speed; per cent for shares, null with fewer than 3 weeks."
    )
    state: Literal["met", "on", "behind", "risk", "none"]
    met_on: date | None = Field(description="The day since which the target is met without a break.")
    given_below: float | None = Field(
        description="What the units directly below were given together; for shares where the whole would then stand."
    )
    sum_check: Literal["equal", "short", "over"] | None = Field(
        description="What was given below against the target; null as long as nothing was given."
    )


class UnitOut(Schema):
    """A unit directly below, without forecasts and sums."""

    unit: str
    name: str
    indicators: list[IndicatorOut]


class ProgressOut(Schema):
    """A unit's progress. `on` is the day of the figures: the requested day, within the programme's days."""

    programme: str
    unit: str
    on: date
    indicators: list[IndicatorOut]
    units: list[UnitOut] = Field(description="The units directly below, when they were asked for.")


class OfficerToken(HttpBearer):
    """A token issued to an officer; it acts with that one role assignment and is invalid once that ends."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return token_actor(token, SCOPE)


api = NinjaAPI(
    title="Đoàn Số",
    version="1",
    description="Progress of a programme's indicators, read with an officer's token.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=OfficerToken(),
)


def _answer(request: HttpRequest, status: int, code: str, message: str, field: str = "") -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, "field": field}, status=status)


@api.exception_handler(AuthenticationError)
def _unauthorised(request: HttpRequest, _error: Any) -> HttpResponse:
    message = _("The token is missing, expired or revoked. Ask an officer of your unit for a new one.")
    response = _answer(request, HTTPStatus.UNAUTHORIZED, "token_refused", message)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Any) -> HttpResponse:
    message = _("There is no such programme or unit within the token's reach. Check both codes.")
    return _answer(request, HTTPStatus.NOT_FOUND, "not_found", message)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    field = str(error.errors[0]["loc"][-1]) if error.errors else ""
    message = _("“%(field)s” cannot be read. A day is written as 2023-11-12.") % {"field": field}
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "parameter_invalid", message, field)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    problem = error.problem
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, problem.code, problem.message, problem.field)


@api.get(
    "/programmes/{code}/progress",
    response={200: ProgressOut, 401: ApiProblem, 404: ApiProblem, 422: ApiProblem},
    operation_id="progress",
    summary="Progress of a unit",
    url_name="progress",
)
def progress(
    request: HttpRequest,
    code: str,
    unit: str = Query("", description="The unit's code; the programme's root without it."),
    on: WrittenDay | None = Query(None, description="The day to read, such as 2023-11-12; today without it."),
    below: bool = Query(False, description="Whether the units directly below are read too."),
) -> dict[str, Any]:
    """Return each indicator of the programme for a unit, as of a day."""
    programme = queries.programme_by_code(code)
    if programme is None:
        raise Http404
    chosen_unit = queries.unit_to_see(request.auth, unit or programme.root.code)  # type: ignore[attr-defined]
    day = queries.day_of(programme, on, chosen_unit)
    if chosen_unit is None or not queries.is_below_root(programme, chosen_unit, day):
        raise Http404
    return records.overview_record(queries.overview(programme, chosen_unit, day, children=below))
