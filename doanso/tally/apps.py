from django.apps import AppConfig


class TallyConfig(AppConfig):
    name = "doanso.tally"

    def ready(self) -> None:
        """The check reads models, so it is known only once they are."""
        from doanso.tally import checks  # noqa: F401
