"""Which digital services people use, how far up each service's ladder, and who has seen it."""

from django.conf import settings
from django.db import models

from doanso.lib.uuid7 import uuid7
from doanso.people.models import Person
from doanso.units.models import Unit


class Service(models.Model):
    """A digital service as data: VNeID, the public-service portal, a payment account, the province's app, the next one."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    icon = models.CharField(max_length=40)
    guide = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Rung(models.Model):
    """A step of a service's ladder; a higher level includes the lower ones. Level 0 is "chưa có"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="rungs")
    code = models.SlugField(max_length=40)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["service", "level"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="adoption_rung_code"),
            models.UniqueConstraint(fields=["service", "level"], name="adoption_rung_level"),
        ]

    def __str__(self) -> str:
        return self.name


class Obstacle(models.Model):
    """Why somebody is not further up yet, so that someone can help: no smartphone, SIM in another name, ..."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Usage(models.Model):
    """What was seen of a person's use of a service on a day. Never a picture, password, OTP or account number.

    `unit` is where the person stood when it was recorded; figures go by the person's placement, not by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="usages")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="usages")
    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="usages")
    obstacle = models.ForeignKey(Obstacle, null=True, on_delete=models.PROTECT, related_name="usages")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    arrived_on = models.DateField()
    recorded_at = models.DateTimeField()
    grade = models.PositiveSmallIntegerField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__lte=4), name="adoption_usage_grade"),
        ]
        indexes = [models.Index(fields=["person", "service", "-happened_on"], name="adoption_usage_person")]


class BulkDraw(models.Model):
    """A bulk attestation being prepared: the rows chosen, and the sample the server drew that must be opened first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True)


class DrawnPerson(models.Model):
    """A person in a bulk; the sampled ones carry when they were opened."""

    id = models.BigAutoField(primary_key=True)
    draw = models.ForeignKey(BulkDraw, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sampled = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "person"], name="adoption_drawn_once")]
