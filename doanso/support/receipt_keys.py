"""Keys of receipts, made by the server or by a phone; decrypted only to print a receipt again."""

from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.access_codes import AccessCodeKind, AccessCodes, is_code, is_link, new_code, new_dated_link
from doanso.lib.problems import Problem, Refused
from doanso.support.models import Receipt

_RECEIPT = AccessCodeKind("support.receipt")
link_lookup, code_lookup = _RECEIPT.link_lookup, _RECEIPT.code_lookup


def new_keys(receipt_id: UUID, birth_year: int | None) -> tuple[bytes, str, str]:
    """Return encrypted keys, and the hashes of link and code, of a new receipt. Without a year of birth it opens by the link
    alone.
    """
    return _RECEIPT.encrypt_codes(new_dated_link(receipt_id), new_code(), birth_year)


def accept_phone_keys(link: str, code: str, birth_year: int | None) -> tuple[bytes, str, str]:
    """Return the same for a receipt whose keys a phone has made; refused when they are malformed."""
    if not is_link(link):
        raise Refused(Problem("link_malformed", _("This is no receipt's link. Scan the receipt's code again."), "link"))
    if not is_code(code):
        message = _("A receipt's code has eight letters and digits, like 7KQ2-M4XD.")
        raise Refused(Problem("code_malformed", message, "code"))
    return _RECEIPT.encrypt_codes(link, code, birth_year)


def keys_of(receipt: Receipt) -> AccessCodes | None:
    """Return the keys to print; None once they were erased."""
    return _RECEIPT.decrypt_codes(receipt.keys_encrypted, with_code=bool(receipt.code_lookup))
