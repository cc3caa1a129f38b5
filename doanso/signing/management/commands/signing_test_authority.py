"""`doanso signing-test-authority`: an authority without legal force, and certificates of it for people and units."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from doanso.accounts import queries as accounts
from doanso.accounts.models import User
from doanso.lib.problems import Refused
from doanso.signing import actions
from doanso.signing.actions import authorities
from doanso.signing.models import Authority, AuthorityPurpose, SignerKind, Way
from doanso.signing.testca import tokens
from doanso.signing.testca.authority import TestAuthority, load_or_make
from doanso.signing.testca.issuing import IssuedCertificate
from doanso.units import queries as units
from doanso.units.models import Unit


class Command(BaseCommand):
    """Creates the test authority, trusts it, and issues the requested certificate."""

    help = "Make the test authority (no legal force), trust it here, and issue a certificate for a person or a unit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the holder and the destination of the key."""
        parser.add_argument("--person", default="", help="user name of whom the certificate is for")
        parser.add_argument("--office", action="store_true", help="the certificate is for the unit itself")
        parser.add_argument("--unit", default="", help="code of the unit")
        parser.add_argument("--by", default="", help="user name of who keeps the unit's certificates (with --office)")
        parser.add_argument("--p12", type=Path, help="write key and certificate into this file, for doanso-sign")
        parser.add_argument("--password", default="", help="of that file")
        parser.add_argument("--token", default="", help="put the key onto the server's token of this name")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Issue the certificate, or report in one line why it was refused."""
        try:
            authority = load_or_make()
            self._trust(authority)
            if options["person"] or options["office"]:
                self._issue(authority, options)
        except Refused as refused:
            raise CommandError(refused.problem.message) from None

    def _trust(self, authority: TestAuthority) -> None:
        for purpose in AuthorityPurpose.values:
            for issued, listed in zip((authority.root, authority.issuing), authority.lists(), strict=True):
                der = issued.certificate.public_bytes(Encoding.DER)
                if Authority.objects.filter(der=der, purpose=purpose, ended_at=None).exists():
                    continue
                added = authorities.add_authority(actor=None, content=der, purpose=purpose, legal_force=False)
                authorities.load_list(actor=None, authority=added, content=listed)
                self.stdout.write(f"{purpose}: {added.name}")

    def _user(self, name: str) -> User:
        user = accounts.user_by_username(name)
        if user is None:
            raise CommandError(f"No account {name!r}.")
        return user

    def _issue(self, authority: TestAuthority, options: dict[str, Any]) -> None:
        unit = units.unit_by_code(options["unit"])
        if unit is None:
            raise CommandError(f"No unit {options['unit']!r}.")
        if options["office"]:
            actor, kind = self._user(options["by"]), SignerKind.ORGANISATION
            issued = authority.organisation(units.named_unit(unit).name)
        else:
            actor, kind = self._user(options["person"]), SignerKind.PERSON
            issued = authority.person(actor.display_name, units.named_unit(unit).name)
        way, labels = self._place(issued, unit, options)
        certificate = actions.add_certificate(
            actor=actor,
            kind=kind,
            unit=unit,
            way=way,
            content=issued.pem,
            token_label=labels.get("token_label", ""),
            key_label=labels.get("key_label", ""),
        )
        self.stdout.write(f"{certificate.get_kind_display()}: {certificate.subject} ({certificate.fingerprint})")

    def _place(self, issued: IssuedCertificate, unit: Unit, options: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """Return where the key was stored: a file for the agent, or the server's token."""
        if options["token"] and options["office"]:
            module, pin = settings.SIGNING_TOKEN["module"], settings.SIGNING_TOKEN["pin"]
            if not module or not pin:
                raise CommandError("DOANSO_TOKEN_MODULE and DOANSO_TOKEN_PIN say where the server's token is.")
            label = f"office-{unit.code}"
            tokens.put_key(module, options["token"], pin, label, issued)
            return Way.TOKEN, {"token_label": options["token"], "key_label": label}
        if options["p12"] is None or not options["password"]:
            raise CommandError("Say where the key goes: --p12 FILE --password WORD, or --office --token NAME.")
        options["p12"].touch(mode=0o600)
        options["p12"].write_bytes(issued.p12(issued.certificate.subject.rfc4514_string(), options["password"]))
        return Way.AGENT, {}
