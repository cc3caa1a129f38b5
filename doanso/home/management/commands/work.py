"""`doanso work`: the worker, until SIGTERM or Ctrl-C."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from doanso import data_folder
from doanso.accounts import throttle
from doanso.accounts.actions import forget_expired_sessions
from doanso.audit.actions import chain_all
from doanso.documents.actions.deliveries import remind_of_answers
from doanso.documents.actions.issuing import resume_stalled as go_on_issuing
from doanso.documents.actions.working_copies import drop_old_working_copies
from doanso.events.actions import end_past_tasks, remind_of_events
from doanso.files.actions import run_maintenance
from doanso.home.clock_guard import ClockGuard
from doanso.home.worker import WorkerLoop, once_a_day, run_every
from doanso.imports.actions import forget_resolved
from doanso.imports.actions import resume_stalled as resume_imports
from doanso.ledger.actions import complete_snapshots, fold
from doanso.lib.database import learn_sizes
from doanso.notices.actions import remove_old
from doanso.outreach.actions.anomaly_checks import run_hourly
from doanso.outreach.actions.visits import drop_old_confirmations
from doanso.partners.actions import notify_of_expiring
from doanso.people.actions import forget_left_behind
from doanso.places.actions import count_changed_places, look_over_places
from doanso.places.actions.corrections import empty_old_corrections
from doanso.reports.actions.reminders import remind
from doanso.reports.actions.renderings import resume_stalled
from doanso.reports.actions.reports import delete_orphaned_snapshots
from doanso.reports.actions.unit_exports import maintain_unit_exports
from doanso.setup.actions import carry_out_if_due, end_interrupted_backups
from doanso.setup.erasures import ERASURES
from doanso.signing.actions.tries import forget_tries
from doanso.support.actions import drop_device_keys, drop_stand_entries
from doanso.sync.actions import drop_old_bytes, drop_old_photos, retry_quarantined
from doanso.targets.actions import assign_alerts, end_abandoned_books, resume_publications


def fold_all() -> None:
    """Fold the queue page by page until nothing waits."""
    while fold():
        pass


class Command(BaseCommand):
    help = "Run tasks and whatever is to be done every few seconds or once a day, until told to stop."

    def handle(self, **options: Any) -> None:
        guard = ClockGuard()
        by_age = guard.guarded
        chores = {
            "folding": fold_all,
            "audit chain": chain_all,
            "snapshots": complete_snapshots,
            "imports": resume_imports,
            "lists of imports": by_age(forget_resolved),
            "publications": resume_publications,
            "refused publications": once_a_day(end_abandoned_books),
            "report files": resume_stalled,
            "archives of units": maintain_unit_exports,
            "left sets": once_a_day(delete_orphaned_snapshots),
            "killed backups": run_every(timedelta(minutes=1), end_interrupted_backups),
            "documents": go_on_issuing,
            "files": lambda: run_maintenance(may_sweep=guard.look()),
            "left behind": by_age(once_a_day(partial(forget_left_behind, note="worker"))),
            **{f"erasing {erasure.code}": by_age(partial(carry_out_if_due, erasure, "worker")) for erasure in ERASURES},
            "devices": by_age(drop_device_keys),
            "entries at stands": by_age(drop_stand_entries),
            "tries of codes": forget_tries,
            "tries to sign in": throttle.forget_tries,
            "modes of files": once_a_day(partial(data_folder.restrict_below, settings.FILES)),
            "ended sign-ins": once_a_day(forget_expired_sessions),
            "known browsers": once_a_day(throttle.forget_origins),
            "phones' records": once_a_day(retry_quarantined),
            "phones' bytes": by_age(once_a_day(drop_old_bytes)),
            "phones' photos": by_age(once_a_day(drop_old_photos)),
            "confirmations": by_age(once_a_day(drop_old_confirmations)),
            "stalls": once_a_day(assign_alerts),
            "watch": run_hourly,
            "reminders": once_a_day(remind),
            "streets and markets": once_a_day(look_over_places),
            "progress of streets and markets": run_every(timedelta(minutes=5), count_changed_places),
            "corrections of public pages": by_age(once_a_day(empty_old_corrections)),
            "agreements": once_a_day(notify_of_expiring),
            "events": once_a_day(remind_of_events),
            "shifts of past events": once_a_day(end_past_tasks),
            "notices": once_a_day(remove_old),
            "working copies": by_age(once_a_day(drop_old_working_copies)),
            "answers": once_a_day(remind_of_answers),
            "sizes": once_a_day(learn_sizes),
        }
        WorkerLoop(chores).run()
