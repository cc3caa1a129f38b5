"""Loading the catalogue of services from its file."""

from pathlib import Path

from django.db import transaction

from doanso.accounts.models import User
from doanso.adoption import rules, service_file
from doanso.adoption.models import AdoptionStage, Obstacle, Service
from doanso.adoption.service_file import Catalogue, ServicePlan
from doanso.audit.actions import record
from doanso.lib import database
from doanso.lib.schema.toml_tables import refuse


def load_services(*, actor: User | None, path: Path) -> Catalogue:
    """Load the services, ladders and obstacles of a file; loading the same file again changes nothing.

    An action of the installation: called on the machine's command line, or while a programme is loaded under its own
    permission. Codes and the order of stages never change once loaded, because figures depend on them.
    """
    catalogue = service_file.read(path)
    with transaction.atomic():
        # Rows that another one inserts at the same moment cannot be locked in the order of their codes.
        database.lock(["adoption.services"], shared=False)
        _lock_known(catalogue)
        recorded = [_load_service(actor, plan, position) for position, plan in enumerate(catalogue.services, start=1)]
        if _load_obstacles(catalogue) and not any(recorded):
            # History identifies objects by UUID, which obstacles have not: the lowest stage represents the catalogue.
            stage = AdoptionStage.objects.order_by("service__position", "level").first()
            if stage is not None:
                record(actor=actor, action="adoption.load_services", obj=stage, changed=["obstacles"])
    return catalogue


def _load_obstacles(catalogue: Catalogue) -> bool:
    """Write the obstacles that are new or have another name or place; return whether there were any."""
    stored = {
        code: (name, position) for code, name, position in Obstacle.objects.values_list("code", "name", "position")
    }
    changed = [
        Obstacle(code=obstacle.code, name=obstacle.name, position=position)
        for position, obstacle in enumerate(catalogue.obstacles, start=1)
        if stored.get(obstacle.code) != (obstacle.name, position)
    ]
    Obstacle.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["code"], update_fields=["name", "position"]
    )
    return bool(changed)


def _lock_known(catalogue: Catalogue) -> None:
    """Lock the existing services and obstacles in the order of their codes, because files name them in any order."""
    for model, plans in ((Service, catalogue.services), (Obstacle, catalogue.obstacles)):
        existing = model._default_manager.select_for_update().filter(pk__in=[plan.code for plan in plans])
        list(existing.order_by("pk").values_list("pk"))


def _load_service(actor: User | None, plan: ServicePlan, position: int) -> bool:
    """Write a service and its stages, and return whether anything of them changed and was recorded."""
    fields = {
        "name": plan.name,
        "short_name": plan.short_name,
        "icon": plan.icon,
        "guide": plan.guide,
        "by_member": plan.by_member,
        "steps": list(plan.steps),
        "minutes": plan.minutes,
        "position": position,
    }
    service, created = Service.objects.select_for_update().get_or_create(code=plan.code, defaults=fields)
    changed = [] if created else [name for name, value in fields.items() if getattr(service, name) != value]
    if changed:
        for name in changed:
            setattr(service, name, fields[name])
        service.save(update_fields=changed)
    existing_stages = list(service.stages.order_by("level"))
    wrong = rules.ladder_problem([stage.code for stage in existing_stages], [stage.code for stage in plan.stages])
    if wrong:
        raise refuse(f"{service.code}", wrong, "ladder_changed")
    for stage, planned in zip(existing_stages, plan.stages, strict=False):
        if stage.name != planned.name:
            stage.name = planned.name
            stage.save(update_fields=["name"])
            changed.append("rungs")
    added = [
        AdoptionStage(service=service, code=planned.code, level=level, name=planned.name)
        for level, planned in enumerate(plan.stages)
        if level >= len(existing_stages)
    ]
    AdoptionStage.objects.bulk_create(added)
    if is_changed := bool(created or changed or added):
        # A service's key is its code; history identifies objects by UUID, so the lowest stage represents the service.
        foot = existing_stages[0] if existing_stages else added[0]
        record(actor=actor, action="adoption.load_services", obj=foot, changed=sorted({*changed, "rungs"}))
    return is_changed
