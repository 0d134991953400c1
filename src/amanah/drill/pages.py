"""Reads forms and links out of pages and sends forms back, as a browser without scripts does."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

from amanah.drill.wire import CrowdError

Values = Mapping[str, str | Sequence[str]]
Files = Mapping[str, tuple[str, bytes, str]]
_ERRORS = re.compile(r'<p class="field-error"[^>]*>(.*?)</p>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


@dataclass
class Form:
    """One form of a page: where it goes, and what a browser would send if nobody touched it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects the forms of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the parts of a form."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._take_control(tag, told, self._form)

    def _take_control(self, tag: str, told: Mapping[str, str], form: Form) -> None:
        name = told.get("name", "")
        if name:
            form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(told.get("value", ""))
            if "selected" in told or self._select not in form.fields:
                form.fields[self._select] = [told.get("value", "")]
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = [""]
        elif tag == "input" and name:
            self._take_input(told, form)

    def _take_input(self, told: Mapping[str, str], form: Form) -> None:
        kind, name = told.get("type", "text"), told["name"]
        if kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                form.fields.setdefault(name, []).append(told.get("value", "on"))
        elif kind not in {"file", "submit", "button", "image"}:
            form.fields.setdefault(name, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave a part of a form."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        """Take in what stands in a text area already."""
        if self._form is not None and self._textarea:
            # HTML drops one line break right after the opening tag.
            kept = self._form.fields[self._textarea]
            kept[0] += data if kept[0] else data.removeprefix("\n")


def list_forms(page: str) -> list[Form]:
    """Give the forms of a page in its order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def find_form(page: str, *names: str) -> Form:
    """Give the first form that is posted and has all these fields."""
    for form in list_forms(page):
        if form.method == "post" and set(names) <= form.names:
            return form
    raise CrowdError(f"The page has no form with the fields {', '.join(names)}.")


def send_form(
    client: httpx.Client, address: str, form: Form, values: Values, files: Files | None = None
) -> httpx.Response:
    """Send a form as a browser does; a value for a field that the form does not have is a mistake of ours."""
    unknown = set(values) - form.names
    if unknown:
        raise CrowdError(f"The form has no field {', '.join(sorted(unknown))}.")
    data: dict[str, Any] = dict(form.fields)
    data |= {name: [value] if isinstance(value, str) else [*value] for name, value in values.items()}
    return client.post(urljoin(address, form.action), data=data, files=files)


def list_errors(page: str) -> Iterator[str]:
    """Give what a page says was wrong with a form."""
    for found in _ERRORS.findall(page):
        words = " ".join(unescape(_TAGS.sub(" ", found)).split())
        if words:
            yield words


def read_words(page: str) -> str:
    """Give the words of a page without its marks, with single spaces."""
    return " ".join(unescape(_TAGS.sub(" ", page)).split())


def read_text_of(page: str, element: str) -> str:
    """Give the text of the element of this id, as it would be signed."""
    found = re.search(rf'<pre[^>]*\bid="{re.escape(element)}"[^>]*>(.*?)</pre>', page, re.DOTALL)
    if found is None:
        raise CrowdError(f"The page shows no {element}.")
    return unescape(found.group(1))
