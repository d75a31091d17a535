"""The fee kinds and their rules through time."""

from dataclasses import dataclass

from madoguchi.services.fees import rules
from madoguchi.services.fees.models import KindChoice, KindRule


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind as residents see it; ``due`` are the due dates of the fiscal year asked about."""

    code: str
    label: str
    rule: rules.Rule | None
    stores_since: int | None
    due: tuple[rules.Instalment, ...]


def rules_of(kind: str) -> list[rules.Rule]:
    return [_plain(row) for row in KindRule.objects.filter(kind=kind)]


def rule_of(kind: str, fiscal_year: int) -> rules.Rule | None:
    return rules.rule_in_force(rules_of(kind), fiscal_year)


def kinds(fiscal_year: int) -> list[KindFacts]:
    """Every kind as it stands in a fiscal year, with one query."""
    found: dict[str, list[rules.Rule]] = {code: [] for code in KindChoice.values}
    for row in KindRule.objects.all():
        found[row.kind].append(_plain(row))
    return [_facts(code, dated, fiscal_year) for code, dated in found.items()]


def kinds_at_stores(fiscal_year: int) -> list[KindFacts]:
    return [kind for kind in kinds(fiscal_year) if kind.rule is not None and kind.rule.at_stores]


def _facts(code: str, dated: list[rules.Rule], fiscal_year: int) -> KindFacts:
    begun = [rule for rule in dated if rule.from_fiscal_year <= fiscal_year]
    rule = rules.rule_in_force(begun, fiscal_year)
    each_month = rules.Owed(1, by_year=False)
    return KindFacts(
        code=code,
        label=str(KindChoice(code).label),
        rule=rule,
        stores_since=rules.first_year_at_stores(begun),
        due=() if rule is None else rules.instalments(fiscal_year, rule, each_month),
    )


def _plain(row: KindRule) -> rules.Rule:
    return rules.Rule(row.from_fiscal_year, tuple(row.due_months), row.at_stores)
