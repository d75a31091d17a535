"""Read a plan from the bytes of a file."""

from madoguchi.plan.document.decode import decode
from madoguchi.plan.document.limits import check_size
from madoguchi.plan.document.markup import read_html, read_markdown
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.sheets import read_sheets


def read_plan(data: bytes, *, filename: str) -> PlanDocument:
    """The plan in ``data``; ``filename`` decides only how its text is taken."""
    check_size(data)
    text, _ = decode(data)
    is_html = filename.lower().endswith((".html", ".htm"))
    return read_sheets(read_html(text) if is_html else read_markdown(text))
