"""`doanso signing-authority add root.crt --for signing --legal-force`: trust an authority, load its list, end the trust."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doanso.lib.problems import Refused
from doanso.signing.actions import authorities as actions
from doanso.signing.models import Authority, AuthorityPurpose


class Command(BaseCommand):
    """Command-line equivalent of the pages of authorities, run on the server's own machine."""

    help = "Trust an authority (add FILE), load its list of certificates called back (list FILE), or end the trust (end SHA256)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three subcommands and their arguments."""
        words = parser.add_subparsers(dest="word", required=True)
        add = words.add_parser("add")
        add.add_argument("file", type=Path)
        add.add_argument(
            "--for", dest="purpose", choices=AuthorityPurpose.values, default=AuthorityPurpose.SIGNING.value
        )
        force = add.add_mutually_exclusive_group(required=True)
        force.add_argument("--legal-force", dest="legal_force", action="store_true")
        force.add_argument("--test", dest="legal_force", action="store_false")
        words.add_parser("list").add_argument("file", type=Path)
        words.add_parser("end").add_argument("fingerprint")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the subcommand, or report in one line why it was refused."""
        try:
            self.stdout.write(getattr(self, f"_{options['word']}")(options))
        except Refused as refused:
            raise CommandError(refused.problem.message) from None
        except OSError as error:
            raise CommandError(str(error)) from None

    def _add(self, options: dict[str, Any]) -> str:
        content = options["file"].read_bytes()
        authority = actions.add_authority(
            actor=None, content=content, purpose=options["purpose"], legal_force=options["legal_force"]
        )
        return f"{authority.fingerprint} {authority.name}"

    def _list(self, options: dict[str, Any]) -> str:
        content = options["file"].read_bytes()
        problem: Refused | None = None
        loaded = []
        # A list is assigned by its signature; the same authority may be trusted for signatures and for time-stamps.
        for authority in Authority.objects.filter(ended_at=None).order_by("added_at"):
            try:
                loaded.append(actions.load_list(actor=None, authority=authority, content=content))
            except Refused as refused:
                if problem is None or refused.problem.code != "list_of_another":
                    problem = refused
        if not loaded:
            raise problem or CommandError("No authority is trusted yet.")
        return f"{loaded[0].this_update.isoformat()} {loaded[0].authority.name}"

    def _end(self, options: dict[str, Any]) -> str:
        authorities = list(Authority.objects.filter(fingerprint=options["fingerprint"].lower(), ended_at=None))
        if not authorities:
            raise CommandError("No such authority is trusted.")
        for authority in authorities:
            actions.end_authority(actor=None, authority=authority)
        return authorities[0].name
