from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "doanso.targets"

    def ready(self) -> None:
        # The registry's own module imports models.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, unit_panels
        from doanso.access.search import register_search
        from doanso.lib.navigation import register_navigation
        from doanso.members.ports import register_indicator_titles
        from doanso.people.ports import register_personal_records
        from doanso.targets import assignment_kinds, inbox, navigation, panels, search
        from doanso.targets.actions import forget_persons
        from doanso.targets.queries import indicator_titles
        from doanso.targets.queries.frozen import frozen_lists_with

        for name, sentence in (
            ("targets.view", _("looked at targets")),
            ("targets.draft", _("began a draft of a programme")),
            ("targets.publish_draft", _("asked to publish the draft of a programme")),
            ("targets.refuse_draft", _("could not publish the draft of a programme; it is open again")),
            ("targets.discard_draft", _("threw the draft of a programme away")),
            ("targets.decline_families", _("declined to count what a new version can count")),
            ("targets.restore_draft", _("restored the draft of a programme")),
            ("targets.allocate", _("gave targets to the units below")),
            ("targets.give", _("gave the unit a target")),
            ("targets.answer", _("answered to a target")),
            ("targets.accept", _("accepted the target")),
            ("targets.counter", _("asked for another number")),
            ("targets.taken", _("took over the number the unit had asked for")),
            ("targets.kept", _("kept the target after the unit had asked for another")),
            ("targets.remind", _("reminded units that were late with a target")),
            ("targets.tell_sizes", _("told the number of households or shops")),
            ("targets.freeze", _("kept a list of whom a share is asked")),
        ):
            register_action(name, sentence)
        plan_fields = {
            "title": _("title"),
            "code": _("code"),
            "first_day": _("first day"),
            "last_day": _("last day"),
            "indicators": _("indicators"),
            "order": _("order and headings of indicators"),
            "targets": _("targets"),
        }
        register_action("targets.load", _("published the programme"), fields=plan_fields)
        register_action("targets.write_draft", _("wrote on the draft of a programme"), fields=plan_fields)
        assignment_kinds.register()
        unit_panels.register("targets.state", "head", 10, panels.unit_state)
        unit_panels.register("targets.late", "main", 10, panels.late_targets)
        unit_panels.register("targets.below", "main", 30, panels.units_below)
        unit_panels.register("targets.good", "side", 10, panels.good_targets)
        register_search(search.PROVIDER)
        register_indicator_titles(indicator_titles)
        register_personal_records("targets", frozen_lists_with, forget_persons)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.targets import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
