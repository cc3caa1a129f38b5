"""The trust of a verification, passed as a value, since the verifying process has no database."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """One authority's certificate. An ended one still counts for signatures proven to be older than its end."""

    der: bytes
    name: str
    purpose: str
    is_anchor: bool
    legal_force: bool
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """The authorities, their revocation lists (DER), and the SHA-256 of certificates known as an organisation's."""

    authorities: tuple[TrustedCertificate, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    organisations: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return a JSON value for the verifying process."""
        return {
            "authorities": [
                {
                    "der": base64.b64encode(item.der).decode(), "name": item.name, "purpose": item.purpose,
                    "is_anchor": item.is_anchor, "legal_force": item.legal_force,
                    "ended_at": item.ended_at.isoformat() if item.ended_at else None,
                }
                for item in self.authorities
            ],
            "revocation_lists": [base64.b64encode(item).decode() for item in self.revocation_lists],
            "organisations": sorted(self.organisations),
            "persons": sorted(self.persons),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Trust":
        """Return what `as_json` gave."""
        return cls(
            tuple(
                TrustedCertificate(
                    base64.b64decode(item["der"]), item["name"], item["purpose"], item["is_anchor"], item["legal_force"],
                    datetime.fromisoformat(item["ended_at"]) if item["ended_at"] else None,
                )
                for item in data["authorities"]
            ),
            tuple(base64.b64decode(item) for item in data["revocation_lists"]),
            frozenset(data["organisations"]),
            frozenset(data["persons"]),
        )  # fmt: skip
