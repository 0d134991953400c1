"""Settings that only the type checker loads: every app of every door, so that fields have types. Nothing runs."""

from amanah.web.config import Config, Process, load_config
from amanah.web.settings import _APPS

AMANAH: Config = load_config({})
AMANAH_PROCESS: Process = "programme"
SECRET_KEY = "types have no secrets"
INSTALLED_APPS = sorted({app for apps in _APPS.values() for app in apps})
DATABASES = {
    alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"} for alias in ("default", "spending")
}
DATABASE_ROUTERS = ["amanah.programme_door.router.SpendingRouter"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
