"""Every part escapes what it is given, keeps its meaning without colours and says how it is reached."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.utils import translation
from jinja2 import UndefinedError

from amanah.web.templating import draw_qr, encode_facts, format_day, format_moment, format_number, join_words

EVIL = "\"><script>alert('x')</script>&"
MOMENT = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
CALLS = {
    "notice": "parts.notice('no', evil, evil)",
    "state": "parts.state('yes', evil)",
    "button": "parts.button(evil, href=evil, id=evil)",
    "submit": "parts.button(evil, name=evil, value=evil, type='submit')",
    "code": "parts.code(evil, evil)",
    "stamp": "parts.stamp(evil, moment)",
    "card": "parts.card(evil, href=evil)",
    "library_card": "parts.library_card(evil, evil, [{'what': evil, 'when': evil, 'state': 'used'}], evil)",
    "steps": "parts.steps([{'title': evil, 'text': evil}], 1)",
    "data_table": "parts.data_table(evil, [{'title': evil}, {'title': evil}], [[evil, evil]])",
    "empty_state": "parts.empty_state(evil, evil)",
    "text field": "parts.form_field(evil, evil, value=evil, help=evil, error=evil)",
    "textarea": "parts.form_field(evil, evil, 'textarea', value=evil)",
    "select": "parts.form_field(evil, evil, 'select', options=[(evil, evil)])",
    "radio": "parts.form_field(evil, evil, 'radio', options=[(evil, evil)])",
    "checkbox": "parts.form_field(evil, evil, 'checkbox')",
    "code field": "parts.form_field(evil, evil, 'code', value=evil)",
    "qr_block": "parts.qr_block(evil, evil, evil)",
    "qr_slot": "parts.qr_slot(evil, evil, evil)",
    "progress": "parts.progress(evil, 1, 2, evil, evil)",
    "estimate": "parts.estimate(evil, 1, 2, 3, 4)",
    "share_bar": "parts.share_bar(evil, 0.5)",
}


def _render(expression: str, **values: Any) -> str:
    source = "{% import 'components.html' as parts %}{{ " + expression + " }}"
    return str(engines["jinja2"].from_string(source).render({"evil": EVIL, "moment": MOMENT} | values))


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _list_tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    collector = _Collector()
    collector.feed(text)
    return collector.tags


@pytest.mark.parametrize("name", CALLS)
def test_a_part_escapes_whatever_it_is_given(name: str) -> None:
    html = _render(CALLS[name])
    assert "<script" not in html
    assert "&lt;script" in html


@pytest.mark.parametrize("kind", ["info", "yes", "wait", "no"])
def test_a_state_has_an_icon_and_a_word_besides_its_colour(kind: str) -> None:
    html = _render(f"parts.state('{kind}', 'the word')")
    assert "<svg" in html
    assert "the word" in html


def test_a_field_tells_its_help_and_its_error_to_those_who_listen() -> None:
    tags = dict(_list_tags(_render("parts.form_field('place', 'Where', help='Help', error='Wrong')")))
    assert tags["input"]["aria-describedby"] == "field-place-help field-place-error"
    assert tags["input"]["aria-invalid"] == "true"
    assert tags["label"]["for"] == tags["input"]["id"] == "field-place"


def test_a_table_stays_a_table_when_it_is_stacked_on_a_phone() -> None:
    tags = _list_tags(
        _render("parts.data_table('T', [{'title': 'A'}, {'title': 'B', 'is_figure': True}], [['a', 'b']])")
    )
    roles = {attributes.get("role") for _, attributes in tags}
    assert {"table", "rowgroup", "row", "columnheader", "rowheader", "cell"} <= roles
    assert ("td", {"role": "cell", "data-column": "B", "class": "figure"}) in tags


def test_a_scale_is_mirrored_where_reading_starts_at_the_right() -> None:
    with translation.override("en"):
        forward = re.search(r'cx="([\d.]+)"', _render("parts.estimate('', 10, 20, 30)"))
    with translation.override("ar"):
        backward = re.search(r'cx="([\d.]+)"', _render("parts.estimate('', 10, 20, 30)"))
    assert forward
    assert backward
    assert float(forward[1]) + float(backward[1]) == pytest.approx(360)


def test_arrows_turn_with_the_direction_and_clocks_do_not() -> None:
    source = "{% from 'icons.html' import icon %}{{ icon('arrow') }}|{{ icon('clock') }}|{{ icon('check') }}"
    arrow, clock, check = str(engines["jinja2"].from_string(source).render()).split("|")
    assert "turns" in arrow
    assert "turns" not in clock + check


def test_a_code_for_cameras_holds_its_text() -> None:
    import segno

    drawing = draw_qr("HTTPS://EXAMPLE/JOIN", "label")
    dark = sum(map(int, re.findall(r"M\d+ \d+h(\d+)v1", drawing)))
    assert dark == sum(
        map(sum, segno.make("HTTPS://EXAMPLE/JOIN", error="m", micro=False, boost_error=False).matrix)
    )


def test_a_name_that_does_not_exist_stops_a_page_instead_of_leaving_a_gap() -> None:
    with pytest.raises(UndefinedError):
        engines["jinja2"].from_string("{{ nobody.name }}").render()


def test_the_facts_cannot_end_their_own_element(settings: Any) -> None:
    import dataclasses

    settings.AMANAH = dataclasses.replace(settings.AMANAH, log_origin="</script><script>")
    assert "<" not in encode_facts()
    assert '"community"' in encode_facts()


def test_numbers_days_and_lists_are_written_as_the_language_does() -> None:
    with translation.override("en"):
        assert format_number(1234.5) == "1,234.5"
        assert format_day(MOMENT) == "Tuesday, 3 March 2026"
        assert format_day(MOMENT, "near") == "Tuesday 3 March"
        assert format_moment(datetime(2026, 7, 3, 18, 0, tzinfo=UTC)) == "Friday, 3 July 2026, 19:00"
        assert join_words(["a", "b", "c"]) == "a, b and c"
    with translation.override("ar"):
        assert "مارس" in format_day(MOMENT)
        assert join_words(["أ", "ب"]) == "أ وب"


@pytest.mark.parametrize("name", ["base", "desk", "screen", "print"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_frame_stands_by_itself(pages: Client, name: str, language: str) -> None:
    text = pages.get(f"/{language}/frames/{name}/").content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text
    assert 'id="main"' in text


def test_a_demonstration_says_so_on_every_page(pages: Client) -> None:
    assert "Demonstration" in pages.get("/en/frames/base/").content.decode()


def test_a_page_can_be_read_in_every_language(pages: Client) -> None:
    links = [
        attributes
        for tag, attributes in _list_tags(pages.get("/en/components/").content.decode())
        if tag == "a"
    ]
    assert {"href": "/ar/components/", "lang": "ar", "hreflang": "ar", "dir": "rtl"} in links
