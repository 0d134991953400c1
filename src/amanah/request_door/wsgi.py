"""What a page worker of the request door serves; it also runs the clerk, because there is exactly one worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.request_door.settings"
application = get_wsgi_application()
