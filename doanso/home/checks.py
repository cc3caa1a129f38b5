"""Warnings to the operator at each start."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as CheckWarning
from django.core.checks import register
from django.utils.translation import gettext as _

from doanso import data_folder


@register()
def data_folder_is_its_owners(**_options: Any) -> list[CheckWarning]:
    """Warn of files in the data folder that other users may read, where the start could not restrict them."""
    words = _("Others on this machine may read %(path)s. Run: chmod go= %(path)s, as its owner.")
    return [CheckWarning(words % {"path": path}, id="home.W001") for path in data_folder.loose(settings.DATA)]
