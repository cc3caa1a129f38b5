"""Actions on results: report, correct, attest, send back, withdraw, and erase a file.

Each names the version and state that its user has read (`read`, as `queries.state_token` gives it), so that nobody decides on
what they have not seen. An action locks the result, then calls the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import IO, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.documents.actions.drafts import keep_file
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, formats, vietnamese
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.results import policy, queries, rules
from doanso.results.families import ATTESTED, REPORTED_FAMILY, TOPIC, fact_of
from doanso.results.models import Outcome, Result, ResultFile, ResultState, ResultVersion
from doanso.targets.models import Indicator
from doanso.units.models import Unit
from doanso.units.queries import named_unit

_ACCEPTED = {Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.PNG, Kind.JPEG, Kind.WEBP}
_COUNTED = (ResultState.WAITING, ResultState.ATTESTED)


@dataclass(frozen=True, slots=True)
class ResultInput:
    """What is reported of a result: the day it happened, the quantity in the indicator's unit of count, and a sentence."""

    happened_on: date
    quantity: int
    text: str


class EvidenceFile(NamedTuple):
    """An uploaded file with the name that its sender gave it."""

    name: str
    source: IO[bytes] | bytes


# --- Report and correct -----------------------------------------------------------------------------------------------


def report_result(
    *,
    actor: User,
    indicator: Indicator,
    unit: Unit,
    inputs: ResultInput,
    evidence: Sequence[EvidenceFile] = (),
    key: UUID | None = None,
    confirmed: bool = False,
) -> Result:
    """Report a result of a unit, which waits to be attested. Called outside a transaction, because files are stored first.

    `key` becomes the result's id: sent again under the same key it is the same result and is counted once. Refused for a result
    equal to another one of that day, or larger than the whole target, unless `confirmed`.
    """
    policy.RECORD_AT.require_at(actor, unit)
    known = partial(sent_before, Result, key, made_by_id=actor.pk, unit_id=unit.pk, indicator_id=indicator.pk)
    if (existing := known()) is not None:
        return existing
    topic = _topic(indicator)
    _require_sound(inputs, indicator, unit, confirmed=confirmed)
    refuse(rules.files_problem(len(evidence)))
    blobs = _keep(evidence)
    with files.keep_with_transaction(*blobs):
        database.lock([f"results.report.{unit.pk}"], shared=False)
        if (existing := known()) is not None:
            files.destroy_keys(blobs=blobs)
            return existing
        if not confirmed:
            _refuse_equal(inputs, indicator, unit)
        return save_once(save=lambda: _report(actor, indicator, topic, unit, inputs, blobs, key), known=known)


def _topic(indicator: Indicator) -> str:
    if indicator.family != REPORTED_FAMILY or not indicator.numerator:
        message = _(
            "Nobody reports results for this indicator; its figure comes from the records of its part of the work."
        )
        raise Refused(Problem("result_indicator", message, "indicator"))
    return str(indicator.parameters.get("counts", {}).get(TOPIC) or indicator.code)


def _require_sound(inputs: ResultInput, indicator: Indicator, unit: Unit, *, confirmed: bool) -> None:
    programme = indicator.programme
    refuse(
        rules.day_problem(
            inputs.happened_on, first_day=programme.first_day, last_day=programme.last_day, today=clock.today()
        )
    )
    refuse(rules.quantity_problem(inputs.quantity))
    refuse(rules.text_problem(inputs.text))
    refuse_secret([inputs.text], field="text")
    _require_below(indicator, unit, inputs.happened_on)
    refuse(rules.closed_problem(queries.first_bookable_day(indicator, unit.pk, inputs.happened_on), programme.last_day))
    if not confirmed:
        refuse(rules.large_problem(inputs.quantity, queries.programme_target(indicator), indicator.unit_of_count))


def _require_below(indicator: Indicator, unit: Unit, on: date) -> None:
    if not queries.was_below(unit.pk, indicator.programme.root_id, on):
        message = _("%(unit)s did not take part in this programme on %(day)s.")
        words = {"unit": named_unit(unit).short_name, "day": formats.day(on)}
        raise Refused(Problem("result_unit_absent", message % words, "happened_on"))


def _refuse_equal(inputs: ResultInput, indicator: Indicator, unit: Unit) -> None:
    if queries.equal_result(unit, indicator, inputs.happened_on, inputs.quantity) is not None:
        message = _(
            "%(unit)s has reported %(quantity)s %(what)s for that day already. If this is another result, tick the box below and "
            "send it again."
        )
        words = {
            "unit": named_unit(unit).short_name,
            "quantity": formats.number(inputs.quantity),
            "what": indicator.unit_of_count,
        }
        raise Refused(Problem("result_twice", message % words, "quantity"))


def _keep(evidence: Sequence[EvidenceFile]) -> list[Blob]:
    """Store the files; if one is refused, none is kept."""
    blobs: list[Blob] = []
    try:
        for file in evidence:
            with files.destroy_on_error(*blobs):
                blobs.append(keep_file(file.source, name=file.name, allowed=_ACCEPTED))
    except Refused as error:
        problem = error.problem
        words = f"{file.name}: {problem.message}" if len(evidence) > 1 else problem.message
        raise Refused(Problem(problem.code, words, "evidence")) from error
    return blobs


def _report(
    actor: User,
    indicator: Indicator,
    topic: str,
    unit: Unit,
    inputs: ResultInput,
    blobs: Sequence[Blob],
    key: UUID | None,
) -> Result:
    now = clock.now()
    result = Result.objects.create(
        pk=key or uuid7(),
        indicator=indicator,
        topic=topic,
        unit=unit,
        folded=_folded(inputs.text),
        made_by=actor,
        made_at=now,
        changed_by=actor,
        changed_on=clock.today(),
    )
    version = _add_version(result, actor, inputs, blobs)
    record(actor=actor, action="results.report", obj=result, unit=unit)
    ledger.count(fact_of(result, version))
    # From here on the gate of the ledger keeps the tree as it is: a unit that ended meanwhile reports nothing.
    _require_below(indicator, unit, inputs.happened_on)
    return result


def _folded(text: str) -> str:
    return vietnamese.fold(text.strip())[: rules.LONGEST_TEXT]


def _add_version(
    result: Result, actor: User, inputs: ResultInput, blobs: Sequence[Blob], why: str = ""
) -> ResultVersion:
    version = ResultVersion.objects.create(
        result=result,
        number=result.version,
        happened_on=inputs.happened_on,
        arrived_on=clock.today(),
        quantity=inputs.quantity,
        text=inputs.text.strip(),
        why=why.strip(),
        made_by=actor,
        made_at=clock.now(),
    )
    ResultFile.objects.bulk_create(
        ResultFile(version=version, blob=blob, position=position) for position, blob in enumerate(blobs, start=1)
    )
    return version


def correct_result(
    *,
    actor: User,
    result: Result,
    read: str,
    inputs: ResultInput,
    why: str = "",
    evidence: Sequence[EvidenceFile] = (),
    kept: Sequence[UUID] | None = None,
    confirmed: bool = False,
) -> Result:
    """Replace the newest version by another one, which waits to be attested anew.

    `kept` are ids of the newest version's files that stay, by default all. A correction of what was attested or sent back needs
    a reason. Called outside a transaction.
    """
    policy.RECORD.require(actor, result)
    _require_correctable(result, read, inputs, why, confirmed=confirmed)
    old = queries.latest_version(result)
    kept_blobs = _kept_blobs(old, kept)
    refuse(rules.files_problem(len(kept_blobs) + len(evidence)))
    blobs = _keep(evidence)
    with files.keep_with_transaction(*blobs):
        fresh = _lock(result)
        policy.RECORD.require(actor, fresh)
        _require_correctable(fresh, read, inputs, why, confirmed=confirmed)
        return _correct(actor, fresh, inputs, why, [*kept_blobs, *blobs])


def _lock(result: Result) -> Result:
    return queries.all_results().select_for_update(of=("self",)).get(pk=result.pk)


def _require_correctable(result: Result, read: str, inputs: ResultInput, why: str, *, confirmed: bool) -> None:
    refuse(rules.stale_problem(read, queries.state_token(result)))
    refuse(rules.open_problem(result.state))
    refuse(rules.why_problem(result.state, why))
    refuse_secret([why], field="why")
    _require_sound(inputs, result.indicator, result.unit, confirmed=confirmed)


def _kept_blobs(version: ResultVersion, kept: Sequence[UUID] | None) -> list[Blob]:
    rows = version.files.select_related("blob__key")
    return [row.blob for row in rows if (kept is None or row.pk in kept) and row.blob.erased_at is None]


def _correct(actor: User, result: Result, inputs: ResultInput, why: str, blobs: Sequence[Blob]) -> Result:
    old, was_counted = queries.latest_version(result), result.state in _COUNTED
    changed = _changed(old, inputs, blobs)
    if not changed and result.state != ResultState.RETURNED:
        message = _("Nothing is different. Change the day, the quantity, the sentence or the files.")
        raise Refused(Problem("result_unchanged", message))
    old.is_latest = False
    ended = ["is_latest"]
    if not old.outcome:
        old.outcome, old.ended_by, old.ended_at = Outcome.CORRECTED, actor, clock.now()
        ended += ["outcome", "ended_by", "ended_at"]
    old.save(update_fields=ended)
    result.version += 1
    result.state, result.folded = ResultState.WAITING, _folded(inputs.text)
    result.changed_by, result.changed_on = actor, clock.today()
    result.save(update_fields=["version", "state", "folded", "changed_by", "changed_on"])
    version = _add_version(result, actor, inputs, blobs, why)
    record(actor=actor, action="results.correct", obj=result, unit=result.unit_id, changed=changed)
    if was_counted:
        ledger.take_back(family=REPORTED_FAMILY, source_id=old.pk)
    ledger.count(fact_of(result, version))
    _require_below(result.indicator, result.unit, inputs.happened_on)
    return result


def _changed(old: ResultVersion, inputs: ResultInput, blobs: Sequence[Blob]) -> list[str]:
    changes = {
        "happened_on": old.happened_on != inputs.happened_on,
        "quantity": old.quantity != inputs.quantity,
        "text": old.text != inputs.text.strip(),
        "files": set(old.files.values_list("blob", flat=True)) != {blob.pk for blob in blobs},
    }
    return [name for name, is_changed in changes.items() if is_changed]


# --- Decide -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def attest_result(*, actor: User, result: Result, read: str) -> Result:
    """Attest the newest version, which counts from then on."""
    [attested] = attest_results(actor=actor, chosen=[(result.pk, read)])
    return attested


@transaction.atomic
def attest_results(*, actor: User, chosen: Sequence[tuple[UUID, str]]) -> list[Result]:
    """Attest these results, each with the version and state that the actor has read: all of them or none."""
    read_by_id = dict(chosen)
    if not read_by_id:
        raise Refused(Problem("results_none", _("Nothing is chosen. Tick the results that you confirm.")))
    if len(read_by_id) > rules.MOST_AT_ONCE:
        message = _("At most %(most)s results at once; choose fewer.") % {"most": rules.MOST_AT_ONCE}
        raise Refused(Problem("results_many", message))
    rows = queries.all_results().select_for_update(of=("self",)).filter(pk__in=list(read_by_id)).order_by("pk")
    results = list(rows)
    versions = {
        version.result_id: version for version in ResultVersion.objects.filter(result__in=results, is_latest=True)
    }
    for result in results:
        versions[result.pk].result = result
    for result in results:
        policy.ATTEST.require(actor, result)
        version = versions[result.pk]
        refuse(rules.own_problem(actor.pk, {result.made_by_id, version.made_by_id}))
        refuse(rules.stale_problem(read_by_id[result.pk], queries.state_token(result)))
        refuse(rules.attest_problem(result.state))
    now = clock.business_now()
    for result in results:
        version = versions[result.pk]
        version.attested_by, version.attested_at = actor, now
        version.save(update_fields=["attested_by", "attested_at"])
        result.state, result.changed_on = ResultState.ATTESTED, clock.today()
        result.save(update_fields=["state", "changed_on"])
    record_many(AuditEventInput(actor, "results.confirm", result, result.unit_id, ["state"]) for result in results)
    ledger.set_grades(family=REPORTED_FAMILY, source_ids=[versions[result.pk].pk for result in results], grade=ATTESTED)
    # From here on the gate of the ledger keeps days open: a month that was closed at this moment is seen now.
    _require_open_days(results, versions)
    return results


def _require_open_days(results: Sequence[Result], versions: Mapping[UUID, ResultVersion]) -> None:
    """Refuse if a result could be counted on no day any more."""
    days = queries.days_to_count(versions.values())
    for result in results:
        refuse(rules.closed_problem(days[versions[result.pk].pk], result.indicator.programme.last_day))


@transaction.atomic
def return_result(*, actor: User, result: Result, read: str, reason: str) -> Result:
    """Send a result back with a reason; one that was attested leaves the figures. Its unit corrects it."""
    fresh = _lock(result)
    policy.ATTEST.require(actor, fresh)
    version = queries.latest_version(fresh)
    refuse(rules.own_problem(actor.pk, {fresh.made_by_id, version.made_by_id}))
    refuse(rules.stale_problem(read, queries.state_token(fresh)))
    refuse(rules.return_problem(fresh.state))
    return _end(actor, fresh, version, Outcome.RETURNED, ResultState.RETURNED, reason, "results.return")


@transaction.atomic
def withdraw_result(*, actor: User, result: Result, read: str, reason: str) -> Result:
    """Withdraw a result for good with a reason; what was counted of it is taken back."""
    fresh = _lock(result)
    policy.RECORD.require(actor, fresh)
    refuse(rules.stale_problem(read, queries.state_token(fresh)))
    refuse(rules.open_problem(fresh.state))
    return _end(
        actor,
        fresh,
        queries.latest_version(fresh),
        Outcome.WITHDRAWN,
        ResultState.WITHDRAWN,
        reason,
        "results.withdraw",
    )


def _end(
    actor: User, result: Result, version: ResultVersion, outcome: str, state: str, reason: str, action: str
) -> Result:
    refuse(rules.reason_problem(reason))
    refuse_secret([reason], field="reason")
    was_counted = result.state in _COUNTED
    version.outcome, version.reason = outcome, reason.strip()
    version.ended_by, version.ended_at = actor, clock.now()
    version.save(update_fields=["outcome", "reason", "ended_by", "ended_at"])
    result.state, result.changed_on = ResultState(state), clock.today()
    result.save(update_fields=["state", "changed_on"])
    record(actor=actor, action=action, obj=result, unit=result.unit_id, changed=["state"])
    if was_counted:
        ledger.take_back(family=REPORTED_FAMILY, source_id=version.pk)
    return result


# --- Files ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def erase_file(*, actor: User, file: ResultFile) -> ResultFile:
    """Make a file unreadable for good, for instance because it shows what must not be stored. The result stays as it is."""
    result = _lock(file.version.result)
    policy.RECORD.require(actor, result)
    files.destroy_key(blob=file.blob)
    record(actor=actor, action="results.erase_file", obj=result, unit=result.unit_id, changed=["files"])
    return file
