"""The plan's figures: reading it, showing it, printing it, serving it."""

from functools import partial
from typing import TYPE_CHECKING

import typst
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
    from madoguchi.plan.document.model import PlanDocument

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
    row(
        f"overview of {SHEETS} initiatives x 5 years",
        in_turns(lambda: client.get(f"/plan/{plan.slug}/"), lambda: client.get("/bare/")),
        peer="a bare Django view",
    )


def printing(plan: Plan) -> None:
    page = '#set page(paper: "a4")\n' + "\n#pagebreak()\n".join(
        "#lorem(300)" for _ in range(SHEETS)
    )
    row(
        f"PDF of {SHEETS} sheets, tagged, not cached",
        in_turns(
            lambda: printed(stored_plan(plan, only_published=False)),
            lambda: typst.compile(page.encode()),
            turns=3,
        ),
        peer="Typst alone, as many pages of Latin text",
    )


def serving(plan: Plan) -> None:
    with web.server() as port:
        web.measure(port, "home page", "/")
        web.measure(port, "sheet", f"/plan/{plan.slug}/1-1/")
        web.measure(port, "overview", f"/plan/{plan.slug}/")
