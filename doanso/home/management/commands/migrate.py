"""Django's `migrate`, except that it renders fewer models, that a second one at the same time waits for the first, and that on
PostgreSQL no step waits long for a lock."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from doanso.home.forward_migrations import ForwardExecutor
from doanso.lib import database

LOCK_SECONDS = 5
# Django's command has no other way to take another executor.
vars(migrate)["MigrationExecutor"] = ForwardExecutor


class Command(migrate.Command):
    """`migrate` with a lock timeout: a step that waits for a table in use blocks all later users of it, so it gives up soon.

    A second one waits for the first, and then finds what is left to do.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option for the seconds that a step waits."""
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout",
            type=int,
            default=LOCK_SECONDS,
            metavar="SECONDS",
            help="How long a step waits for a lock of PostgreSQL before it is given up; 0 waits without end.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; raise `CommandError` when a lock could not be taken in time."""
        seconds, connection = options["lock_timeout"], connections[options["database"]]
        try:
            with database.sole_migration(connection), database.lock_waits_end(connection, seconds):
                super().handle(*args, **options)
        except OperationalError as error:
            if not database.is_lock_timeout(error):
                raise
            raise CommandError(
                f"Somebody used a table of this step for more than {seconds} s. The step was taken back and the steps before it "
                "stand. Run the command again, in a quieter hour or with the service stopped."
            ) from error
