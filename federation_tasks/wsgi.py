"""The web server's way in."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
GUNICORN_GIVES_UP = 3  # the exit code on which gunicorn stops instead of starting the worker again and again

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(f"The site cannot start: {error}", file=sys.stderr)  # noqa: T201 - there is no logging yet
    sys.exit(GUNICORN_GIVES_UP)
