"""`doanso issue-code USER`: issue a code for a new password to an officer who cannot get one from another officer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts import actions, queries


class Command(BaseCommand):
    help = "Print a code for a new password of an account: single use, 10 minutes. History says it was made here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        user = queries.user_by_username(options["user"])
        if user is None or not user.is_active:
            raise CommandError(_("There is no open account with this user name."))
        with transaction.atomic():
            code = actions.issue_code(actor=None, user=user, note="issue-code")
        words = _("Code for the password, once, for 10 minutes, on /password/code/: %(code)s")
        self.stdout.write(words % {"code": queries.shown_code(code)})
