"""A plan as one HTML page that needs nothing else: no script, its style inside.

What ``own_formats.read_own_html`` reads back stands in ``data-`` attributes, and in the text of
elements that carry ``data-item``. A text that HTML cannot carry as it is (a control character)
is shown with a sign in its place and kept as a JSON string in ``data-source``.
"""

import json
import re
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from madoguchi.kernel import fiscal
from madoguchi.plan.document.edition import Edition, Piece
from madoguchi.plan.document.model import Initiative, PlanDocument, ScheduleRow, Theme, Transfer
from madoguchi.plan.document.tabular import OUTCOME_WORDS

UNTITLED: Final = "行政改革プラン"
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_STYLE: Final = """
:root{color-scheme:light dark;--line:#949494;--soft:#f2f2f2;--key:#0017c1}
@media(prefers-color-scheme:dark){:root{--line:#767676;--soft:#2b2b2b;--key:#9db7f9}}
body{font:1rem/1.7 "Noto Sans JP",system-ui,sans-serif;line-break:strict;max-width:60rem;
margin:0 auto;padding:1.5rem 1rem 4rem}
h1,h2,h3{line-height:1.4;word-break:auto-phrase}h2{border-bottom:3px solid var(--key);
margin-top:3rem;padding-bottom:.25rem}h3{margin-top:2.5rem}a{color:var(--key)}
.s{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border:1px solid var(--line);padding:.5rem .75rem;text-align:start;vertical-align:top}
th{background:var(--soft);white-space:nowrap}p,li{white-space:pre-line}td p{margin:0 0 .5rem}
td p:last-child{margin:0}.s td{width:45%}.s td.n{width:auto}
caption{text-align:start;font-weight:bold}
td ul{margin:0;padding-inline-start:1.2rem}.o{display:inline-block;border:1.5px solid;
padding:0 .4rem;font-weight:bold}.n{font-variant-numeric:tabular-nums}
@media print{article{break-inside:avoid-page}body{max-width:none}}
"""


def write_html(document: PlanDocument, edition: Edition | None = None) -> bytes:
    """The bytes of the page, in UTF-8."""
    edition = edition or Edition()
    html = etree.Element("html", {"lang": "ja", "data-madoguchi-plan": "1"})
    head = etree.SubElement(html, "head")
    etree.SubElement(head, "meta", {"charset": "utf-8"})
    etree.SubElement(
        head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    )
    _child(head, "title", document.title or UNTITLED)
    _child(head, "style", _STYLE)
    body = etree.SubElement(html, "body")
    header = etree.SubElement(body, "header")
    heading = _item(header, "h1", document.title, {"data-item": "title"})
    if not document.title:
        heading.text = UNTITLED
        heading.set("data-source", '""')
    if edition.city:
        _child(header, "p", edition.city)
    _add_contents(body, document)
    main = etree.SubElement(body, "main")
    for theme in document.themes:
        _add_theme(main, theme, edition)
    if edition.exported_on is not None:
        footer = etree.SubElement(body, "footer")
        _child(footer, "p", f"{fiscal.era_date(edition.exported_on)} 出力")
    page = etree.tostring(html, method="html", encoding="unicode")
    return f"<!doctype html>\n{page}\n".encode()


def _add_contents(body: Element, document: PlanDocument) -> None:
    nav = etree.SubElement(body, "nav", {"aria-label": "目次"})
    for theme in document.themes:
        _child(nav, "p", f"テーマ{theme.number} {theme.name}")
        if not theme.initiatives:
            continue
        entries = etree.SubElement(nav, "ul")
        for sheet in theme.initiatives:
            entry = etree.SubElement(entries, "li")
            _child(entry, "a", f"No.{sheet.code} {sheet.name}", {"href": f"#no-{sheet.code}"})


def _add_theme(main: Element, theme: Theme, edition: Edition) -> None:
    section = etree.SubElement(main, "section", {"data-theme": str(theme.number)})
    heading = _child(section, "h2", f"テーマ{theme.number} ")
    _item(heading, "span", theme.name, {"data-item": "theme"})
    for sheet in theme.initiatives:
        _add_sheet(section, sheet, edition)


def _add_sheet(section: Element, sheet: Initiative, edition: Edition) -> None:
    article = etree.SubElement(
        section, "article", {"data-initiative": str(sheet.number), "id": f"no-{sheet.code}"}
    )
    heading = _child(article, "h3", f"No.{sheet.code} ")
    _item(heading, "span", sheet.name, {"data-item": "name"})
    facts = etree.SubElement(article, "table")
    for label, field, texts in (
        ("担当部署", "departments", sheet.departments),
        ("現状・課題", "problem", sheet.problem),
        ("取組内容", "content", sheet.content),
        ("目標", "goal", sheet.goal),
    ):
        row = etree.SubElement(facts, "tr")
        _child(row, "th", label, {"scope": "row"})
        cell = etree.SubElement(row, "td")
        for text in texts:
            _item(cell, "p", text, {"data-item": field})
    if sheet.rows:
        _add_schedule(article, sheet, edition)
    if sheet.transfers:
        _child(article, "p", "移行した取組")
        moved = etree.SubElement(article, "ul")
        for transfer in sheet.transfers:
            _add_transfer(moved, transfer)


def _add_schedule(article: Element, sheet: Initiative, edition: Edition) -> None:
    frame = etree.SubElement(article, "div", {"class": "s", "tabindex": "0", "role": "region"})
    frame.set("aria-label", f"No.{sheet.code} 工程表")
    table = etree.SubElement(frame, "table")
    _child(table, "caption", "工程表")
    titles = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    has_effects = any(row.effect is not None for row in sheet.rows)
    for label in ("年度", "計画", "結果", *(["効果額（千円）"] if has_effects else [])):
        _child(titles, "th", label, {"scope": "col"})
    body = etree.SubElement(table, "tbody")
    for row in sheet.rows:
        _add_row(body, sheet, row, edition)
        if has_effects:
            amount = "" if row.effect is None else f"{row.effect:,}"
            _child(body[-1], "td", amount, {"class": "n"})


def _add_row(body: Element, sheet: Initiative, row: ScheduleRow, edition: Edition) -> None:
    line = etree.SubElement(body, "tr", {"data-fiscal-year": str(row.fiscal_year)})
    if row.continues:
        line.set("data-continues", "1")
    if row.outcome is not None:
        line.set("data-outcome", row.outcome.value)
    if row.effect is not None:
        line.set("data-effect", str(row.effect))
    _child(line, "th", fiscal.label(row.fiscal_year, "short"), {"scope": "row"})
    planned = etree.SubElement(line, "td")
    if row.continues:
        _child(planned, "p", "↓")
    if row.plan:
        items = etree.SubElement(planned, "ul")
        for text in row.plan:
            _item(items, "li", text, {"data-item": "plan"})
    done = etree.SubElement(line, "td")
    if row.result:
        items = etree.SubElement(done, "ul")
        for text in row.result:
            _add_result(items, text, edition.show(sheet, row, text))
    if row.outcome is not None:
        _child(etree.SubElement(done, "p"), "span", OUTCOME_WORDS[row.outcome], {"class": "o"})


def _add_result(items: Element, text: str, pieces: tuple[Piece, ...]) -> None:
    """A result line; a figure in it is a ``<data>`` element that keeps how it was written."""
    entry = etree.SubElement(items, "li", {"data-item": "result"})
    if _UNWRITABLE.search(text):
        entry.set("data-source", json.dumps(text))
    for piece in pieces:
        if piece.source:
            value = _UNWRITABLE.sub("�", piece.source)
            _child(entry, "data", piece.text, {"value": value})
        elif len(entry):
            entry[-1].tail = (entry[-1].tail or "") + _shown(piece.text)
        else:
            entry.text = (entry.text or "") + _shown(piece.text)


def _add_transfer(moved: Element, transfer: Transfer) -> None:
    entry = etree.SubElement(
        moved, "li", {"data-to-theme": str(transfer.theme), "data-to-number": str(transfer.number)}
    )
    _item(entry, "span", transfer.subject, {"data-item": "subject"})
    link = _child(entry, "span", f" → No.{transfer.theme}-{transfer.number} ")
    _item(link, "span", transfer.name, {"data-item": "to-name"})


def _item(parent: Element, tag: str, text: str, attributes: dict[str, str]) -> Element:
    """A text that is read back."""
    if _UNWRITABLE.search(text):
        attributes = {**attributes, "data-source": json.dumps(text)}
    return _child(parent, tag, text, attributes)


def _child(
    parent: Element, tag: str, text: str, attributes: dict[str, str] | None = None
) -> Element:
    child = etree.SubElement(parent, tag, attributes or {})
    child.text = _shown(text)
    return child


def _shown(text: str) -> str:
    """Control characters as their pictures (␀ for NUL), so that they are seen and harmless."""
    return _UNWRITABLE.sub(
        lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "�", text
    )
