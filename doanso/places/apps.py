from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "doanso.places"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.partners.ports import partner_panels
        from doanso.places import (
            assignment_kinds,
            families,
            history_objects,
            inbox,
            navigation,
            notices,
            panels,
            point_words,
            points_panel,
            register_setup,
            search,
            sources,
            values,
        )

        fields = {
            "name": _("name"),
            "unit": _("unit"),
            "note": _("note"),
            "state": _("state"),
            "segments": _("segments"),
            "criteria_set": _("criteria"),
            "is_shown": _("shown on public pages"),
            "outline": _("plan"),
            **point_words.FIELDS,
        }
        for name, sentence in (
            ("places.view", _("looked at streets and markets")),
            ("places.record", _("entered checks of a street or market")),
            ("places.manage", _("managed a street or market")),
            ("places.assess", _("assessed streets and markets")),
            ("places.set_criteria", _("wrote criteria")),
            ("places.create", _("set up a street or market")),
            ("places.repeat", _("set up a street or market again from an earlier one")),
            ("places.change", _("changed a street or market")),
            ("places.show", _("changed whether a street or market is shown to the public")),
            ("places.survey", _("ended the survey of a street or market")),
            ("places.start", _("began to work on a street or market")),
            ("places.stop", _("stopped a street or market")),
            ("places.use_criteria", _("moved a street or market to newer criteria")),
            ("places.keep_midterm", _("kept the mid-term values of a street or market")),
            ("places.assess_itself", _("sent a street or market to be assessed")),
            ("places.return", _("sent the self-assessment of a street or market back")),
            ("places.make_assessment", _("assessed a street or market")),
            ("places.recheck", _("re-checked a street or market")),
            ("places.recognise", _("recognised a street or market")),
            ("places.refuse", _("did not recognise a street or market")),
            ("places.withdraw", _("withdrew the recognition of a street or market")),
            ("places.write_decision", _("wrote the decision on a street or market")),
            ("places.export", _("downloaded the list of streets and markets")),
            ("places.assign_gap", _("gave a criterion of a street or market to a unit")),
            ("places.add_partner", _("gave a partner a part in a street or market")),
            ("places.end_partner", _("ended a partner's part in a street or market")),
            ("places.add_point", _("added a public point")),
            ("places.change_point", _("changed a public point")),
            ("places.remove_point", _("removed a public point")),
            ("places.print_plates", _("printed plates of public points")),
            ("places.check_plate", _("checked the plate of a public point")),
            ("places.draw_plan", _("drew the plan of a street or market")),
            ("places.write_public_page", _("wrote the public page of a street or market")),
            ("places.send_correction", _("sent a correction of a public page")),
            ("places.settle_correction", _("answered a correction of a public page")),
            ("places.begin_criteria", _("began a draft of criteria")),
            ("places.write_criterion", _("wrote a criterion")),
            ("places.publish_criteria", _("published criteria")),
            ("places.discard_criteria", _("discarded a draft of criteria")),
        ):
            register_action(name, sentence, fields=fields)
        register_family(families.RecognisedFamily())
        register_family_description(families.DESCRIPTION)
        register_source_page(families.RECOGNITION, sources.recognition_lines)
        register_navigation(navigation.TABS, navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)
        history_objects.register()
        notices.register()
        partner_panels.register("places.of-partner", "main", 20, panels.places_of_partner)
        assignment_kinds.register()
        values.register()
        register_setup.register()
        points_panel.register()
