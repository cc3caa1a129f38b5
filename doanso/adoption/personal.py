"""Adoption's data in a person's copy and erasure."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.adoption.models import Declaration, DeclareLink, Difficulty, Usage, UseAnswer
from doanso.lib import clock, formats


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return usages, answers and difficulties as (title, text)."""
    usages = Usage.objects.filter(person_id__in=person_ids, taken_back_at=None).select_related("service", "stage")
    for usage in usages.order_by("happened_on", "pk"):
        text = _("%(stage)s, seen on %(day)s") % {"stage": usage.stage.name, "day": formats.day(usage.happened_on)}
        yield usage.service.name, text
    for answer in UseAnswer.objects.filter(person_id__in=person_ids).select_related("service").order_by("answered_on"):
        yield answer.service.name, f"{answer.get_answer_display()}, {formats.day(answer.answered_on)}"
    stuck = Difficulty.objects.filter(person_id__in=person_ids).select_related("service", "obstacle")
    for difficulty in stuck.order_by("reported_on"):
        yield difficulty.service.name, f"{difficulty.obstacle.name}, {formats.day(difficulty.reported_on)}"


def erase(person_ids: Collection[UUID]) -> None:
    """Erase a person's links and the texts typed about the person; usages stay for the figures."""
    now = clock.now()
    DeclareLink.objects.filter(person_id__in=person_ids, ended_at=None).update(ended_at=now)
    declarations = Declaration.objects.filter(usage__person_id__in=person_ids).exclude(reason="")
    declarations.update(reason=formats.NONE)
