from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "doanso.places"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.ports import register_action
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.places import families, history_objects, navigation, sources, values

        fields = {
            "name": _("name"),
            "unit": _("unit"),
            "note": _("note"),
            "state": _("state"),
            "segments": _("segments"),
            "criteria_set": _("criteria"),
            "is_shown": _("shown on public pages"),
            "outline": _("plan"),
        }
        for name, sentence in (
            ("places.view", _("looked at streets and markets")),
            ("places.record", _("entered checks of a street or market")),
            ("places.manage", _("managed a street or market")),
            ("places.assess", _("assessed streets and markets")),
            ("places.set_criteria", _("wrote criteria")),
        ):
            register_action(name, sentence, fields=fields)
        register_family(families.RecognisedFamily())
        register_family_description(families.DESCRIPTION)
        register_source_page(families.RECOGNITION, sources.recognition_lines)
        register_navigation(navigation.TABS, navigation.PAGES)
        history_objects.register()
        values.register()
