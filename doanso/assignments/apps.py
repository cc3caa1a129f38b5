from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "doanso.assignments"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.ports import register_action, unit_panels
        from doanso.assignments import navigation, panels
        from doanso.lib.navigation import register_navigation

        for name, sentence in (
            ("assignments.view", _("looked at assignments")),
            ("assignments.handle", _("looked after an assignment")),
            ("assignments.assign", _("gave an assignment")),
            ("assignments.take_over", _("took the assignment")),
            ("assignments.hand_over", _("handed the assignment over")),
            ("assignments.postpone", _("postponed the assignment")),
            ("assignments.tell", _("wrote what was done about the assignment")),
            ("assignments.settle", _("settled the assignment")),
        ):
            register_action(name, sentence)
        register_navigation(pages=navigation.PAGES)
        unit_panels.register("assignments.open", "main", 20, panels.unit_assignments)
        from doanso.assignments import history_objects

        history_objects.register()
