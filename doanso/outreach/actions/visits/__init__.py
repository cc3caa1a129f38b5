"""Deeds on visits: recording what phones tell, the second one's word, putting right and taking back."""

from doanso.outreach.actions.visits.confirming import confirm_visits, drop_old_words
from doanso.outreach.actions.visits.recording import record_visits, take_back_visit

__all__ = ["confirm_visits", "drop_old_words", "record_visits", "take_back_visit"]
