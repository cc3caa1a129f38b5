"""Digital services, people's use of them by stage of each service's ladder, and the evidence for it."""

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
    # Whether members may declare their own level, the numbered steps that they are shown, and the minutes these take.
    by_member = models.BooleanField(default=True)
    steps = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(null=True)
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class AdoptionStage(models.Model):
    """A stage of a service's ladder; a higher stage includes the lower ones. Level 0 is "chưa có"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField(max_length=40)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["service", "level"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="adoption_stage_code"),
            models.UniqueConstraint(fields=["service", "level"], name="adoption_stage_level"),
        ]

    def __str__(self) -> str:
        return self.name


class Obstacle(models.Model):
    """An obstacle on the way to a stage, so that somebody can help: no smartphone, SIM in another name, ..."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Usage(models.Model):
    """A person's use of a service as seen on a day. Never a picture, password, OTP or account number.

    At grade 0 no officer has seen it: the person declared it (`Declaration`), and it waits for an officer. `unit` is the
    person's branch when it was recorded; figures go by the person's placement, not by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="usages")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="usages")
    stage = models.ForeignKey(AdoptionStage, on_delete=models.PROTECT, related_name="usages")
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
    """A bulk attestation in preparation: the chosen rows, and the sample the server drew, which must be opened first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey(AdoptionStage, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True)


class DrawnPerson(models.Model):
    """A person in a bulk; the sampled ones store when they were opened."""

    id = models.BigAutoField(primary_key=True)
    draw = models.ForeignKey(BulkDraw, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # The member's own record that this bulk attests; None where the officer records it first.
    usage = models.ForeignKey(Usage, null=True, on_delete=models.PROTECT, related_name="+")
    sampled = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "person"], name="adoption_drawn_once")]


class DeclareLink(models.Model):
    """A personal link by which one person declares without an account which services they use. Only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="declare_links")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # A newer link of the same person replaces this one.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="adoption_declare_link_times"
            ),
        ]


class LinkTry(models.Model):
    """The number of requests for links in a span of time; `who` is a keyed hash of the source that changes every day."""

    id = models.BigAutoField(primary_key=True)
    who = models.CharField(max_length=64)
    began = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "began"], name="adoption_link_try_once")]
        indexes = [models.Index(fields=["began"], name="adoption_link_try_began")]


class DeclarationOutcome(models.TextChoices):
    """An officer's decision on a declaration; empty while it waits."""

    ATTESTED = "attested", "Đã xác nhận"
    RETURNED = "returned", "Đã trả lại"


class Declaration(models.Model):
    """A usage that its person declared, and the decision on it. The usage of a returned one is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    usage = models.OneToOneField(Usage, on_delete=models.PROTECT, related_name="declaration")
    # The link by which it came, or the user who was signed in.
    link = models.ForeignKey(DeclareLink, null=True, on_delete=models.PROTECT, related_name="declarations")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=DeclarationOutcome, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *DeclarationOutcome.values]), name="adoption_declaration_outcome"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=DeclarationOutcome.RETURNED) | ~models.Q(reason=""),
                name="adoption_declaration_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at=None)
                | (~models.Q(outcome="") & models.Q(decided_at__isnull=False)),
                name="adoption_declaration_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["outcome"], condition=models.Q(outcome=""), name="adoption_declaration_waiting"),
        ]


class UseAnswerKind(models.TextChoices):
    """Answers to the question whether a service is still used."""

    REGULAR = "regular", "Đang dùng thường xuyên"
    SELDOM = "seldom", "Có nhưng ít dùng"
    LOST = "lost", "Không còn dùng được"


class UseAnswer(models.Model):
    """The answer to "còn dùng không?", asked 30 and 90 days after a service was reached. It changes no stage."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="use_answers")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_after = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=8, choices=UseAnswerKind)
    answered_on = models.DateField()
    recorded_at = models.DateTimeField()
    # The user who recorded it: the person, or an officer who asked; None where it came by a link.
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(DeclareLink, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=UseAnswerKind.values), name="adoption_use_answer_known"
            ),
            models.CheckConstraint(condition=models.Q(asked_after__in=[30, 90]), name="adoption_use_answer_asked"),
        ]
        indexes = [models.Index(fields=["person", "service", "-answered_on"], name="adoption_use_answer_person")]


class Difficulty(models.Model):
    """A person's difficulty with a service: the obstacle, and whether they ask for help. At most one is open per service."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="difficulties")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    obstacle = models.ForeignKey(Obstacle, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asks_help = models.BooleanField(default=False)
    reported_on = models.DateField()
    recorded_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(DeclareLink, null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    # The officer who helped; empty where the person managed alone.
    helped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "service"],
                condition=models.Q(ended_on=None),
                name="adoption_difficulty_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("reported_on")),
                name="adoption_difficulty_dates",
            ),
        ]
