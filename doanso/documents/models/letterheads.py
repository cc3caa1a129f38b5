"""The form in which a unit writes, and its letterhead."""

from django.conf import settings
from django.db import models

from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Profile(models.TextChoices):
    """The form in which a document is written."""

    DOAN = "doan", "Thể thức văn bản của Đoàn"
    ND30 = "nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"


class Letterhead(models.Model):
    """What is printed at the head and the foot of a unit's documents; without one its name and level suggest it.

    `recipients` has one per line, without dash and semicolon.
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
