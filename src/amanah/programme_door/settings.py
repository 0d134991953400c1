"""Django's settings of this department; they name no other department's database, folder or key."""

from amanah.web.settings import build_settings

globals().update(build_settings("programme"))
