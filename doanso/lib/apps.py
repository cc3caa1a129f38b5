from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "doanso.lib"

    def ready(self) -> None:
        # Registers itself with Django's system checks.
        from doanso.lib import checks  # noqa: F401
