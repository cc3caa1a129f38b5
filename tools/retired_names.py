"""Check for identifiers that decision 0044 has replaced; words in messages and comments are free."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import PurePosixPath

RETIRED = {
    "Deed": "AuditEventInput or QuickAction",
    "Verb": "Permission",
    "Met": "MatchResult",
    "MetBusiness": "BusinessMatchResult",
    "MetDoor": "DoorMatchResult",
    "Foreseen": "MatchPreview",
    "Likeness": "Similarity",
    "sameness": "similarity",
    "meet_many": "match_or_create_people",
    "meet_businesses": "match_or_create_businesses",
    "meet_households": "match_or_create_households",
    "foresee_many": "preview_matches",
    "tally": "ledger",
    "regroup": "on_identity_change",
    "go_on": "advance",
    "look_after": "run_maintenance",
    "Holding": "RoleAssignment",
    "current_holdings": "current_role_assignments",
    "SealedEvent": "ChainedEvent",
    "Help": "SupportRecord",
    "VisitHelp": "VisitSupportRecord",
    "HelpSource": "SupportRecordSource",
    "Rung": "AdoptionStage",
    "rung": "stage",
    "Slot": "ReferralSlot",
    "Frozen": "Snapshot",
    "Counted": "FactInput",
    "CannotUnseal": "DecryptionError",
    "unseal": "decrypt",
    "strict_json": "lib.schema",
    "toml_entries": "lib.schema",
    "slips": "receipts, or link_sheet",
    "Arrivals": "VisitBatch",
    "dated_deeds": "dated_actions",
    "whole_or_none": "integer_or_none",
    "tell_wrappers": "notify_wrappers",
    "standing_roles": "current_or_future_roles",
    "standing_purposes": "agreed_purposes",
    "roots_here": "unit_only_roots",
    "slip": "receipt, or link_sheet",
    "Asked": "a qualified noun",
    "Said": "a qualified noun",
    "Teller": "a qualified noun",
    "Someone": "a qualified noun",
    "told": "inputs, payload or data",
    "told_by": "given_by, stated_by, reported_by or confirmed_by",
    "told_at": "given_at, stated_at, confirmed_at or notified_at",
    "told_on": "reported_on or confirmed_on",
    "UnitStatement": "UnitAttributes",
    "alert_words": "assignment_kinds",
    "programme_or_refuse": "require_programme",
    "ShopStanding": "ShopStatus",
    "AgreementStanding": "AgreementStatus",
    "EventStanding": "EventStatus",
    "standing_of": "status_of",
    "enter_turn": "add_self_entry",
    "device_of": "browser_traits",
    "settle_alarm": "resolve_alarm",
    "settle_correction": "answer_correction",
    "settle_remark": "resolve_remark",
    "settle_target": "decide_counter_proposal",
    "settle_undertaking": "complete_undertaking",
    "SettleForm": "a qualified noun",
    "main_holding": "main_role_assignment",
    "created_today": "undoable_creations",
    "last_words": "previous_passages",
    "form_used": "reused_form_refusal",
    "refuse_if": "refuse",
    "stored_field": "underlying_field",
    "with_uuids": "convert_uuids",
    "register_beside": "register_companion_files",
    "public_files_beside": "public_files_issued_with",
    "files_with_beside": "files_issued_with",
    "shop_states_of_day": "shop_states_checked_on",
    "records_to_decide": "decidable_records",
    "list_to_see": "importable_list",
    "move_to": "change_state",
    "active_role_assignments": "current_or_future_role_assignments",
    "active_roles": "current_or_future_roles",
    "same_human": "may_be_same_person",
    "same_words": "is_reordered",
    "is_gate_code": "is_ticket_code",
    "events_to_announce": "unannounced_events_due",
    "UsageInput": "UseAnswerInput",
    "HandlingSettings": "DocumentSettings",
}
"""Old name -> new name."""
_TOLD = re.compile(r"[A-Z]\w*Told|Told[A-Z]\w*")
"""Classes of action inputs: now `…Input`, or `…Payload` as a phone sends it."""
_LAYERS = re.compile(r"views_\w+|\w+_forms?")
_ANY = re.compile(rf"\b(?:{'|'.join(RETIRED)}|{_TOLD.pattern})\b")


def complaints(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield the retired names in one file, each as `path:line: what to use instead`."""
    if path.suffix != ".py" or path.parts[0] != "doanso" or "migrations" in path.parts:
        return
    if "tests" not in path.parts and _LAYERS.fullmatch(path.stem):
        yield f"{path}: keep it in the folder of its layer"
    if not _ANY.search(text):
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.NAME:
            continue
        if token.string in RETIRED:
            yield f"{path}:{token.start[0]}: {token.string} is called {RETIRED[token.string]}"
        elif _TOLD.fullmatch(token.string):
            yield f"{path}:{token.start[0]}: {token.string} is an …Input, or a …Payload as a phone sends it"
