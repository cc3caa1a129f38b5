from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "doanso.home"

    def ready(self) -> None:
        from doanso.home import checks  # noqa: F401
