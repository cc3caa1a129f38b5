from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "doanso.people"

    def ready(self) -> None:
        # Models are there only now.
        from doanso.access.ports import register_verb

        for name, sentence in (
            ("people.load_consent_text", _("loaded a text of consent")),
            ("people.give_consent", _("wrote down what the person agreed to")),
            ("people.withdraw_consent", _("took back what the person had agreed to")),
            ("people.open_request", _("opened a request of the person")),
        ):
            register_verb(name, sentence)
