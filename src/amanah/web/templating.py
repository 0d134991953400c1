"""The Jinja2 environment of every page: translations, addresses, numbers and dates by locale, QR codes as drawings.

It escapes everything, refuses names that do not exist, and gives templates no way to reach a database.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from babel import Locale, dates, lists, numbers
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_bidi, get_language_info
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from amanah.web.desk import list_new_notices
from amanah.web.facts import build_facts
from amanah.web.settings import DESK_PATH, get_config

# Plain English would put the month before the day.
_WRITTEN_AS = {"en": "en_GB"}
_SCRIPT_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class LanguageLink:
    """One language that the page on show can be read in."""

    code: str
    name: str
    direction: str
    href: str
    is_current: bool


def build_environment(**options: Any) -> Environment:
    """Make the environment; Django's Jinja2 backend calls this with its options."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701  # the backend sets autoescape
    environment.autoescape = True
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    environment.globals |= {
        "static": find_static_url,
        "url": build_url,
        "config": get_config(),
        "process": settings.AMANAH_PROCESS,
        "lang": get_language,
        "dir": get_direction,
        "list_language_links": list_language_links,
        "facts": encode_facts,
        "qr_svg": draw_qr,
        "list_new_notices": list_new_notices,
    }
    environment.filters |= {
        "number": format_number,
        "percent": format_percent,
        "day": format_day,
        "clock": format_clock,
        "moment": format_moment,
        "join_words": join_words,
    }
    return environment


def find_static_url(path: str) -> str:
    """Give the address of a file that pages load."""
    return f"{settings.STATIC_URL}{path}"


def build_url(name: str, **kwargs: str) -> str:
    """Give the address of a page by its name; the language prefix is the current one."""
    return reverse(name, kwargs=kwargs or None)


def get_direction() -> str:
    """Give `rtl` or `ltr` for the language on show."""
    return "rtl" if get_language_bidi() else "ltr"


def list_language_links(request: HttpRequest | None) -> list[LanguageLink]:
    """Give the page on show in every language, in the fixed order of the settings."""
    path = request.path_info if request is not None else "/"
    current = get_language() or settings.LANGUAGE_CODE
    return [
        LanguageLink(
            code=code,
            name=name,
            direction="rtl" if get_language_info(code)["bidi"] else "ltr",
            href=_find_translated_path(path, current, code),
            is_current=code == current,
        )
        for code, name in settings.LANGUAGES
    ]


def _find_translated_path(path: str, current: str, code: str) -> str:
    if path.startswith(f"{DESK_PATH}/"):
        return f"{path}?language={code}"
    prefix = f"/{current}/"
    return f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{code}/"


def encode_facts() -> Markup:
    """Give the page's facts as JSON that can stand inside a script element whatever the texts in it."""
    text = json.dumps(build_facts(get_config()), ensure_ascii=False, sort_keys=True).translate(
        _SCRIPT_ESCAPES
    )
    return Markup(text)  # noqa: S704  # every character that could end the element is escaped above


@lru_cache(maxsize=256)
def draw_qr(text: str, label: str, error: str = "m") -> Markup:
    """Draw a QR code as one path; its colours are fixed, because a reader needs dark on light in every theme."""
    matrix = segno.make(text, error=error, micro=False, boost_error=False).matrix
    margin = 4
    size = len(matrix) + 2 * margin
    strokes = [
        f"M{column + margin} {row + margin}h{length}v1h-{length}z"
        for row, line in enumerate(matrix)
        for column, length in _find_runs(line)
    ]
    return Markup(  # the label is escaped by the format
        '<svg class="qr-code" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        '<path class="qr-light" d="M0 0h{size}v{size}h-{size}z"/><path class="qr-dark" d="{path}"/></svg>'
    ).format(size=size, label=label, path="".join(strokes))


def _find_runs(line: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for column, is_dark in enumerate([*line, 0]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            runs.append((start, column - start))
            start = None
    return runs


def _get_locale() -> Locale:
    language = get_language() or "en"
    return Locale.parse(_WRITTEN_AS.get(language, translation.to_locale(language)))


def format_number(value: float) -> str:
    """Write a number as the language does."""
    return numbers.format_decimal(value, locale=_get_locale())


def format_percent(value: float) -> str:
    """Write a share between 0 and 1 as a percentage."""
    return numbers.format_percent(value, locale=_get_locale())


def format_day(value: date | datetime, form: str = "full") -> str:
    """Write a day; `form` is near (no year), full, long, medium or short. An instant's day is the display zone's."""
    if isinstance(value, datetime):
        value = value.astimezone(get_config().time_zone).date()
    if form == "near":
        return dates.format_skeleton("MMMMEEEEd", value, locale=_get_locale())
    return dates.format_date(value, format=form, locale=_get_locale())


def format_clock(value: datetime) -> str:
    """Write the time of day in the display time zone, in 24 hours in every language."""
    local = value.astimezone(get_config().time_zone)
    return dates.format_time(local, format="HH:mm", tzinfo=get_config().time_zone, locale=_get_locale())


def format_moment(value: datetime, form: str = "full") -> str:
    """Write a day and a time of day."""
    return translation.gettext("%(day)s, %(clock)s") % {
        "day": format_day(value, form),
        "clock": format_clock(value),
    }


def join_words(words: Sequence[str]) -> str:
    """Join words with commas and the language's own "and"."""
    return lists.format_list([str(word) for word in words], locale=_get_locale())
