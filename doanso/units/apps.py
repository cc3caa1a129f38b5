from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "doanso.units"
