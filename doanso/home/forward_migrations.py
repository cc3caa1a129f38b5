"""Django's executor of migrations, with less rendering of models going forwards.

Django renders every model that is related to a changed one anew, and here nearly all models are related: `migrate` on an empty
database rendered 13,000 classes for 150 tables. A model that is created, and an index or constraint that is added, change no
class that stands: relations to them are registered on it as when the product itself loads its models.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models import Index
from django.db.models.constraints import BaseConstraint


class ForwardState(ProjectState):
    """A state that renders a created model alone, and adds indexes and constraints to the class that stands.

    Such an operation's own step must read only the state after it, as those of Django do.
    """

    def add_model(self, model_state: ModelState) -> None:
        """Add a model; render it alone."""
        with self._classes_kept() as apps:
            super().add_model(model_state)
        if apps is not None:
            apps.render_multiple([model_state])

    def add_index(self, app_label: str, model_name: str, index: Index) -> None:
        """Add an index to a model and to its class."""
        with self._classes_kept() as apps:
            super().add_index(app_label, model_name, index)
        if apps is not None:
            options: Any = apps.get_model(app_label, model_name)._meta
            options.indexes = [*options.indexes, *options._format_names([index])]

    def add_constraint(self, app_label: str, model_name: str, constraint: BaseConstraint) -> None:
        """Add a constraint to a model and to its class."""
        with self._classes_kept() as apps:
            super().add_constraint(app_label, model_name, constraint)
        if apps is not None:
            options: Any = apps.get_model(app_label, model_name)._meta
            options.constraints = [*options.constraints, *options._format_names([constraint])]

    @contextmanager
    def _classes_kept(self) -> Iterator[StateApps | None]:
        """Yield the rendered classes, or None where there are none yet; a change of the state inside leaves them as they are."""
        apps: StateApps | None = self.__dict__.pop("apps", None)
        try:
            yield apps
        finally:
            if apps is not None:
                self.__dict__["apps"] = apps


class ForwardExecutor(MigrationExecutor):
    """An executor that goes forwards with `ForwardState`."""

    def migrate(
        self,
        targets: Any,
        plan: Any = None,
        state: ProjectState | None = None,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        """Migrate as Django does.

        The classes of the given state are left behind: a state that was copied shares them with the one it was copied from,
        and they would tell that one of their relations.
        """
        forward = ForwardState(state.models, state.real_apps) if state is not None else None
        return super().migrate(targets, plan=plan, state=forward, fake=fake, fake_initial=fake_initial)
