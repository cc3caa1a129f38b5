"""Outgoing documents with versions, steps, remarks, signatures, and the state of their issuing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.documents.models.letterheads import Profile
from doanso.documents.models.numbers import Number
from doanso.documents.models.signers import Mandate
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.signing.models import Certificate, PublicFile
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class DocumentState(models.TextChoices):
    """The state of a document. An issued document is never deleted: it is recalled or replaced."""

    DRAFT = "draft", "Đang soạn"
    REVIEW = "review", "Đang trình duyệt"
    SIGNING = "signing", "Chờ ký"
    SIGNED = "signed", "Đã ký, chờ văn thư"
    ISSUING = "issuing", "Đang phát hành"
    ISSUED = "issued", "Đã phát hành"
    RECALLED = "recalled", "Đã thu hồi"
    REPLACED = "replaced", "Đã thay thế"
    DISCARDED = "discarded", "Đã bỏ"


ENDED = frozenset({DocumentState.RECALLED, DocumentState.REPLACED})
"""The states of a document that was issued and is no longer in effect."""


class Medium(models.TextChoices):
    """The medium of the original: a signed file, or paper that only the register knows."""

    DIGITAL = "digital", "Văn bản điện tử"
    PAPER = "paper", "Văn bản giấy"


class Urgency(models.TextChoices):
    """The urgency of a document."""

    NONE = "", "Thường"
    URGENT = "urgent", "Khẩn"
    VERY_URGENT = "very-urgent", "Thượng khẩn"
    EXPRESS = "express", "Hỏa tốc"


class Document(models.Model):
    """A document that a unit writes and issues. Its content is in its versions; the fields here are what lists need.

    `version` is the number of the newest version; a change names the version it was made from. `base`, `signed` and `final` are
    the three files of one chain: without signatures, with the person's, and with the organisation's too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="documents", db_index=False)
    profile = models.CharField(max_length=4, choices=Profile)
    kind = models.CharField(max_length=40)
    medium = models.CharField(max_length=7, choices=Medium, default=Medium.DIGITAL)
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True)
    summary = models.CharField(max_length=400)
    folded = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=DocumentState, default=DocumentState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.OneToOneField(Number, null=True, on_delete=models.PROTECT, related_name="document")
    # "12-KH/TĐTN", as printed.
    notation = models.CharField(max_length=60, blank=True)
    # The era of the number's series: a notation is unique in it, across all series of the unit.
    era = models.CharField(max_length=24, null=True)
    dated = models.DateField(null=True)
    base = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    signed = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    final = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    # The fields of `base` for number, date, signature and seal, as `signature_fields.fields_as_json` writes them.
    places = models.JSONField(default=dict)
    public = models.OneToOneField(PublicFile, null=True, on_delete=models.PROTECT, related_name="document")
    # The record of another app that it was made from, such as a report.
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    answer_by = models.DateField(null=True)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(profile__in=Profile.values), name="documents_document_profile"),
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="documents_document_state"),
            models.CheckConstraint(condition=Q(medium__in=Medium.values), name="documents_document_medium"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="documents_document_urgency"),
            # An issued document has a number and a day, and a digital one its whole chain of files.
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "recalled", "replaced"))
                | Q(number__isnull=False, dated__isnull=False, issued_at__isnull=False, issued_on__isnull=False),
                name="documents_document_issued",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "recalled", "replaced"))
                | Q(medium="paper")
                | Q(base__isnull=False, signed__isnull=False, final__isnull=False),
                name="documents_document_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("recalled", "replaced", "discarded")) | ~Q(ended_reason=""),
                name="documents_document_ended",
            ),
            models.UniqueConstraint(fields=["unit", "notation", "era"], name="documents_document_notation_once"),
            models.CheckConstraint(condition=Q(number=None) | Q(era__isnull=False), name="documents_document_era"),
            models.UniqueConstraint(
                fields=["source_kind", "source_id"],
                condition=Q(source_id__isnull=False) & ~Q(state__in=("discarded", "recalled", "replaced")),
                name="documents_document_source_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-changed_at"], name="documents_document_desk"),
            models.Index(fields=["unit", "-issued_on", "-id"], name="documents_document_register"),
        ]


class DocumentVersion(models.Model):
    """The content of a document at one save, never changed: a draft's JSON, or the uploaded file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    upload = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="documents_version_once")]


class WorkingCopy(models.Model):
    """What one user has typed in the editor and not kept as a version; the newest replaces the one before.

    `subject_id` is the document's id, or the unit's where a new document is written. `content` holds the form's fields as typed,
    `expected_version` the number of the version they were written from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+", db_index=False)
    subject_id = models.UUIDField()
    expected_version = models.PositiveIntegerField()
    content = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "subject_id"], name="documents_workingcopy_once")]


class Attachment(models.Model):
    """A file that goes with a document; the organisation signs it separately when the document is issued."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    signed = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class StepState(models.TextChoices):
    """The state of a step; the next step opens when this one has passed."""

    WAITING = "waiting", "Chưa đến lượt"
    OPEN = "open", "Đang chờ"
    PASSED = "passed", "Đồng ý"
    RETURNED = "returned", "Trả lại"
    DROPPED = "dropped", "Thôi"


class RoutingStep(models.Model):
    """One reviewer's or the signer's decision; each time a document is sent on, a new round of steps begins.

    The last step of a round is the signer's. `decided_by` differs from `user` where a stand-in decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="steps", db_index=False)
    round = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="document_steps", db_index=False)
    is_signer = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=StepState, default=StepState.WAITING)
    version = models.PositiveIntegerField()
    opened_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "round", "place"], name="documents_step_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(state="open"), name="documents_step_one_open"),
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="documents_step_state"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(words=""), name="documents_step_words"),
        ]
        indexes = [models.Index(fields=["user", "state"], name="documents_step_desk")]


class Comment(models.Model):
    """A remark about a version, resolved by the person who took it up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="comments")
    version = models.PositiveIntegerField()
    quote = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=1000)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)


class Signature(models.Model):
    """A signature in a document's file, verified when it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class IssuingState(models.TextChoices):
    """The progress of numbering, sealing and issuing; each part happens once, whichever worker does it."""

    NUMBERED = "numbered", "Đã cấp số"
    SEALED = "sealed", "Đã đóng dấu"
    ISSUED = "issued", "Đã phát hành"
    STUCK = "stuck", "Chưa xong"


class Issuing(models.Model):
    """The issuing of a document. The number is drawn when the clerk asks and stays, however often a worker dies.

    `stepped_at` is when a worker last took it up, by which stalled ones are found.
    """

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="issuing")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=IssuingState, default=IssuingState.NUMBERED)
    problem = models.CharField(max_length=300, blank=True)
    is_public = models.BooleanField(default=False)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stepped_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IssuingState.values), name="documents_issuing_state")
        ]
        indexes = [models.Index(fields=["state", "stepped_at"], name="documents_issuing_silent")]
