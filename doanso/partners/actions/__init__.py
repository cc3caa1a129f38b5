"""Actions on partners, for apps above and the demo."""

from doanso.partners.actions.agreements import (
    AgreementInput,
    AgreementPaper,
    add_agreement,
    change_agreement,
    end_agreement,
    erase_file,
    notify_of_expiring,
    renew_agreement,
    repeat_agreement,
    resume_agreement,
)
from doanso.partners.actions.contacts import (
    ContactInput,
    add_contact,
    change_contact,
    end_contact,
    forget_contacts,
    remove_contact,
)
from doanso.partners.actions.partners import PartnerInput, change_partner, create_partner, end_partner, resume_partner
from doanso.partners.actions.undertakings import (
    UndertakingInput,
    add_undertaking,
    change_undertaking,
    complete_undertaking,
    reopen_undertaking,
)

__all__ = [
    "AgreementInput",
    "AgreementPaper",
    "ContactInput",
    "PartnerInput",
    "UndertakingInput",
    "add_agreement",
    "add_contact",
    "add_undertaking",
    "change_agreement",
    "change_contact",
    "change_partner",
    "change_undertaking",
    "complete_undertaking",
    "create_partner",
    "end_agreement",
    "end_contact",
    "end_partner",
    "erase_file",
    "forget_contacts",
    "notify_of_expiring",
    "remove_contact",
    "renew_agreement",
    "reopen_undertaking",
    "repeat_agreement",
    "resume_agreement",
    "resume_partner",
]
