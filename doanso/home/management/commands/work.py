"""`doanso work`: the worker, until SIGTERM or Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand

from doanso.audit.actions import seal_all
from doanso.documents.actions.deliveries import remind_of_answers_daily
from doanso.documents.actions.issuing import resume_stalled as go_on_issuing
from doanso.files.actions import look_after
from doanso.home.worker import WorkerLoop
from doanso.imports.actions import keep_going
from doanso.lib.database import learn_sizes_daily
from doanso.outreach.actions.visits import drop_old_words_daily
from doanso.outreach.actions.watch import look_hourly
from doanso.people.actions import forget_daily
from doanso.reports.actions.reminders import remind_daily
from doanso.reports.actions.renderings import resume_stalled
from doanso.signing.actions.tries import forget_tries
from doanso.support.actions import drop_device_keys
from doanso.sync.actions import drop_old_bytes_daily, try_again_daily
from doanso.tally.actions import fold
from doanso.tally.actions import seal_all as seal_closings
from doanso.targets.actions import look_daily


def fold_all() -> None:
    """Fold page after page until nothing waits."""
    while fold():
        pass


class Command(BaseCommand):
    help = "Run tasks and whatever is to be done every few seconds or once a day, until told to stop."

    def handle(self, **options: Any) -> None:
        chores = {
            "folding": fold_all,
            "sealing": seal_all,
            "closings": seal_closings,
            "imports": keep_going,
            "report files": resume_stalled,
            "documents": go_on_issuing,
            "files": look_after,
            "forgetting": forget_daily,
            "devices": drop_device_keys,
            "tries of codes": forget_tries,
            "phones' records": try_again_daily,
            "phones' bytes": drop_old_bytes_daily,
            "confirmations": drop_old_words_daily,
            "stalls": look_daily,
            "watch": look_hourly,
            "reminders": remind_daily,
            "answers": remind_of_answers_daily,
            "sizes": learn_sizes_daily,
        }
        WorkerLoop(chores).run()
