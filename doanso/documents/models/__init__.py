"""Tables of documents: drafts, versions, steps, signatures, numbers, issuing and deliveries."""

from doanso.documents.models.documents import (
    ENDED,
    Attachment,
    Comment,
    Document,
    DocumentState,
    DocumentVersion,
    Issuing,
    IssuingState,
    Medium,
    RoutingStep,
    Signature,
    StepState,
    Urgency,
    WorkingCopy,
)
from doanso.documents.models.letterheads import Letterhead, Profile
from doanso.documents.models.numbers import Number, Numbering, NumberScope, NumberState, RegisterKind, Series
from doanso.documents.models.receiving import Delivery
from doanso.documents.models.signers import Mandate, StandIn, Wording

__all__ = [
    "ENDED",
    "Attachment",
    "Comment",
    "Delivery",
    "Document",
    "DocumentState",
    "DocumentVersion",
    "Issuing",
    "IssuingState",
    "Letterhead",
    "Mandate",
    "Medium",
    "Number",
    "NumberScope",
    "NumberState",
    "Numbering",
    "Profile",
    "RegisterKind",
    "RoutingStep",
    "Series",
    "Signature",
    "StandIn",
    "StepState",
    "Urgency",
    "Wording",
    "WorkingCopy",
]
