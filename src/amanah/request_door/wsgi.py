"""What the one page worker of the request door serves; the clerk runs beside it as a thread of the same process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.request_door.settings"
application = get_wsgi_application()

from amanah.request_door.clerk import start_clerk  # noqa: E402  (needs the settings that were chosen above)
from amanah.web.settings import get_config  # noqa: E402

start_clerk(get_config())
