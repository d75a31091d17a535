"""The plan's figures: reading it, showing it, printing it, serving it."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from markdown_it import MarkdownIt

from benchmarks import web
from benchmarks.documents import as_markdown, make_document
from benchmarks.measure import in_turns, row, seconds
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.models import Plan
from madoguchi.plan.operations.importing import import_document
from madoguchi.plan.queries.documents import stored_plan
from madoguchi.plan.queries.printing import printed

if TYPE_CHECKING:
    from madoguchi.plan.document.model import Initiative, PlanDocument

SHEETS = 95
"""Initiatives of a large city's plan."""


def run() -> None:
    print("Reading")
    reading()
    print("Storing")
    storing()
    print("Showing")
    plan = Plan.objects.get(slug="bench-95")
    showing(plan)
    print("Printing")
    printing(plan)
    print("Serving")
    serving(plan)


def reading() -> None:
    parser = MarkdownIt("commonmark").enable("table")
    for sheets in (50, 500):
        text = as_markdown(make_document(sheets))
        row(
            f"read {sheets} sheets of Markdown",
            in_turns(
                partial(read_plan, text, filename="plan.md"),
                partial(parser.parse, text.decode()),
                turns=3,
            ),
            peer="markdown-it's tokens alone",
        )


def storing() -> None:
    for sheets in (SHEETS, 500):
        document = make_document(sheets)
        with CaptureQueriesContext(connection) as queries:
            taken = seconds(partial(_store, document))
        print(f"store {sheets} sheets: {taken:.3f} s, {len(queries)} queries")


def _store(document: "PlanDocument") -> None:
    sheets = len(document.initiatives)
    import_document(
        document=document, plan=None, title=f"計測 {sheets}", slug=f"bench-{sheets}", by=None
    )


def showing(plan: Plan) -> None:
    client = Client(SERVER_NAME="localhost")
    small = make_document(10)
    import_document(document=small, plan=None, title="計測 10", slug="bench-10", by=None)
    for slug in ("bench-10", plan.slug):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/plan/{slug}/")
        print(f"overview of {slug}: {len(queries)} queries, {len(answer.content):,} bytes")
    for name, path in _pages(plan):
        row(
            name,
            in_turns(partial(client.get, path), partial(client.get, "/bare/"), times=10),
            peer="a bare Django view",
        )


def _pages(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What residents open, by name and address; the search is the slowest there can be."""
    return (
        ("home", "/"),
        ("sheet", f"/plan/{plan.slug}/1-1/"),
        (f"overview of {SHEETS} initiatives x 5 years", f"/plan/{plan.slug}/"),
        (f"comparison of {SHEETS} initiatives", f"/plan/{plan.slug}/comparison/"),
        (
            "search that finds every sheet of three plans",
            f"/search/?{urlencode({'q': '先進事例'})}",
        ),
    )


def printing(plan: Plan) -> None:
    stored = stored_plan(plan, only_published=False)
    row(
        f"PDF of {SHEETS} sheets, tagged, not cached",
        in_turns(
            lambda: printed(stored),
            partial(_typst_alone, stored.document),
            turns=3,
        ),
        peer="Typst alone, the same words as plain text",
    )


def _typst_alone(document: "PlanDocument") -> None:
    """In a process of its own as ours is, since Typst remembers what it has set before."""
    folder = files("justmytype_intl_cjk").joinpath("fonts/ofl/notosansjp")
    setting = "import sys, typst; typst.compile(sys.stdin.buffer.read(), font_paths=[sys.argv[1]])"
    source = '#set text(font: "Noto Sans JP", lang: "ja")\n' + "\n#pagebreak()\n".join(
        " \\ ".join(_words(sheet)) for sheet in document.initiatives
    )
    subprocess.run(  # noqa: S603 # our own source
        [sys.executable, "-c", setting, str(folder)], input=source.encode(), check=True
    )


def _words(sheet: "Initiative") -> Iterator[str]:
    yield from (sheet.name, *sheet.departments, *sheet.problem, *sheet.content, *sheet.goal)
    for year in sheet.rows:
        yield from (*year.plan, *year.result)


def serving(plan: Plan) -> None:
    with web.server() as port:
        for name, path in _pages(plan):
            web.measure(port, name, path)
