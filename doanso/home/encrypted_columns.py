"""Every column that is encrypted under a key of this installation, with its context.

Contexts are part of the stored values and never change. A test checks that no column of bytes is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from doanso.lib import encryption
from doanso.lib.database import integrity

PAGE = 2000


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """One column of values encrypted by `lib.encryption`; empty bytes mean no value."""

    model_name: str
    field: str
    context: str

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_name)

    @property
    def name(self) -> str:
        """The column's name in the database."""
        return f"{self.model._meta.db_table}.{self.field}"

    def values(self) -> "models.QuerySet[Any]":
        """Return the rows that hold a value."""
        return self.model._default_manager.exclude(**{self.field: b""})

    def opens(self, value: bytes) -> bool:
        """Return whether the value can be decrypted with the keys in use."""
        try:
            encryption.decrypt_bytes(value, context=self.context)
        except encryption.DecryptionError:
            return False
        return True

    def latest(self, most: int) -> list[bytes]:
        """Return the values of the latest rows."""
        return list(self.values().order_by("-pk").values_list(self.field, flat=True)[:most])

    def unreadable(self) -> Iterator[Any]:
        """Yield the keys of rows whose value cannot be decrypted, the latest first."""
        rows = self.values().order_by("-pk").values_list("pk", self.field)
        for pk, value in rows.iterator(chunk_size=PAGE):
            if not self.opens(value):
                yield pk

    def latest_under(self, key_name: str, most: int) -> list[bytes]:
        """Return the latest values that were encrypted under the key of that name. Reads the whole column where there are few."""
        rows = integrity.begins_with(self.values(), self.field, encryption.head_of(key_name))
        return list(rows.order_by("-pk").values_list(self.field, flat=True)[:most])

    def is_encrypted_under(self, key_name: str) -> bool:
        """Return whether a value was encrypted under the key of that name. Reads the whole column."""
        return integrity.begins_with(self.values(), self.field, encryption.head_of(key_name)).exists()


@dataclass(frozen=True, slots=True)
class LookUpColumn:
    """One column of look-up hashes beside the encrypted column of the same values, by which the look-up key can be proved."""

    encrypted: EncryptedColumn
    field: str
    context: str

    @property
    def name(self) -> str:
        """The column's name in the database."""
        return f"{self.encrypted.model._meta.db_table}.{self.field}"

    def latest(self, most: int) -> list[tuple[bytes, str]]:
        """Return values and hashes of the latest rows that hold both."""
        rows = self.encrypted.values().exclude(**{self.field: ""}).exclude(**{self.field: None})
        return list(rows.order_by("-pk").values_list(self.encrypted.field, self.field)[:most])

    def is_hash_of(self, value: bytes, stored: str) -> bool | None:
        """Return whether a stored hash is that of the value under the key in use; None where the value cannot be decrypted."""
        try:
            plain = encryption.decrypt(value, context=self.encrypted.context)
        except encryption.DecryptionError:
            return None
        return encryption.look_up(plain, context=self.context) == stored


COLUMNS = (
    EncryptedColumn("accounts.User", "phone_encrypted", "accounts.phone"),
    EncryptedColumn("files.FileKey", "encrypted_key", "files.key"),
    EncryptedColumn("people.Contact", "phone_encrypted", "people.contact.phone"),
    EncryptedColumn("people.Contact", "citizen_id_encrypted", "people.contact.citizen_id"),
    EncryptedColumn("people.Contact", "email_encrypted", "people.contact.email"),
    EncryptedColumn("people.Business", "phone_encrypted", "people.contact.phone"),
    EncryptedColumn("people.Request", "detail_encrypted", "people.request.detail"),
    EncryptedColumn("partners.PartnerContact", "phone_encrypted", "partners.contact.phone"),
    EncryptedColumn("partners.PartnerContact", "email_encrypted", "partners.contact.email"),
    EncryptedColumn("cashless.ShopCode", "account_encrypted", "cashless.account"),
    EncryptedColumn("cashless.CodeChange", "account_encrypted", "cashless.account"),
    EncryptedColumn("events.Registration", "phone_encrypted", "events.registration.phone"),
    EncryptedColumn("events.Registration", "link_encrypted", "events.registration.link"),
    EncryptedColumn("events.BoothCode", "keys_encrypted", "events.booth.keys"),
    EncryptedColumn("events.Draw", "seed_encrypted", "events.draw.seed"),
    EncryptedColumn("sync.Record", "key_encrypted", "sync.record.key"),
    EncryptedColumn("sync.Photo", "pieces", "sync.photo.pieces"),
    EncryptedColumn("support.Receipt", "keys_encrypted", "support.receipt.keys"),
    EncryptedColumn("support.Stand", "link_encrypted", "support.stand.link"),
    EncryptedColumn("support.StandTurn", "person_encrypted", "support.stand.person"),
    EncryptedColumn("documents.Delivery", "link_encrypted", "documents.delivery.link"),
    EncryptedColumn("outreach.Card", "keys_encrypted", "outreach.card.keys"),
    EncryptedColumn("outreach.Visit", "signature_encrypted", "outreach.visit.signature"),
    EncryptedColumn("outreach.VisitAmendment", "before_encrypted", "outreach.visit.amendment"),
    EncryptedColumn("referrals.ReferralSlot", "keys_encrypted", "outreach.slot.keys"),
)

LOOK_UPS = (
    LookUpColumn(
        EncryptedColumn("accounts.User", "phone_encrypted", "accounts.phone"), "phone_lookup", "accounts.phone"
    ),
    *(
        LookUpColumn(
            EncryptedColumn("people.Contact", f"{name}_encrypted", f"people.contact.{name}"),
            f"{name}_lookup",
            f"people.contact.{name}",
        )
        for name in ("phone", "citizen_id", "email")
    ),
    LookUpColumn(
        EncryptedColumn("people.Business", "phone_encrypted", "people.contact.phone"),
        "phone_lookup",
        "people.contact.phone",
    ),
    LookUpColumn(
        EncryptedColumn("documents.Delivery", "link_encrypted", "documents.delivery.link"),
        "link_lookup",
        "documents.delivery.lookup",
    ),
)
