"""Page components: ``{% load components %}``. docs/services/site.md shows each of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from madoguchi.kernel import fiscal, money
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.pages.queries import stylesheet
from madoguchi.kernel.pages.templatetags.icons import PATHS
from madoguchi.kernel.registries import service_cards

register = template.Library()

TONES = {
    "success": "success",
    "info": "info",
    "progress": "info",
    "clock": "info",
    "moved": "neutral",
    "neutral": "neutral",
    "warning": "warning",
    "error": "error",
}
"""What a status tag or notice may be, and the colour family of each."""


_ERA_YEAR = r"(?:明治|大正|昭和|平成|令和)(?:元|[0-9]{1,2})(?:年度|年)?"
_ERA_YEARS = re.compile(
    rf"[（(]?{_ERA_YEAR}(?:[～〜](?:{_ERA_YEAR}|(?:元|[0-9]{{1,2}})年度?))?[）)」』、。]*"
)


def _tone(kind: str) -> str:
    try:
        return TONES[kind]
    except KeyError:
        raise template.TemplateSyntaxError(
            f"unknown kind {kind!r}: one of {', '.join(TONES)}"
        ) from None


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing in the colour of the text, silent to screen readers."""
    return format_html(
        '<svg class="m-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        PATHS[name],
    )


@register.simple_tag(takes_context=True)
def city_name(context: Context) -> str:
    """The city's name in the language of the page."""
    city = context.get("city") or current_city()
    is_japanese = (get_language() or "").startswith("ja")
    return str(city.name if is_japanese or not city.name_en else city.name_en)


@register.simple_tag(takes_context=True)
def styles_url(context: Context) -> str:
    """The stylesheet's address, another one whenever the styles or the city's colour change."""
    city = context.get("city") or current_city()
    version = f"{stylesheet().version}-{city.key_colour.removeprefix('#')}"
    return f"{reverse('pages:styles')}?{urlencode({'v': version})}"


@register.simple_tag
def status_tag(kind: str, label: str, *, plain: bool = False) -> SafeString:
    """``{% status_tag "success" "Finished" %}``: icon and word, colour only besides them."""
    return format_html(
        '<span class="m-status m-status--{}{}">{}{}</span>',
        _tone(kind),
        " m-status--plain" if plain else "",
        icon(kind),
        label,
    )


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> SafeString:
    """``{% notice "warning" title=… %}…{% endnotice %}``; the kind in words where no title is."""
    tone = {"debug": "info", "": "info"}.get(kind, kind)
    words = {
        "success": gettext("Done"),
        "info": gettext("Notice"),
        "warning": gettext("Please note"),
        "error": gettext("Error"),
    }
    if tone not in words:
        raise template.TemplateSyntaxError(f"unknown kind of notice {kind!r}")
    return render_to_string(
        "pages/components/notice.html",
        {"kind": tone, "title": title or words[tone], "role": role, "content": content},
    )


@register.inclusion_tag("pages/components/form_field.html")
def form_field(field: BoundField) -> dict[str, Any]:
    """Label, hint, error and control of any bound field."""
    return {
        "field": field,
        "is_check": isinstance(field.field.widget, CheckboxInput),
        "described_by": field.aria_describedby,
    }


def _errors_of(form: BaseForm) -> Iterable[dict[str, str]]:
    for message in form.non_field_errors():
        yield {"target": "", "label": "", "message": str(message)}
    for field in form:
        target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        for message in field.errors:
            yield {"target": target, "label": str(field.label), "message": str(message)}


@register.inclusion_tag("pages/components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What is wrong in these forms, each linked to its field. Nothing where all is well."""
    return {"entries": [entry for form in forms if form.is_bound for entry in _errors_of(form)]}


@register.inclusion_tag("pages/components/step_indicator.html")
def step_indicator(steps: Sequence[str], current: int) -> dict[str, Any]:
    """``steps`` are labels in order, ``current`` the number of the present one, from 1."""

    def state(number: int) -> str:
        if number == current:
            return "current"
        return "done" if number < current else ""

    return {
        "steps": [
            {"label": label, "state": state(number)} for number, label in enumerate(steps, start=1)
        ]
    }


@register.inclusion_tag("pages/components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """``{% breadcrumb url label url label here %}``; Home stands in front by itself."""
    crumbs = [
        {"url": url, "label": label}
        for url, label in zip(parts[0 : len(parts) - 1 : 2], parts[1::2], strict=True)
    ]
    if len(parts) % 2:
        crumbs.append({"url": "", "label": parts[-1]})
    return {"crumbs": crumbs}


@register.inclusion_tag("pages/components/main_menu.html", takes_context=True)
def main_menu(context: Context, css_class: str) -> dict[str, Any]:
    """The services of this city. Nothing where there are none."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    links = [(card.title, reverse(card.url_name)) for card in service_cards]
    return {
        "class": css_class,
        "entries": [
            {"label": label, "url": url, "is_current": path.startswith(url)} for label, url in links
        ],
    }


@register.inclusion_tag("pages/components/search_box.html")
def search_box(
    query: str = "",
    *,
    large: bool = False,
    labelled_by: str = "",
    described_by: str = "",
    invalid: bool = False,
) -> dict[str, Any]:
    """The site's search. ``labelled_by`` names the element that asks the question."""
    return {
        "query": query,
        "large": large,
        "labelled_by": labelled_by,
        "described_by": described_by,
        "invalid": invalid,
    }


@register.inclusion_tag("pages/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a Paginator's ``Page``; the rest of the address is kept."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)

    def address(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    entries: list[dict[str, Any]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if not isinstance(number, int):
            entries.append({})
        elif number == page.number:
            entries.append({"number": number})
        else:
            entries.append({"number": number, "url": address(number)})
    return {
        "page": page,
        "entries": entries,
        "previous": address(page.number - 1),
        "next": address(page.number + 1),
    }


@register.simple_block_tag
def table(
    content: str,
    *,
    caption: str,
    dense: bool = False,
    sticky: bool = False,
    ruled: bool = False,
    hide_caption: bool = False,
) -> SafeString:
    """``{% table caption=… %}<thead>…<tbody>…{% endtable %}`` in a frame that scrolls sideways.

    ``sticky`` keeps the first column in sight, ``dense`` is for desks, ``ruled`` for official
    forms. Cells with numbers take the class ``u-number``.
    """
    wanted = {"dense": dense, "sticky": sticky, "ruled": ruled}
    return render_to_string(
        "pages/components/table.html",
        {
            "content": content,
            "caption": caption,
            "hide_caption": hide_caption,
            "modifiers": "".join(f" m-table--{name}" for name, is_on in wanted.items() if is_on),
        },
    )


@register.simple_block_tag
def chart_frame(
    content: str,
    *,
    title: str,
    sentence: str,
    heads: Sequence[str] = (),
    rows: Sequence[Sequence[object]] = (),
    level: int = 2,
) -> SafeString:
    """An SVG drawing with its title, what to see in it, and the same numbers as a table.

    Lines and bars take ``m-chart__line`` or ``m-chart__bar`` with ``m-series-1`` to ``-4``.
    """
    return render_to_string(
        "pages/components/chart_frame.html",
        {
            "content": content,
            "title": title,
            "sentence": sentence,
            "heads": heads,
            "rows": rows,
            "level": level,
        },
    )


@register.inclusion_tag("pages/components/summary_list.html")
def summary_list(rows: Iterable[Mapping[str, object]]) -> dict[str, Any]:
    """Rows with ``label`` and ``value``, and where something can be done ``url`` and ``action``."""
    return {"rows": rows}


@register.inclusion_tag("pages/components/link_cards.html")
def link_cards(cards: Iterable[object], *, level: int = 3, two: bool = True) -> dict[str, Any]:
    """Large plain links: objects or mappings with ``title``, ``url`` and ``summary``."""
    shown = list(cards)
    return {"cards": shown, "level": level, "two": two and len(shown) > 1}


@register.inclusion_tag("pages/components/filter_form.html", takes_context=True)
def filter_form(context: Context, form: BaseForm, action: str = "") -> dict[str, Any]:
    """A form that narrows a list. It lives in the address and works without JavaScript."""
    request: HttpRequest | None = context.get("request")
    return {
        "form": form,
        "action": action or (request.path if request else ""),
        "is_filtered": any(form.data.get(form.add_prefix(name)) for name in form.fields),
    }


@register.inclusion_tag("pages/components/comment_entry.html")
def comment_entry(*, author: str, at: datetime, text: str, answer: bool = False) -> dict[str, Any]:
    """What a person wrote; ``answer`` sets the city's reply below it."""
    return {"author": author, "at": at, "text": text, "answer": answer}


@register.simple_tag
def figure(value: object, url: str, unit: str = "", label: str = "") -> SafeString:
    """A measured figure, dotted: touch it and see its records."""
    return format_html(
        '<a class="m-figure" href="{}" title="{}">{}{}</a>',
        url,
        label or gettext("Where this figure comes from"),
        value,
        unit,
    )


@register.filter
def day(value: date | None) -> str:
    """``2026年11月23日（月）``, or ``Mon 23 November 2026``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return formats.date_format(value, pgettext("date format", "D j F Y"))


@register.filter
def day_and_time(value: datetime | None) -> SafeString:
    """The day with the time of day, readable by machines too."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    shown = f"{day(local)} {local.hour}:{local:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat("T", "minutes"), shown)


@register.filter
def yen(amount: int | None) -> str:
    """``12,300円``, or ``12,300 yen`` for readers of English; nothing for None."""
    if amount is None:
        return ""
    return gettext("%(amount)s yen") % {"amount": money.thousands(amount)}


@register.filter
def fiscal_year(year: int, style: str = "long") -> SafeString:
    """``令和8年度`` with the western year on hover; ``FY2026`` for readers of English."""
    is_japanese = (get_language() or "").startswith("ja")
    shown = f"FY{year}"
    if is_japanese:
        shown = fiscal.label(year, style)  # type: ignore[arg-type] # a template can only give text
    title = fiscal.label(year, "western")
    return format_html('<data value="{}" title="{}">{}</data>', year, title, shown)


@register.filter
def whole_years(text: str) -> SafeString:
    """A title in which no line ends between 平成 and 27, nor within （平成27～令和元年度）.

    Browsers break a line before a number. What is wider than the screen still breaks.
    """
    # what is put around the years is ours, and the text was escaped before
    return SafeString(
        _ERA_YEARS.sub(r'<span class="u-whole">\g<0></span>', conditional_escape(text))
    )
