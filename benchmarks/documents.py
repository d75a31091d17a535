"""Plans made to any size, invented from a few words."""

from madoguchi.kernel import fiscal
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
)

YEARS = range(2015, 2020)
DEPARTMENTS = ("総務部行政監理室", "市民生活部住民課", "福祉部総合福祉課", "上下水道部営業課")


def make_document(sheets: int, *, themes: int = 5) -> PlanDocument:
    """A plan of ``sheets`` initiatives over five years, two items planned and done in each."""
    made = []
    for theme in range(1, themes + 1):
        numbers = range(1, sheets // themes + 1)
        made.append(
            Theme(theme, f"市民サービスの向上{theme}", tuple(_sheet(theme, n) for n in numbers))
        )
    return PlanDocument(themes=tuple(made), title="計測用の計画")


def _sheet(theme: int, number: int) -> Initiative:
    prose = "窓口で待つ時間を短くし、はじめて手続をする人にも分かりやすい案内を行う。" * 3
    return Initiative(
        theme=theme,
        number=number,
        name=f"取組{theme}の{number}の推進",
        departments=(DEPARTMENTS[number % len(DEPARTMENTS)],),
        problem=(prose, prose),
        content=(prose, prose),
        goal=(prose,),
        rows=tuple(_row(year, number) for year in YEARS),
    )


def _row(year: int, number: int) -> ScheduleRow:
    return ScheduleRow(
        fiscal_year=year,
        plan=(f"先進事例の調査その{number}", f"{year - 2014}か所での実施"),
        result=(f"先進事例の調査その{number}", f"{year - 2014}か所で実施"),
        outcome=Outcome.FINISHED if year == YEARS[-1] else None,
    )


def as_markdown(document: PlanDocument) -> bytes:
    """The document in the official form, as Markdown with pipe tables."""
    lines: list[str] = []
    for theme in document.themes:
        lines += [f"## テーマ {theme.number}", "", theme.name, ""]
        for sheet in theme.initiatives:
            lines += [f"No. {sheet.theme} - {sheet.number}", "", *_table(sheet), ""]
    return "\n".join(lines).encode()


def _table(sheet: Initiative) -> list[str]:
    def prose(paragraphs: tuple[str, ...]) -> str:
        return " ".join(f"<p>{text}</p>" for text in paragraphs)

    rows = [
        "|  |  |  |",
        "|---|---|---|",
        f"| 取組名称 | {sheet.name} |  |",
        f"| 担当部署 | {'、'.join(sheet.departments)} |  |",
        f"| 現状・課題 | {prose(sheet.problem)} |  |",
        f"| 取組内容 | {prose(sheet.content)} |  |",
        f"| 目標 | {prose(sheet.goal)} |  |",
        "| 工程表 | 計画 | 結果 |",
    ]
    for row in sheet.rows:
        end = " 取組終了" if row.outcome else ""
        year = fiscal.label(row.fiscal_year, "short")
        rows.append(f"| {year} | {'／'.join(row.plan)} | {'／'.join(row.result)}{end} |")
    return rows
