from django.apps import AppConfig


class AdoptionConfig(AppConfig):
    name = "doanso.adoption"
