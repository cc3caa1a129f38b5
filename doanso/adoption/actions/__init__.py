"""Deeds of adoption: load the catalogue, attest one or many, take back, raise the grade."""

from doanso.adoption.actions.attestation import attest, raise_grade, take_back_attestation
from doanso.adoption.actions.bulk import attest_many, attest_many_people, draw_bulk, open_drawn
from doanso.adoption.actions.catalogue import load_services

__all__ = [
    "attest",
    "attest_many",
    "attest_many_people",
    "draw_bulk",
    "load_services",
    "open_drawn",
    "raise_grade",
    "take_back_attestation",
]
