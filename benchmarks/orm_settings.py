"""Settings of the reference view: the programme door's own databases, and nothing between the server and the view."""

from amanah.web.settings import build_settings

globals().update(build_settings("programme"))
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.orm_urls"
DATABASES = {
    alias: described | {"CONN_MAX_AGE": None}
    for alias, described in build_settings("programme")["DATABASES"].items()
}
