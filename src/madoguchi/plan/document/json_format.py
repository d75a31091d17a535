"""The shape of a plan in JSON (``madoguchi-plan/1``), from which its JSON Schema is made."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from madoguchi.plan.document.model import Outcome

SCHEMA = "madoguchi-plan/1"

Number = Annotated[int, Field(ge=0, le=9999)]
Texts = list[str]


class _Part(BaseModel):
    """A misspelt key is an error: nothing is dropped in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResultText(_Part):
    text: str = Field(description="The line as the document has it; {code} stands for a figure.")
    shown: str = Field("", description="The line as people read it, with its figures filled in.")


class RowPart(_Part):
    fiscal_year: int = Field(
        ge=1868, le=9998, description="The fiscal year (April to March) by its western number."
    )
    label: str = Field("", description="The fiscal year as people write it, such as 令和元年度.")
    continues: bool = Field(False, description="Whether the plan of the year above goes on (↓).")
    plan: Texts = Field([], description="What was planned (計画), in order.")
    result: list[ResultText] = Field([], description="What was done (結果), in order.")
    outcome: Literal["finished", "carried_over"] | None = Field(
        None, description="How the initiative ended in this year: 取組終了 or 次期プラン継続."
    )
    effect: int | None = Field(None, description="The effect amount (効果額) in thousand yen.")


class TransferPart(_Part):
    subject: str = Field(description="What moved to the other initiative.")
    theme: Number = Field(description="The theme of the initiative that it moved to.")
    number: Number = Field(description="The number of the initiative that it moved to.")
    name: str = Field("", description="The name that the sheet gives that initiative.")


class InitiativePart(_Part):
    number: Number = Field(description="The initiative's number within its theme.")
    code: str = Field("", description="The number as people say it: 1-12.")
    name: str = Field(description="取組名称")
    departments: Texts = Field([], description="担当部署, in the words of the sheet.")
    problem: Texts = Field([], description="現状・課題, by paragraph.")
    content: Texts = Field([], description="取組内容, by paragraph.")
    goal: Texts = Field([], description="目標, by paragraph.")
    rows: list[RowPart] = Field([], description="The schedule (工程表), one entry a fiscal year.")
    transfers: list[TransferPart] = Field([], description="Parts that moved elsewhere.")


class ThemePart(_Part):
    number: Number = Field(description="The theme's number.")
    name: str = Field(description="The theme's name.")
    initiatives: list[InitiativePart] = Field([], description="In number order.")


class PlanPart(_Part):
    """A reform plan (行政改革プラン) with its themes, initiatives and schedules."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Madoguchi reform plan")

    format: Literal["madoguchi-plan/1"] = Field(alias="schema")
    title: str = Field("", description="The plan's title.")
    city: str = Field("", description="The city that published it.")
    exported_on: str | None = Field(None, description="The day of the export (ISO 8601).")
    themes: list[ThemePart] = Field(description="In number order.")


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the format, as ``plan.schema.json`` holds it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PlanPart.model_json_schema(by_alias=True),
    }


def outcome_of(code: str | None) -> Outcome | None:
    return None if code is None else Outcome(code)
