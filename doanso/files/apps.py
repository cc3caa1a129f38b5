from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "doanso.files"

    def ready(self) -> None:
        # Registers itself with Django's system checks.
        from doanso.files import checks  # noqa: F401
