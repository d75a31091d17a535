"""Each component, rendered as a page would."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from lxml import html

from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.pages.templatetags.components import yen
from madoguchi.kernel.pages.templatetags.icons import PATHS

TOKYO = dt.timezone(dt.timedelta(hours=9))


class ReportForm(forms.Form):
    title = forms.CharField(label="取組名称", help_text="計画書の名前です。")
    year = forms.ChoiceField(label="年度", choices=[("2026", "令和8年度")], required=False)
    score = forms.ChoiceField(
        label="評価",
        choices=[("1", "1点"), ("2", "2点")],
        widget=forms.RadioSelect,
        help_text="整数",
    )
    sure = forms.BooleanField(label="確かめました")
    row = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("組み合わせが違います。")


def render(source: str, path: str = "/", **values: object) -> str:
    context = Context({"request": RequestFactory().get(path), **values})
    with translation.override("ja"):
        return Template("{% load components %}" + source).render(context)


def tree(source: str, path: str = "/", **values: object) -> html.HtmlElement:
    return html.fragment_fromstring(render(source, path, **values), create_parent="div")


def texts(found: list[html.HtmlElement]) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found]


@pytest.mark.parametrize("name", sorted(PATHS))
def test_icons_are_silent(name: str) -> None:
    drawing = tree("{% icon name %}", name=name).find("svg")
    assert drawing.get("aria-hidden") == "true"
    assert drawing.find("path").get("d") == PATHS[name]


@pytest.mark.parametrize(
    ("kind", "tone"),
    [("success", "success"), ("progress", "info"), ("warning", "warning"), ("moved", "neutral")],
)
def test_status_tag_has_icon_and_word(kind: str, tone: str) -> None:
    tag = tree('{% status_tag kind "終了" %}', kind=kind).find("span")
    assert tag.get("class") == f"m-status m-status--{tone}"
    assert tag.text_content() == "終了"
    assert tag.find("svg/path").get("d") == PATHS[kind]


def test_status_tag_escapes_its_label() -> None:
    assert "&lt;script&gt;" in render("{% status_tag 'info' label %}", label="<script>")


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="unknown kind 'purple'"):
        render('{% status_tag "purple" "x" %}')
    with pytest.raises(TemplateSyntaxError, match="unknown kind of notice"):
        render('{% notice "purple" %}x{% endnotice %}')


@pytest.mark.parametrize(
    ("kind", "tone", "title"),
    [
        ("info", "info", "お知らせ"),
        ("debug", "info", "お知らせ"),
        ("", "info", "お知らせ"),
        ("success", "success", "完了しました"),
        ("warning", "warning", "ご注意ください"),
        ("error", "error", "エラー"),
    ],
)
def test_notice_says_its_kind_in_words(kind: str, tone: str, title: str) -> None:
    notice = tree("{% notice kind %}期限は{{ n }}日です。{% endnotice %}", kind=kind, n=3).find(
        "div"
    )
    assert notice.get("class") == f"m-notice m-notice--{tone}"
    assert texts(notice.findall(".//p")) == [title]
    assert "期限は3日です。" in notice.text_content()


def test_notice_with_a_title_and_a_role() -> None:
    notice = tree(
        '{% notice "error" title="保存できません" role="alert" %}理由{% endnotice %}'
    ).find("div")
    assert notice.get("role") == "alert"
    assert texts(notice.findall(".//p")) == ["保存できません"]


def test_field_ties_label_hint_and_control_together() -> None:
    field = tree("{% form_field form.title %}", form=ReportForm()).find("div")
    control = field.find("input")
    assert field.find("label").get("for") == control.get("id") == "id_title"
    assert texts(field.findall("label")) == ["取組名称※必須"]
    assert control.get("aria-describedby") == "id_title_helptext"
    assert field.get_element_by_id("id_title_helptext").text == "計画書の名前です。"
    assert field.get("class") == "m-field"


def test_field_shows_its_error_and_points_at_it() -> None:
    field = tree("{% form_field form.title %}", form=ReportForm({"title": ""})).find("div")
    control = field.find("input")
    assert "m-field--error" in field.get("class")
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby").split() == ["id_title_helptext", "id_title_error"]
    assert "必須" in field.get_element_by_id("id_title_error").text_content()


def test_optional_field_is_not_marked() -> None:
    field = tree("{% form_field form.year %}", form=ReportForm())
    assert "※必須" not in field.text_content()


def test_choices_stand_in_a_fieldset() -> None:
    group = tree("{% form_field form.score %}", form=ReportForm({"score": ""})).find("div/fieldset")
    assert texts(group.findall("legend")) == ["評価※必須"]
    assert group.get("aria-describedby").split() == ["id_score_helptext", "id_score_error"]
    assert [each.get("value") for each in group.iter("input")] == ["1", "2"]


def test_a_single_check_has_its_label_behind_it() -> None:
    label = tree("{% form_field form.sure %}", form=ReportForm()).find("div/label")
    assert [child.tag for child in label] == ["input", "span"]
    assert label.get("for") == "id_sure"


def test_hidden_field_is_only_itself() -> None:
    assert [child.tag for child in tree("{% form_field form.row %}", form=ReportForm())] == [
        "input"
    ]


def test_error_summary_links_every_error_to_its_control() -> None:
    form = ReportForm({"title": "", "score": "", "sure": ""})
    page = tree(
        "{% error_summary form %}{% for f in form %}{% form_field f %}{% endfor %}", form=form
    )
    summary = page.find("div")
    links = [link.get("href").removeprefix("#") for link in summary.iter("a")]
    assert links == ["id_title", "id_score_0", "id_sure"]
    for target in links:
        assert page.get_element_by_id(target).tag == "input"
    assert texts(summary.findall(".//li"))[0] == "組み合わせが違います。"
    assert summary.get("role") == "alert"


def test_error_summary_is_silent_while_nothing_is_wrong() -> None:
    assert render("{% error_summary form %}", form=ReportForm()).strip() == ""


def test_steps_tell_the_present_one() -> None:
    steps = tree("{% step_indicator steps 2 %}", steps=["開く", "報告", "公表"]).findall("ol/li")
    assert texts(steps) == ["開く（済み）", "報告", "公表"]
    assert [step.get("aria-current") for step in steps] == [None, "step", None]


@pytest.mark.django_db
def test_breadcrumb_ends_here() -> None:
    trail = tree('{% breadcrumb "/plan/" "計画" "1-3" %}').findall("nav/ol/li")
    assert texts(trail) == ["ホーム", "計画", "1-3"]
    assert [item[0].get("href") for item in trail] == ["/", "/plan/", None]
    assert trail[2][0].get("aria-current") == "page"


def test_breadcrumb_of_links_alone() -> None:
    trail = tree('{% breadcrumb "/plan/" "計画" %}').findall("nav/ol/li")
    assert [item[0].get("href") for item in trail] == ["/", "/plan/"]


def test_pagination_keeps_the_rest_of_the_address() -> None:
    page = Paginator(range(100), 10).page(5)
    nav = tree("{% pagination page %}", "/list/?q=%E7%AA%93&page=2", page=page).find("nav")
    assert texts(nav.findall(".//li")) == [
        "前へ",
        "1",
        "…",
        "4",
        "このページ：5",
        "6",
        "…",
        "10",
        "次へ",
    ]
    assert nav.xpath(".//a[@rel='next']/@href") == ["?q=%E7%AA%93&page=6"]
    assert nav.xpath(".//a[@rel='prev']/@href") == ["?q=%E7%AA%93&page=4"]


def test_pagination_at_both_ends_and_of_one_page() -> None:
    first = tree("{% pagination page %}", page=Paginator(range(20), 10).page(1))
    assert first.xpath(".//a[@rel]/@rel") == ["next"]
    last = tree("{% pagination page %}", page=Paginator(range(20), 10).page(2))
    assert last.xpath(".//a[@rel]/@rel") == ["prev"]
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_table_scrolls_in_a_region_that_the_keyboard_reaches() -> None:
    frame = tree(
        '{% table caption="工程表" sticky=True dense=True hide_caption=True %}'
        "<tbody><tr><td>{{ cell }}</td></tr></tbody>{% endtable %}",
        cell="<b>",
    ).find("div")
    assert (frame.get("role"), frame.get("tabindex")) == ("region", "0")
    assert frame.get("aria-label") == "工程表"
    assert frame.find("table").get("class") == "m-table m-table--dense m-table--sticky"
    assert frame.find("table/caption").get("class") == "u-hidden"
    assert texts(frame.findall(".//td")) == ["<b>"]


def test_chart_has_title_sentence_and_the_same_numbers() -> None:
    chart = tree(
        '{% chart_frame title="完了" sentence="増えました。" heads=heads rows=rows level=3 %}'
        "<svg></svg>{% endchart_frame %}",
        heads=["年度", "件"],
        rows=[["令和元年度", 3], ["令和2年度", 8]],
    ).find("figure")
    assert texts(chart.findall("figcaption/h3")) == ["完了"]
    assert texts(chart.findall("figcaption/p")) == ["増えました。"]
    assert texts(chart.findall(".//tbody/tr")) == ["令和元年度3", "令和2年度8"]
    assert chart.find("div/svg") is not None


def test_chart_without_numbers_has_no_empty_table() -> None:
    chart = tree('{% chart_frame title="t" sentence="s" %}<svg></svg>{% endchart_frame %}')
    assert chart.find(".//details") is None


def test_summary_list_with_something_to_do() -> None:
    rows = [{"label": "担当", "value": "市民課", "url": "/edit/", "action": "変更"}]
    rows.append({"label": "目標", "value": "<b>"})
    found = tree("{% summary_list rows %}", rows=rows).findall("dl/div")
    assert texts(found[0].findall("dd")) == ["市民課", "変更 担当"]
    assert texts(found[1].findall("dd")) == ["<b>"]


def test_link_cards_stand_two_a_row_only_where_there_are_two() -> None:
    card = {"title": "計画", "url": "/plan/", "summary": "約束と結果"}
    one = tree("{% link_cards cards %}", cards=[card]).find("ul")
    two = tree("{% link_cards cards level=2 %}", cards=[card, {"title": "他", "url": "/x/"}]).find(
        "ul"
    )
    assert one.get("class") == "m-links"
    assert two.get("class") == "m-links m-links--two"
    assert [link.get("href") for link in two.iterfind("li/h2/a")] == ["/plan/", "/x/"]


def test_filter_lives_in_the_address_and_can_be_cleared() -> None:
    source = "{% filter_form form %}"
    idle = tree(source, "/list/", form=ReportForm({})).find("form")
    busy = tree(source, "/list/?year=2026", form=ReportForm({"year": "2026"})).find("form")
    assert (idle.get("method"), idle.get("action")) == ("get", "/list/")
    assert [link.get("href") for link in idle.findall("a")] == []
    assert [link.get("href") for link in busy.findall("a")] == ["/list/"]


def test_comment_and_the_citys_answer() -> None:
    at = dt.datetime(2026, 11, 23, 0, 5, tzinfo=dt.UTC)
    source = '{% comment_entry author="住民" at=at text=text answer=answer %}'
    entry = tree(source, at=at, text="<i>よい", answer=True).find("article")
    assert entry.get("class") == "m-comment m-comment--answer"
    assert texts(entry.findall("p")) == ["<i>よい"]
    assert entry.find(".//time").get("datetime") == "2026-11-23T09:05+09:00"
    assert texts(entry.findall(".//time")) == ["2026年11月23日（月） 9:05"]
    assert tree(source, at=at, text="x", answer=False).find("article").get("class") == "m-comment"


def test_figure_links_to_its_evidence() -> None:
    link = tree('{% figure "3,480" "/plan/evidence/x/2019/" "人" %}').find("a")
    assert (link.text, link.get("href")) == ("3,480人", "/plan/evidence/x/2019/")
    assert link.get("title") == "この数値の根拠を見る"


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        (dt.date(2026, 11, 23), "ja", "2026年11月23日（月）"),
        (dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC), "ja", "2026年11月23日（月）"),
        (dt.date(2026, 11, 23), "en", "Mon 23 November 2026"),
        (None, "ja", ""),
    ],
)
def test_day_in_the_readers_form(value: dt.date | None, language: str, shown: str) -> None:
    with translation.override(language):
        template = Template("{% load components %}{{ value|day }}")
        assert template.render(Context({"value": value})) == shown


def test_time_of_nothing_is_nothing() -> None:
    assert render("{{ value|day_and_time }}", value=None) == ""


@pytest.mark.parametrize(
    ("source", "language", "shown"),
    [
        ("{{ 2019|fiscal_year }}", "ja", "令和元年度"),
        ('{{ 2019|fiscal_year:"short" }}', "ja", "R元年度"),
        ("{{ 2026|fiscal_year }}", "en", "FY2026"),
    ],
)
def test_fiscal_year_carries_the_western_year(source: str, language: str, shown: str) -> None:
    with translation.override(language):
        data = html.fromstring(Template("{% load components %}" + source).render(Context()))
    assert data.text == shown
    assert data.get("title") == f"{data.get('value')}年度"


@pytest.mark.parametrize(
    ("language", "english", "shown"),
    [("ja", "Hinata City", "日向町"), ("en", "Hinata City", "Hinata City"), ("en", "", "日向町")],
)
def test_city_name_in_the_language_of_the_page(language: str, english: str, shown: str) -> None:
    city = CityProfile(name="日向町", name_en=english)
    with translation.override(language):
        template = Template("{% load components %}{% city_name %}")
        assert template.render(Context({"city": city})) == shown


@pytest.mark.django_db
def test_city_name_where_no_request_gave_it() -> None:
    CityProfile.objects.create(name="日向町")
    assert render("{% city_name %}") == "日向町"


def test_search_box_keeps_the_question() -> None:
    box = tree('{% search_box query large=True labelled_by="h" invalid=True %}', query='"窓').find(
        "form"
    )
    field = box.find("input")
    assert (box.get("action"), box.get("method")) == ("/search/", "get")
    assert field.get("value") == '"窓'
    assert field.get("aria-labelledby") == "h"
    assert field.get("aria-invalid") == "true"
    assert texts(box.findall("button")) == ["検索"]


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("行政改革プラン（平成27～令和元年度）", ["（平成27～令和元年度）"]),
        ("「行政改革プラン（平成27～31年度）」の取組", ["（平成27～31年度）」"]),
        ("第4次大綱（平成27年度から令和元年度まで）", ["（平成27年度", "令和元年度"]),
        ("平成の大合併と<b>令和8</b>", ["令和8"]),
        ("行政改革プラン2025", []),
    ],
)
def test_years_of_a_title_are_kept_whole(title: str, kept: list[str]) -> None:
    shown = html.fragment_fromstring(render("{{ title|whole_years }}", title=title), "h1")
    assert [span.text_content() for span in shown.findall("span")] == kept
    assert shown.text_content() == title


@pytest.mark.parametrize(
    ("amount", "language", "shown"),
    [(12300, "ja", "12,300円"), (0, "ja", "0円"), (12300, "en", "12,300 yen"), (None, "ja", "")],
)
def test_yen_in_the_language_of_the_page(amount: int | None, language: str, shown: str) -> None:
    with translation.override(language):
        assert yen(amount) == shown
