from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncomingConfig(AppConfig):
    name = "doanso.incoming"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.documents.ports import register_incoming_book
        from doanso.incoming import families, inbox, navigation, search, sources
        from doanso.incoming.book_port import IncomingBookPort
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation

        fields = {"answer_by": _("day of the answer"), "assigned_to": _("who handles it")}
        for name, sentence in (
            ("documents.keep_book", _("kept the book of documents that came")),
            ("documents.take_in", _("entered a document that came")),
            ("documents.settle_arrival", _("settled a document that came")),
            ("documents.return_arrival", _("sent a document back")),
        ):
            register_action(name, sentence, fields=fields)
        for family in families.FAMILIES:
            register_family(family)
        for description in families.DESCRIPTIONS:
            register_family_description(description)
        register_source_page(families.PAPER, sources.paper_lines)
        register_incoming_book(IncomingBookPort())
        register_navigation(pages=navigation.PAGES)
        from doanso.incoming import history_objects

        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)

        history_objects.register()
