"""Django settings under which the log service's tables are made; the running service never reads them."""

from amanah.web.settings import build_settings

globals().update(build_settings("log"))
