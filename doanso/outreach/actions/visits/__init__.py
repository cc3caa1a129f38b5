"""Actions on visits: recording phones' reports, the second's confirmation, revising, correcting and taking back."""

from doanso.outreach.actions.visits.confirmations import confirm_visits, drop_old_confirmations
from doanso.outreach.actions.visits.recording import record_visits
from doanso.outreach.actions.visits.reversal import take_back_visit

__all__ = ["confirm_visits", "drop_old_confirmations", "record_visits", "take_back_visit"]
