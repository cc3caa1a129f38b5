"""Draws of an event: what was committed before, the frozen list, the public number, and every result for ever."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from doanso.events.models.events import Event
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_USER = settings.AUTH_USER_MODEL


class DrawState(models.TextChoices):
    """How far a draw is. Only a prepared one can be changed."""

    PREPARED = "prepared", "Đang soạn"
    COMMITTED = "committed", "Đã niêm phong"
    FROZEN = "frozen", "Đã khóa danh sách"
    DRAWN = "drawn", "Đã bốc thăm"
    WITHDRAWN = "withdrawn", "Đã rút"


class Draw(models.Model):
    """A draw among those who came to an event; one at a time, those withdrawn before stay.

    The public number is named before it is known (`number_name`, from `number_day`, `number_time` on, in local time).
    `seed_encrypted` holds the seed until it is opened: then `seed` has its 64 hex digits. `list_text` is the canonical text of
    the ticket numbers that take part. Hashes are SHA-256 in hex.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="draws")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=DrawState, default=DrawState.PREPARED)
    number_name = models.CharField(max_length=160)
    number_day = models.DateField()
    number_time = models.TimeField()
    # Where and until when prizes are handed over.
    claim_note = models.CharField(max_length=300, blank=True)
    seed_encrypted = models.BinaryField(default=bytes)
    seed_hash = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    list_text = models.TextField(blank=True)
    list_hash = models.CharField(max_length=64, blank=True)
    ticket_count = models.PositiveIntegerField(default=0)
    public_number = models.CharField(max_length=20, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    # Number and signers of the signed minutes, once they exist.
    minutes_note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=~Q(state=DrawState.WITHDRAWN), name="events_draw_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=DrawState.values), name="events_draw_state"),
            models.CheckConstraint(
                condition=Q(state__in=[DrawState.PREPARED, DrawState.WITHDRAWN]) | ~Q(seed_hash=""),
                name="events_draw_committed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DrawState.FROZEN, DrawState.DRAWN])
                | (~Q(list_hash="") & Q(ticket_count__gte=1)),
                name="events_draw_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state=DrawState.DRAWN, seed__gt="", public_number__gt="")
                | (~Q(state=DrawState.DRAWN) & Q(seed="", public_number="")),
                name="events_draw_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state=DrawState.WITHDRAWN) | ~Q(withdrawn_reason=""), name="events_draw_withdrawn"
            ),
        ]


class DrawStep(models.Model):
    """When a draw reached a state, and who took that step."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=9, choices=DrawState)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "state"], name="events_draw_step_once")]


class DrawPrize(models.Model):
    """What is won: `count` prizes of a kind. `position` is the order in which they are drawn, from 1."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="prizes", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="events_draw_prize_position"),
            models.CheckConstraint(condition=~Q(name="") & Q(count__gte=1), name="events_draw_prize_count"),
        ]


class DrawNumberEntry(models.Model):
    """The public number as one officer read it; two who agree open the draw.

    `value` is empty where the officer states that no number came; two such statements withdraw the draw.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="entries", db_index=False)
    value = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "made_by"], name="events_draw_entry_once")]


class DrawRound(models.Model):
    """One drawing of a prize: `position` in the draw and `number` for its prize, both from 1. A second one has a reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rounds", db_index=False)
    prize = models.ForeignKey(DrawPrize, on_delete=models.PROTECT, related_name="rounds", db_index=False)
    position = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="events_draw_round_position"),
            models.UniqueConstraint(fields=["prize", "number"], name="events_draw_round_number"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="events_draw_round_reason"),
        ]


class DrawResult(models.Model):
    """A ticket that was drawn; it stays when another one is drawn instead of it (`replaces` of that one)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="results", db_index=False)
    round = models.ForeignKey(DrawRound, on_delete=models.PROTECT, related_name="results", db_index=False)
    position = models.PositiveSmallIntegerField()
    ticket_number = models.PositiveIntegerField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "ticket_number"], name="events_draw_result_ticket"),
            models.UniqueConstraint(fields=["round", "position"], name="events_draw_result_position"),
        ]
