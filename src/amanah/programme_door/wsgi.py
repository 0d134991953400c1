"""What a page worker of the programme door serves. It never starts a thread of its own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "amanah.programme_door.settings"
application = get_wsgi_application()
