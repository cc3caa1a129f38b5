"""What an operator is told at each start."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as CheckWarning
from django.core.checks import register
from django.utils.translation import gettext as _

from doanso import data_folder


@register()
def data_folder_is_its_owners(**_options: Any) -> list[CheckWarning]:
    """Tell of what others may read in the data folder, where the start could not take it from them."""
    words = _("Others on this machine may read %(path)s. Run: chmod go= %(path)s, as its owner.")
    return [CheckWarning(words % {"path": path}, id="home.W001") for path in data_folder.loose(settings.DATA)]
