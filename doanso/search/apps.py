from django.apps import AppConfig


class SearchAppConfig(AppConfig):
    name = "doanso.search"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.search import register_search
        from doanso.search.pages import PROVIDER

        register_search(PROVIDER)
