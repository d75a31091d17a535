"""Where a written department stands in the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.rules.departments import department_path, is_collective, is_incomplete


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("総合政策部政策推進室政策推進課", ("総合政策部", "政策推進室", "政策推進課")),
        ("総務部行政監理室", ("総務部", "行政監理室")),
        ("消防本部総務課", ("消防本部", "総務課")),
        ("教育部第1学校給食共同調理場", ("教育部", "第1学校給食共同調理場")),
        ("市立病院事務部経営管理課", ("市立病院事務部", "経営管理課")),
        ("教育委員会事務局学校教育課指導係", ("教育委員会事務局", "学校教育課", "指導係")),
        ("総務部", ("総務部",)),
        ("医事課", ("医事課",)),
        ("各窓口担当部署", ("各窓口担当部署",)),
        ("関係課", ("関係課",)),
    ],
)
def test_paths(written: str, path: tuple[str, ...]) -> None:
    assert department_path(written) == path


def test_a_section_without_its_bureau_belongs_to_the_one_before() -> None:
    before = department_path("市立病院事務部経営管理課")
    assert department_path("医事課", before) == ("市立病院事務部", "医事課")
    assert department_path("総務部情報課", before) == ("総務部", "情報課")
    assert department_path("各窓口担当部署", before) == ("各窓口担当部署",)
    assert department_path("医事課", ("各窓口担当部署",)) == ("医事課",)


def test_kinds_of_names() -> None:
    assert [is_collective(name) for name in ("各窓口担当部署", "医事課")] == [True, False]
    names = ("医事課", "総務部", "総務部情報課", "各課")
    assert [is_incomplete(name) for name in names] == [True, False, False, False]


@given(st.text(alphabet="部課室局係門長各総務本", min_size=1, max_size=12))
def test_a_path_says_what_was_written(written: str) -> None:
    path = department_path(written)
    assert "".join(path) == written
    assert all(path)
