"""The trust used by a verification, passed as a value, since the verifying process has no database access."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TrustedCertificate:
    """One authority's certificate. An ended one is still valid for signatures proven to be older than its end."""

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
                    "der": base64.b64encode(certificate.der).decode(), "name": certificate.name, "purpose": certificate.purpose,
                    "is_anchor": certificate.is_anchor, "legal_force": certificate.legal_force,
                    "ended_at": certificate.ended_at.isoformat() if certificate.ended_at else None,
                }
                for certificate in self.authorities
            ],
            "revocation_lists": [base64.b64encode(der).decode() for der in self.revocation_lists],
            "organisations": sorted(self.organisations),
            "persons": sorted(self.persons),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Trust":
        """Return the trust from the JSON value of `as_json`."""
        return cls(
            tuple(
                TrustedCertificate(
                    base64.b64decode(certificate["der"]), certificate["name"], certificate["purpose"],
                    certificate["is_anchor"], certificate["legal_force"],
                    datetime.fromisoformat(certificate["ended_at"]) if certificate["ended_at"] else None,
                )
                for certificate in data["authorities"]
            ),
            tuple(base64.b64decode(der) for der in data["revocation_lists"]),
            frozenset(data["organisations"]),
            frozenset(data["persons"]),
        )  # fmt: skip
