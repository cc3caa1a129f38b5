from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdoptionConfig(AppConfig):
    name = "doanso.adoption"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, register_waiting
        from doanso.adoption import families, inbox, navigation, panels, personal, sources
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.members.ports import head_panels, register_service_counts
        from doanso.people.ports import register_personal_records

        for name, sentence in (
            ("adoption.view", _("looked at the use of services")),
            ("adoption.attest", _("attested the use of a service")),
            ("adoption.recheck", _("called back about the use of a service")),
            ("adoption.draw_bulk", _("chose members for a bulk attestation")),
            ("adoption.attest_many", _("confirmed a bulk attestation")),
            ("adoption.take_back", _("took back an attestation")),
            ("adoption.raise_grade", _("raised the grade of an attestation's evidence")),
            ("adoption.make_link", _("made a personal link for declaring services")),
            ("adoption.declare", _("declared the use of a service")),
            ("adoption.attest_declaration", _("attested what a member declared")),
            ("adoption.return_declaration", _("returned what a member declared")),
            ("adoption.answer_use", _("wrote down whether a service is still used")),
            ("adoption.tell_difficulty", _("told of being stuck with a service")),
            ("adoption.mark_helped", _("noted that somebody stuck with a service was helped")),
            ("adoption.load_services", _("loaded the catalogue of services")),
        ):
            register_action(name, sentence)
        register_family(families.StateFamily())
        register_family_description(families.STATE_DESCRIPTION)
        register_source_page(families.USAGE, sources.usage_lines)
        register_waiting("adoption.declarations", 20, panels.waiting_declarations)
        register_service_counts(panels.service_counts)
        head_panels.register("adoption.services", "head", 10, panels.member_services)
        register_personal_records("adoption", copy=personal.copy, erase=personal.erase)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.adoption import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
