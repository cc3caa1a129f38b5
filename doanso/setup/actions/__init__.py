"""Actions of the setup: the first setup, the checklist, the consent text's approval, backups."""

from doanso.setup.actions.backups import (
    BACKUP_RUNNING,
    KEPT,
    back_up_now,
    carry_out_backup,
    end_interrupted_backups,
    request_backup,
)
from doanso.setup.actions.consent_texts import approve_consent_text, rewrite_consent_text
from doanso.setup.actions.erasures import (
    ERASURE_CHANGED,
    ErasureResult,
    approve_erasure,
    carry_out_erasure,
    carry_out_if_due,
)
from doanso.setup.actions.first_setup import (
    AdministratorInput,
    CommitteeInput,
    check_setup_code,
    complete_setup,
    issue_setup_code,
    put_checklist_away,
    show_checklist_again,
)

__all__ = [
    "BACKUP_RUNNING",
    "ERASURE_CHANGED",
    "KEPT",
    "AdministratorInput",
    "CommitteeInput",
    "ErasureResult",
    "approve_consent_text",
    "approve_erasure",
    "back_up_now",
    "carry_out_backup",
    "carry_out_erasure",
    "carry_out_if_due",
    "check_setup_code",
    "complete_setup",
    "end_interrupted_backups",
    "issue_setup_code",
    "put_checklist_away",
    "request_backup",
    "rewrite_consent_text",
    "show_checklist_again",
]
