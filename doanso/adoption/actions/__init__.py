"""Actions of adoption: load the catalogue, attest one or many, take back, raise the grade; and members' self-reports."""

from doanso.adoption.actions.attestation import attest, raise_grade, take_back_attestation
from doanso.adoption.actions.bulk import (
    BulkInput,
    UseAnswerInput,
    answer_use_for_many,
    attest_bulks,
    attest_many,
    attest_many_people,
    draw_bulk,
    draw_declarations,
    mark_opened,
)
from doanso.adoption.actions.catalogue import load_services
from doanso.adoption.actions.declarations import attest_declaration, return_declaration
from doanso.adoption.actions.difficulties import mark_helped
from doanso.adoption.actions.links import (
    NewLink,
    asks_too_often,
    count_sent_form,
    count_unknown_link,
    make_links,
)
from doanso.adoption.actions.self_report import answer_use, answer_use_for, declare, report_difficulty

__all__ = [
    "BulkInput",
    "NewLink",
    "UseAnswerInput",
    "answer_use",
    "answer_use_for",
    "answer_use_for_many",
    "asks_too_often",
    "attest",
    "attest_bulks",
    "attest_declaration",
    "attest_many",
    "attest_many_people",
    "count_sent_form",
    "count_unknown_link",
    "declare",
    "draw_bulk",
    "draw_declarations",
    "load_services",
    "make_links",
    "mark_helped",
    "mark_opened",
    "raise_grade",
    "report_difficulty",
    "return_declaration",
    "take_back_attestation",
]
