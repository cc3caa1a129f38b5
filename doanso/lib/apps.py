from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "doanso.lib"

    def ready(self) -> None:
        # The import registers the checks with Django.
        from doanso.lib import checks  # noqa: F401
