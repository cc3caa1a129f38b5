"""The phone's API for records, see docs/sync.md: a bearer token, no cookie and no CSRF token; only `register` uses a session."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from doanso.accounts.sign_in import require_own_password
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.sync import actions, backup, policy, queries, rules
from doanso.sync.batches import Acknowledgement, RecordPayload, RejectedRecord
from doanso.sync.devices import device_or_problem, problem_response, token_of, unavailable_response, wipe_response

MOST_REPORTED = 200


def _body(request: HttpRequest, most: int) -> JsonObject:
    """Return the request's JSON object after checking its length."""
    too_long = Problem("too_long", _("This message is too long; send less at once."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise Refused(too_long)
    try:
        content = request.body
    except RequestDataTooBig as fault:
        raise Refused(too_long) from fault
    if len(content) > most:
        raise Refused(too_long)
    return JsonObject(parse_json(content))


def _refusal_response(refused: Refused) -> JsonResponse:
    return problem_response(refused.problem, 413 if refused.problem.code == "too_long" else 422)


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Return who is signed in in this browser, and whether they may register a phone."""
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"signed_in": False})
    reply = {"signed_in": True, "name": user.get_full_name(), "may": policy.BRING.allows_anywhere(user)}
    return JsonResponse(reply | {"csrf": get_token(request)})


@never_cache
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register this phone for the signed-in user, who types the account's password: a phone that was found or stolen may still be
    signed in.

    A phone with an older app sends no password, and shows the problem that it gets.
    """
    user = request.user
    if not user.is_authenticated:
        return problem_response(Problem("sign_in", _("Sign in first.")), 401)
    if not policy.BRING.allows_anywhere(user):
        message = _("Your role does not visit homes. Ask your officer for the role of a helper.")
        return problem_response(Problem("no_role", message), 403)
    try:
        fields = _body(request, 4096)
        device_id, name = fields.uuid("id"), fields.text("name", 80)
        password = fields.raw_text("password", default="")
        fields.finish()
        require_own_password(request, user, password)
        registration = actions.register_device(actor=user, device_id=device_id, name=name)
    except Refused as refused:
        if refused.problem.code == "device_revoked":
            return wipe_response(device_id)
        return _refusal_response(refused)
    reply = {
        "device": str(registration.device.pk),
        "token": registration.token,
        "acknowledgement_key": rules.acknowledgement_key(registration.token).hex(),
        "backup_key": backup.backup_public_key(),
        "lease_until": registration.device.lease_until.isoformat(),
    }
    return JsonResponse(reply, status=201)


@csrf_exempt
@never_cache
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Receive a batch of records and acknowledge those that were committed."""
    return _receive_batch(request, rules.MOST_BATCH_BYTES, _plain_records)


@csrf_exempt
@never_cache
@require_POST
def sync_sealed(request: HttpRequest) -> HttpResponse:
    """Receive records that the phone itself can no longer decrypt, since they are encrypted for the server alone."""
    return _receive_batch(request, 2 * rules.MOST_BATCH_BYTES, _sealed_records)


def _receive_batch(
    request: HttpRequest, most: int, read: Callable[[JsonObject], tuple[list[RecordPayload], list[str]]]
) -> HttpResponse:
    device = device_or_problem(request)
    if isinstance(device, JsonResponse):
        return device
    try:
        fields = _body(request, most)
        sent_at = fields.moment("sent_at")
        entries, damaged = read(fields)
        fields.finish()
        received = actions.receive_batch(device=device, actor=device.user, sent_at=sent_at, entries=entries)
    except Refused as refused:
        return _refusal_response(refused)
    except (DatabaseError, InterfaceError) as error:
        return unavailable_response(error)
    now = clock.now()
    key = rules.acknowledgement_key(token_of(request))
    message = _("This server cannot open the record; it stays on the phone.")
    return JsonResponse(
        {
            "now": now.isoformat(),
            "lease_until": (now + rules.LEASE).isoformat(),
            "acks": [_acknowledgement_value(entry, key) for entry in received.acks],
            "again": [_rejection_value(entry) for entry in received.rejected]
            + [{"id": entry, "code": "damaged", "message": message} for entry in damaged],
        }
    )


def _plain_records(fields: JsonObject) -> tuple[list[RecordPayload], list[str]]:
    return [_record_payload(record_fields) for record_fields in fields.object_list("records", rules.MOST_RECORDS)], []


def _sealed_records(fields: JsonObject) -> tuple[list[RecordPayload], list[str]]:
    key = fields.text("key", 80)
    entries, damaged = [], []
    for record_fields in fields.object_list("records", rules.MOST_RECORDS):
        record_id, content_hash = record_fields.uuid("id"), record_fields.text("hash", 64, least=64)
        opened = backup.open_record(key, record_id, record_fields.text("point", 100), record_fields.raw_text("sealed"))
        record_fields.finish()
        if opened is None or opened.content_hash != content_hash:
            damaged.append(str(record_id))
        else:
            entries.append(RecordPayload(record_id, opened.content_hash, opened.payload))
    return entries, damaged


def _record_payload(fields: JsonObject) -> RecordPayload:
    entry = RecordPayload(fields.uuid("id"), fields.text("hash", 64, least=64), fields.raw_text("payload"))
    fields.finish()
    return entry


def _acknowledgement_value(ack: Acknowledgement, key: bytes) -> dict[str, Any]:
    return {
        "id": str(ack.record_id),
        "hash": ack.content_hash,
        "seq": ack.seq,
        "mac": rules.acknowledgement(key, ack.record_id, ack.content_hash, ack.seq),
        "state": ack.state,
        "problem": ack.problem,
        "known": ack.is_known,
    }


def _rejection_value(entry: RejectedRecord) -> dict[str, Any]:
    return {"id": str(entry.record_id), "code": entry.problem.code, "message": entry.problem.message}


@csrf_exempt
@never_cache
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Return the states of this phone's records after a number."""
    device = device_or_problem(request)
    if isinstance(device, JsonResponse):
        return device
    after = request.GET.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        return problem_response(Problem("message_invalid", _("“after” must be a whole number."), "after"), 422)
    sent_rows = queries.records_sent_by(device.pk, after=int(after), limit=MOST_REPORTED + 1)
    reply_rows = [
        {
            "id": str(row.record_id),
            "hash": row.content_hash,
            "seq": row.seq,
            "state": row.state,
            "problem": row.problem,
        }
        for row in sent_rows[:MOST_REPORTED]
    ]
    return JsonResponse({"records": reply_rows, "more": len(sent_rows) > MOST_REPORTED})
