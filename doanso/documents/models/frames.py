"""In whose form a unit writes, and what stands at the top and the foot of it."""

from django.conf import settings
from django.db import models

from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class Profile(models.TextChoices):
    """In whose form a document is written."""

    DOAN = "doan", "Thể thức văn bản của Đoàn"
    ND30 = "nd30", "Thể thức theo Nghị định 30/2020/NĐ-CP"


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
