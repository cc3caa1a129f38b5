"""A unit's documents: drafted, passed, signed by a person, numbered and sealed by the clerk, issued, delivered, received."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.signing.models import Certificate, PublicFile
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Profile(models.TextChoices):
    """In whose form a document is written."""

    DOAN = "doan", "Thể thức văn bản của Đoàn"
    ND30 = "nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"


# --- Numbers ----------------------------------------------------------------------------------------------------------


class Scope(models.TextChoices):
    """What one running number is shared by."""

    KIND = "kind", "Mỗi loại văn bản một dãy số"
    ALL = "all", "Mọi loại văn bản chung một dãy số"


class Numbering(models.Model):
    """How a unit numbers in one form from a day on: what shares a series, and in which era it begins anew.

    The Union numbers per kind through one term of its committee ("2022-2027"), the state all kinds together per year: an
    era without a name is the calendar year.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="numberings")
    profile = models.CharField(max_length=4, choices=Profile)
    scope = models.CharField(max_length=4, choices=Scope)
    era = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "profile", "since"], name="documents_numbering_once"),
            models.CheckConstraint(condition=Q(profile__in=Profile.values), name="documents_numbering_profile"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="documents_numbering_scope"),
        ]


class Direction(models.TextChoices):
    """Which book a number stands in. Secret documents have a series of their own, and nothing but number and date here."""

    OUT = "out", "Văn bản đi"
    IN = "in", "Văn bản đến"
    SECRET = "secret", "Văn bản mật đi"


class Series(models.Model):
    """One running number of a unit. Numbers are drawn under this row's lock: without a gap, none twice, none for a day before
    the last one's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="series")
    direction = models.CharField(max_length=6, choices=Direction)
    profile = models.CharField(max_length=4, choices=Profile, blank=True)
    # The kind's code where each kind has its own series.
    kind = models.CharField(max_length=40, blank=True)
    era = models.CharField(max_length=20)
    # Of the last number drawn; where the series began if none was.
    last_value = models.PositiveIntegerField(default=0)
    last_dated = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "direction", "profile", "kind", "era"], name="documents_series_once"
            ),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="documents_series_direction"),
        ]


class NumberState(models.TextChoices):
    """What became of a number; a void one is never given out again."""

    USED = "used", "Đã cấp"
    RESERVED = "reserved", "Giữ chỗ"
    VOID = "void", "Bỏ"


class Number(models.Model):
    """A number drawn from a series, for ever. A secret document's number has a date and nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="numbers")
    # Of the series, so that a unit's whole register is read by one index.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=6, choices=Direction)
    value = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=NumberState)
    dated = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    drawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "value"], name="documents_number_once"),
            models.CheckConstraint(condition=Q(state__in=NumberState.values), name="documents_number_state"),
            models.CheckConstraint(condition=Q(state="used") | ~Q(reason=""), name="documents_number_reason"),
        ]
        indexes = [
            models.Index(fields=["unit", "direction", "-dated", "-drawn_at", "-id"], name="documents_number_register")
        ]


class Letterhead(models.Model):
    """What stands at the top and the foot of a unit's documents; a unit without one gets what its name and level suggest.

    `recipients` has one on a line, without dash and semicolon.
    """

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.PROTECT, related_name="letterhead")
    superior = models.CharField(max_length=120, blank=True)
    issuer = models.CharField(max_length=120)
    symbol = models.CharField(max_length=30)
    place = models.CharField(max_length=80)
    authority = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=80)
    signer = models.CharField(max_length=120, blank=True)
    recipients = models.TextField(blank=True)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


# --- Who may sign -----------------------------------------------------------------------------------------------------


class Wording(models.TextChoices):
    """In whose place somebody signs."""

    OWN = "", "Ký trực tiếp"
    TM = "TM.", "Thay mặt (TM.)"
    TL = "TL.", "Thừa lệnh (TL.)"
    TUQ = "TUQ.", "Thừa ủy quyền (TUQ.)"
    KT = "KT.", "Ký thay (KT.)"
    ACTING = "Q.", "Quyền (Q.)"


class Mandate(models.Model):
    """Somebody's authority to sign for a unit for a term, in which words, for which kinds of documents.

    By written authority (TUQ.) there is a paper and an end, and whoever holds such a one gives none to others.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="mandates")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="mandates")
    wording = models.CharField(max_length=4, choices=Wording, blank=True)
    # "BAN THƯỜNG VỤ" after TM., "TRƯỞNG BAN" after KT.
    body = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=80)
    kinds = models.JSONField(default=list)
    paper = models.CharField(max_length=120, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    given_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(wording__in=Wording.values), name="documents_mandate_wording"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="documents_mandate_dates"
            ),
            models.CheckConstraint(
                condition=~Q(wording="TUQ.") | (Q(until__isnull=False) & ~Q(paper="")), name="documents_mandate_written"
            ),
        ]


class StandIn(models.Model):
    """Somebody who decides the steps of another for a while, in the own name. Nobody stands in for a signature."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="stand_ins")
    deputy = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="stands_in_for")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="documents_stand_in_dates"),
            models.CheckConstraint(condition=~Q(user=models.F("deputy")), name="documents_stand_in_other"),
        ]


# --- Documents going out ----------------------------------------------------------------------------------------------


class DocumentState(models.TextChoices):
    """Where a document stands. What was issued is never deleted: it is recalled or replaced."""

    DRAFT = "draft", "Đang soạn"
    REVIEW = "review", "Đang trình duyệt"
    SIGNING = "signing", "Chờ ký"
    SIGNED = "signed", "Đã ký, chờ văn thư"
    ISSUING = "issuing", "Đang phát hành"
    ISSUED = "issued", "Đã phát hành"
    RECALLED = "recalled", "Đã thu hồi"
    REPLACED = "replaced", "Đã thay thế"
    DISCARDED = "discarded", "Đã bỏ"


class Medium(models.TextChoices):
    """What the original is: a signed file, or a paper of which only the register knows."""

    DIGITAL = "digital", "Văn bản điện tử"
    PAPER = "paper", "Văn bản giấy"


class Urgency(models.TextChoices):
    """How fast it must go."""

    NONE = "", "Thường"
    URGENT = "urgent", "Khẩn"
    VERY_URGENT = "very-urgent", "Thượng khẩn"
    EXPRESS = "express", "Hỏa tốc"


class Document(models.Model):
    """A document that a unit writes and issues. What it says stands in its versions; here is what lists need.

    `version` is the number of the newest version; who changes something says which one was read. `base`, `signed` and
    `final` are the three files of its one chain: without signatures, with the person's, with the organisation's too.
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
    dated = models.DateField(null=True)
    base = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    signed = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    final = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    # Where signing puts number, date, signature and seal in `base`.
    places = models.JSONField(default=dict)
    public = models.OneToOneField(PublicFile, null=True, on_delete=models.PROTECT, related_name="document")
    # What it was made of in another app: a report's id.
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
            # Nothing is issued half: a number, a day, and of a digital one the whole chain.
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


class Version(models.Model):
    """What a document said at one moment, for ever: its content as `forms` reads it, or the file that was uploaded."""

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


class Attachment(models.Model):
    """A file that goes with a document. The organisation signs each by itself when the document is issued."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    signed = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class StepState(models.TextChoices):
    """What became of a step; the next one opens only when this one has passed."""

    WAITING = "waiting", "Chưa đến lượt"
    OPEN = "open", "Đang chờ"
    PASSED = "passed", "Đồng ý"
    RETURNED = "returned", "Trả lại"
    DROPPED = "dropped", "Thôi"


class Step(models.Model):
    """One pair of eyes on the way of a document: a round of steps begins with each time it is sent on.

    The last step of a round is the signer's. `decided_by` differs from `user` where somebody stood in.
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
    """A remark about a version; settled by whoever took it up."""

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
    """A signature that stands in a document's file, as it was verified when it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class IssuingState(models.TextChoices):
    """How far the one step of numbering, sealing and issuing has come; each part is done once, whoever goes on with it."""

    NUMBERED = "numbered", "Đã cấp số"
    SEALED = "sealed", "Đã đóng dấu"
    ISSUED = "issued", "Đã phát hành"
    STUCK = "stuck", "Chưa xong"


class Issuing(models.Model):
    """A document on its way out. The number is drawn when the clerk asks and stays the document's, however often the worker dies.

    `stepped_at` is when a worker last took it up, by which one that fell silent is found.
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


# --- Who gets it ------------------------------------------------------------------------------------------------------


class Delivery(models.Model):
    """A document on its way to one unit, one person or one address outside, and what became of it there.

    It is there from the moment the document is issued; before that its row says only who will get it. An outside reader opens
    it by a link of 128 random bits, found by its keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    user = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="deliveries")
    outside = models.CharField(max_length=160, blank=True)
    link_sealed = models.BinaryField(default=bytes)
    link_lookup = models.CharField(max_length=64, null=True, unique=True)
    # What the unit gets it for, as the list of recipients says it in brackets.
    purpose = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    assigned_to = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=1000, blank=True)
    answer_document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="answers")
    # The receiver has seen that the document was recalled or replaced.
    end_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(unit__isnull=False), name="documents_delivery_unit_once"
            ),
            models.UniqueConstraint(
                fields=["document", "user"], condition=Q(user__isnull=False), name="documents_delivery_user_once"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user__isnull=True, outside="")
                | Q(unit__isnull=True, user__isnull=False, outside="")
                | (Q(unit__isnull=True, user__isnull=True) & ~Q(outside="")),
                name="documents_delivery_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(sent_at__isnull=False), name="documents_delivery_order"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-sent_at"], name="documents_delivery_unit")]


class ArrivalState(models.TextChoices):
    """What became of a document from outside."""

    RECEIVED = "received", "Đã vào sổ"
    ASSIGNED = "assigned", "Đã giao xử lý"
    SETTLED = "settled", "Đã xử lý"
    RETURNED = "returned", "Trả lại nơi gửi"


class Arrival(models.Model):
    """A document that came in and stands in the unit's book: from a unit here (its delivery), or from outside with its file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="arrivals", db_index=False)
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="arrival")
    delivery = models.OneToOneField(Delivery, null=True, on_delete=models.PROTECT, related_name="arrival")
    arrived_on = models.DateField()
    issuer = models.CharField(max_length=200)
    notation = models.CharField(max_length=60, blank=True)
    dated = models.DateField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    summary = models.CharField(max_length=400)
    folded = models.CharField(max_length=800)
    urgency = models.CharField(max_length=12, choices=Urgency, blank=True)
    medium = models.CharField(max_length=7, choices=Medium, default=Medium.DIGITAL)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    # What verification said when it came, in the words of `signing`.
    verdict = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ArrivalState, default=ArrivalState.RECEIVED)
    assigned_to = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    taken_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    settled_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ArrivalState.values), name="documents_arrival_state"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(words=""), name="documents_arrival_words"),
        ]
        indexes = [
            models.Index(fields=["unit", "-arrived_on", "-id"], name="documents_arrival_register"),
            models.Index(fields=["unit", "notation"], name="documents_arrival_notation"),
        ]
