"""Photos of an event, with what was asked of the people in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.events.models.events import Event
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7

_USER = settings.AUTH_USER_MODEL


class PhotoSubjects(models.TextChoices):
    """Whom a photo shows, and who agreed to it."""

    NOBODY = "nobody", "Không nhận ra ai"
    ADULTS = "adults", "Người lớn, đã đồng ý"
    CHILDREN = "children", "Có trẻ em, cha mẹ hoặc người giám hộ đã đồng ý"


class EventPhoto(models.Model):
    """A photo of an event in two sizes, its pixels alone.

    Of people who can be recognised it is kept only with who asked them and when. `alt` says what it shows. A photo that was
    taken down stays as a row with its reason; its pictures are destroyed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="photos", db_index=False)
    photo = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    photo_small = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(max_length=160)
    subjects = models.CharField(max_length=8, choices=PhotoSubjects)
    asked_by = models.CharField(max_length=120, blank=True)
    asked_on = models.DateField(null=True)
    is_public = models.BooleanField(default=False)
    taken_down_at = models.DateTimeField(null=True)
    taken_down_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(alt=""), name="events_photo_alt"),
            models.CheckConstraint(condition=Q(subjects__in=PhotoSubjects.values), name="events_photo_subjects"),
            models.CheckConstraint(
                condition=Q(subjects="nobody", asked_by="", asked_on=None)
                | (~Q(subjects="nobody") & ~Q(asked_by="") & Q(asked_on__isnull=False)),
                name="events_photo_asked",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_reason="")
                | (Q(taken_down_at__isnull=False, is_public=False) & ~Q(taken_down_reason="")),
                name="events_photo_taken_down",
            ),
        ]
        indexes = [models.Index(fields=["event", "taken_down_at"], name="events_photo_event")]


class PhotoRequestReason(models.TextChoices):
    """Why somebody asks that a public photo be taken down."""

    OWN = "own", "Tôi có trong ảnh"
    CHILD = "child", "Con tôi, hoặc người tôi giám hộ, có trong ảnh"
    OTHER = "other", "Lý do khác"


class PhotoRequest(models.Model):
    """Somebody without an account asks that a public photo be taken down; several people may ask before the answer.

    While one waits and `hides`, the photo stands on no public page. `words` point to somebody in the photo and go with the
    answer, which is one for all that wait. `answer` of a photo that is kept is read by whoever asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    photo = models.ForeignKey(EventPhoto, on_delete=models.PROTECT, related_name="requests")
    reason = models.CharField(max_length=5, choices=PhotoRequestReason)
    words = models.CharField(max_length=200, blank=True)
    hides = models.BooleanField(default=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    is_kept = models.BooleanField(default=False)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=PhotoRequestReason.values), name="events_photo_request_reason"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, is_kept=False, answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, words="")
                    & (Q(is_kept=False, answer="") | (Q(is_kept=True) & ~Q(answer="")))
                ),
                name="events_photo_request_answered",
            ),
        ]
