"""The keys of a slip: made once, found by keyed hash, opened only to print the slip again."""

import base64
import secrets
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doanso.lib import sealing
from doanso.lib.problems import Problem, Refused
from doanso.support import rules
from doanso.support.models import Receipt

_KEYS = "support.receipt.keys"
_LINK = "support.receipt.link"
_CODE = "support.receipt.code"


@dataclass(frozen=True, slots=True)
class Keys:
    """What stands on the slip; the code only where a year of birth goes with it."""

    link: str
    code: str


def link_lookup(link: str) -> str:
    """The hash by which a link is found."""
    return sealing.look_up(link, context=_LINK)


def code_lookup(code: str, birth_year: int) -> str:
    """The hash by which a code together with its year of birth is found."""
    return sealing.look_up(f"{code}:{birth_year}", context=_CODE)


def new_keys(birth_year: int | None) -> tuple[bytes, str, str]:
    """Sealed keys, and the hashes of link and code, of a new slip. Without a year of birth only the link opens it."""
    secret = secrets.token_bytes(rules.LINK_BYTES)
    code = rules.new_code()
    return _kept(base64.urlsafe_b64encode(secret).rstrip(b"=").decode(), code, birth_year)


def told_keys(link: str, code: str, birth_year: int | None) -> tuple[bytes, str, str]:
    """The same of a slip whose keys a phone has made; refused when they are not what a phone of ours makes."""
    if not rules.is_link(link):
        raise Refused(Problem("link_malformed", _("This is no receipt's link. Scan the receipt's code again."), "link"))
    if not rules.is_code(code):
        message = _("A receipt's code has eight letters and digits, like 7KQ2-M4XD.")
        raise Refused(Problem("code_malformed", message, "code"))
    return _kept(link, code, birth_year)


def _kept(link: str, code: str, birth_year: int | None) -> tuple[bytes, str, str]:
    sealed = sealing.seal(f"{link} {code}", context=_KEYS)
    return sealed, link_lookup(link), code_lookup(code, birth_year) if birth_year else ""


def keys_of(receipt: Receipt) -> Keys | None:
    """The keys to print; None once they were erased."""
    if not receipt.keys_sealed:
        return None
    link, code = sealing.unseal(receipt.keys_sealed, context=_KEYS).split()
    return Keys(link, rules.spaced(code) if receipt.code_lookup else "")
