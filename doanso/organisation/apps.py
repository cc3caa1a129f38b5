from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "doanso.organisation"

    def ready(self) -> None:
        # Models can be imported only now.
        from doanso.access.ports import register_action, unit_list_panels, unit_panels
        from doanso.lib.navigation import register_navigation
        from doanso.organisation import navigation, panels

        for name, sentence in (
            ("organisation.preview", _("looked at what a change of the organisation would do")),
            ("organisation.change", _("changed the organisation")),
            ("organisation.create", _("created the unit")),
            ("organisation.read_list", _("read a list of units from a workbook")),
            ("organisation.discard_list", _("discarded a list of units")),
            ("organisation.move", _("put the unit under another one")),
            ("organisation.rename", _("renamed the unit")),
            ("organisation.merge", _("merged the unit with others")),
            ("organisation.split", _("split the unit")),
            ("organisation.end", _("ended the unit")),
            ("organisation.undo", _("took a change of the organisation back")),
        ):
            register_action(name, sentence)
        list_fields = {
            "columns": _("columns"),
            "since": _("first day of units"),
            "fixes": _("values of rows"),
            "cells": _("rows"),
            "left_out": _("rows left out"),
        }
        register_action("organisation.mend_list", _("worked on a list of units"), fields=list_fields)
        unit_panels.register("organisation.create", "actions", 30, panels.create_below)
        unit_list_panels.register("organisation.create", "actions", 10, panels.create_anywhere)
        unit_list_panels.register("organisation.first", "head", 10, panels.first_units)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.organisation import history_objects

        history_objects.register()
