"""Entry of the web process."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from doanso.home.serving import SUPERVISED
from doanso.lib.garbage_collection import collect_rarely
from doanso.lib.parent_death import end_with_parent

if SUPERVISED in os.environ:
    # A web process is the child of granian's own; without this it would outlive it and hold the port.
    end_with_parent(os.getppid())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doanso.settings")
application = get_wsgi_application()
# Imported late: models are there only now.
from doanso.home.keys import require_known_keys  # noqa: E402

require_known_keys()
connections.close_all()
collect_rarely()
