"""Entry of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from doanso.home.serving import SUPERVISED
from doanso.lib.collecting import collect_rarely
from doanso.lib.parent_death import end_with_parent

if SUPERVISED in os.environ:
    # A web process is the child of granian's own; without this it would outlive it and hold the port.
    end_with_parent(os.getppid())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doanso.settings")
application = get_wsgi_application()
collect_rarely()
