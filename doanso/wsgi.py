"""Entry of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from doanso.lib.collecting import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doanso.settings")
application = get_wsgi_application()
collect_rarely()
