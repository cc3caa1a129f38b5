"""Tables of documents: drafts, versions, steps, signatures, numbers, issuing and deliveries."""

from doanso.documents.models.documents import (
    ENDED,
    Attachment,
    Comment,
    Document,
    DocumentState,
    Issuing,
    IssuingState,
    Medium,
    Signature,
    Step,
    StepState,
    Urgency,
    Version,
)
from doanso.documents.models.frames import Letterhead, Profile
from doanso.documents.models.numbers import Direction, Number, Numbering, NumberState, Scope, Series
from doanso.documents.models.receiving import Delivery
from doanso.documents.models.signers import Mandate, StandIn, Wording

__all__ = [
    "ENDED",
    "Attachment",
    "Comment",
    "Delivery",
    "Direction",
    "Document",
    "DocumentState",
    "Issuing",
    "IssuingState",
    "Letterhead",
    "Mandate",
    "Medium",
    "Number",
    "NumberState",
    "Numbering",
    "Profile",
    "Scope",
    "Series",
    "Signature",
    "StandIn",
    "Step",
    "StepState",
    "Urgency",
    "Version",
    "Wording",
]
