"""The guide's rules on the staff side: reading, changing, trying out, publishing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.blocks.procedures.rules.access import CLERK, COMPOSER, OPERATOR
from tests.blocks.procedures.guide.samples import SMALL
from tests.factories import make_department, make_user, sign_in

GUIDE = "/staff/procedures/guide/"
CHANGED = SMALL.replace(
    "when: [{children: yes}]", "when: {any: [{children: yes}, {things: car}]}"
).replace("days: 14", "days: 20")


@pytest.fixture
def composer(in_force, client):  # noqa: ARG001 # a guide is in force
    return sign_in(client, make_user("composer", COMPOSER, name="編集 花子"))


@pytest.fixture
def draft(in_force):  # noqa: ARG001 # as above
    return operations.keep_draft(source=CHANGED, note="転校を見直す", by=None)


def page(response):
    return html.fromstring(response.content.decode())


def text(response):
    """What stands on the page, tags as blanks."""
    (shown,) = page(response).xpath("//div[@class='m-staff']")
    return " ".join(" ".join(shown.itertext()).split())


def upload(content=None):
    return SimpleUploadedFile("guide.yaml", CHANGED.encode() if content is None else content)


def test_versions_with_their_states(composer, draft, django_assert_max_num_queries):
    operations.withdraw_draft(version=operations.keep_draft(source="x", note="", by=None), by=None)
    with django_assert_max_num_queries(20):
        said = text(composer.get(GUIDE))
    for words in (
        "第3版 取下げ", "第2版 下書き", "転校を見直す", "第1版 公開中", "2026年11月30日（月）",
    ):  # fmt: skip
        assert words in said
    assert draft.number == 2


def test_without_any_version(client, db):  # noqa: ARG001 # an empty database
    sign_in(client, make_user("composer", COMPOSER))
    assert "ルールはまだありません。" in text(client.get(GUIDE))


def test_a_version_is_read_as_tables(composer):
    response = composer.get(f"{GUIDE}1/")
    said = text(response)
    for words in (
        "指摘はありません", "引っ越してきた 5 4", "住民課 市民生活部 住民課 1階 3番窓口",
        "運転免許証など",
    ):  # fmt: skip
        assert words in said
    assert composer.get(f"{GUIDE}9/").status_code == 404


def test_an_event_is_read_in_words(composer):
    said = text(composer.get(f"{GUIDE}1/events/moving/"))
    for words in (
        "1. いつ引っ越しましたか。", "聞く条件 「だれと引っ越しましたか。」が「家族と」",
        "一覧に載る条件 「小中学生はいますか。」が「はい」",
        "引っ越した日から14日以内 閉庁日に当たるときは、次の開庁日まで 法律で定められた期限",
        "引っ越した日から30日以内（当日を1日目として数えます）",
        "「何人で引っ越しましたか。」が5以上",
        "このサイトで申請：moving-in-notice", "できない：窓口で相談しながら決めます。",
    ):  # fmt: skip
        assert words in said
    assert composer.get(f"{GUIDE}1/events/gone/").status_code == 404


def test_what_forms_take_over_is_read_in_words_and_shown_as_a_change(composer):
    source = SMALL.replace("kind: date}", "kind: date, fills: move.date}").replace(
        "family: 家族と}}",
        "family: 家族と}, fills: {item: move.abroad, values: {alone: no, family: yes}}}",
    )
    operations.keep_draft(source=source, note="", by=None)
    said = text(composer.get(f"{GUIDE}2/events/moving/"))
    day = "申請の項目に引き継ぐ先 引っ越した日（異動日）［move.date］"
    for words in (
        "短い名前 引っ越した日", day,
        "海外への引っ越しですか［move.abroad、alone → いいえ、family → はい］",
    ):  # fmt: skip
        assert words in said
    assert "申請の項目に引き継ぐ先 – 引っ越した日（異動日）［move.date］" in text(
        composer.get(f"{GUIDE}2/changes/")
    )
    assert "fills: move.date" in text(composer.get(f"{GUIDE}2/edit/"))


def test_the_file_comes_back_as_it_was_taken_in(composer):
    response = composer.get(f"{GUIDE}1/guide.yaml")
    assert response.content.decode() == SMALL
    assert response.headers["Content-Disposition"] == 'attachment; filename="guide-1.yaml"'


def test_a_draft_begins_as_a_copy_or_with_a_file(composer):
    assert composer.get(f"{GUIDE}add/").status_code == 200
    response = composer.post(f"{GUIDE}add/", {"note": "写し"})
    assert response.headers["Location"] == f"{GUIDE}2/edit/"
    response = composer.post(f"{GUIDE}add/", {"note": "", "file": upload()})
    assert response.headers["Location"] == f"{GUIDE}3/"
    assert [each.source for each in GuideVersion.objects.order_by("number")] == [
        SMALL, SMALL, CHANGED,
    ]  # fmt: skip
    assert GuideVersion.objects.get(number=2).made_by.username == "composer"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SMALL.encode("shift_jis", "replace"), "文字コードがUTF-8ではありません。"),
        (b"x" * 10_000_000, "2 MB"),
    ],
)
def test_files_that_are_no_text_are_refused(composer, draft, content, words):
    for path, given in (("add/", {}), (f"{draft.number}/replace/", {"edit": 0})):
        response = composer.post(f"{GUIDE}{path}", {**given, "file": upload(content)})
        assert response.status_code == 422
        assert words in text(response)
    assert GuideVersion.objects.count() == 2


def test_a_file_with_errors_is_kept_with_its_remarks(composer):
    bomb = b"a: &a [x]\nb: [*a, *a]\n"
    response = composer.post(f"{GUIDE}add/", {"file": upload(bomb)}, follow=True)
    said = text(response)
    assert "誤りが1件あり、まだ公開できません" in said
    assert "アンカー（&）とエイリアス（*）は使えません。" in said
    assert page(response).xpath("//*[contains(@class,'y-lines__it')]")[0].text_content() == (
        "1a: &a [x]\n"
    )
    assert composer.get(f"{GUIDE}2/events/moving/").status_code == 404
    assert composer.get(f"{GUIDE}2/try/moving/").status_code == 404
    assert "ルールを読み取れません。" in text(composer.get(f"{GUIDE}2/changes/"))
    response = composer.get(f"{GUIDE}2/publish/")
    assert "ルールに誤りがあるため" in text(response)
    sent = composer.post(f"{GUIDE}2/publish/", {"edit": 0, "starts_on": "2026-12-01"})
    assert sent.status_code == 409


def test_rules_are_changed_in_the_field(composer, draft):
    response = composer.get(f"{GUIDE}2/edit/")
    assert page(response).xpath("//textarea")[0].text.strip() == CHANGED.strip()
    windows = CHANGED.replace("\n", "\r\n") + "# end\r\n"
    response = composer.post(f"{GUIDE}2/edit/", {"edit": 0, "note": "x", "source": windows})
    assert response.headers["Location"] == f"{GUIDE}2/edit/"
    draft.refresh_from_db()
    assert (draft.source, draft.note, draft.edit) == (f"{CHANGED}# end\n", "x", 1)


def test_checking_stores_nothing(composer, draft):
    circle = CHANGED.replace("after: [notice]", "after: [notice, change_school]")
    given = {"edit": 0, "note": "", "source": circle, "check": "1"}
    response = composer.post(f"{GUIDE}2/edit/", given)
    assert response.status_code == 200
    said = text(response)
    assert "確認しました（まだ保存していません）" in said
    assert (
        "手続きの順番が輪になり、始められるものがありません：change_school → change_school" in said
    )
    assert page(response).xpath("//a[@data-line]/@data-line") == ["29"]
    draft.refresh_from_db()
    assert draft.edit == 0


def test_bad_input_of_the_editor(composer, draft):
    given = {"edit": "x", "note": "あ" * 201, "source": "a\x00b"}
    response = composer.post(f"{GUIDE}{draft.number}/edit/", given)
    assert response.status_code == 422
    given = {"edit": 0, "note": "", "source": "あ" * 700_000}
    response = composer.post(f"{GUIDE}{draft.number}/edit/", given)
    assert response.status_code == 409
    assert "2 MB" in text(response)


def test_two_people_on_one_draft(composer, draft):
    operations.save_draft(version=draft, source="theirs: 1\n", note="先に", edit=0, by=None)
    given = {"edit": 0, "note": "", "source": "mine: 1\n"}
    response = composer.post(f"{GUIDE}2/edit/", given)
    assert response.status_code == 409
    tree = page(response)
    assert "ほかの人がこの下書きを変更しました。" in text(response)
    assert tree.xpath("//pre[@class='y-theirs']/text()") == ["theirs: 1\n"]
    assert tree.xpath("//textarea")[0].text.strip() == "mine: 1"
    assert tree.xpath("//form//input[@name='edit']/@value") == ["1"]
    again = composer.post(f"{GUIDE}2/edit/", {**given, "edit": 1})
    assert again.status_code == 302
    for path in ("replace", "publish", "withdraw"):
        sent = {"edit": 0, "starts_on": "2026-12-01", "file": upload()}
        assert composer.post(f"{GUIDE}2/{path}/", sent).status_code == 409


def test_a_file_takes_the_place_of_the_rules(composer, draft):
    assert composer.get(f"{GUIDE}2/replace/").status_code == 200
    response = composer.post(f"{GUIDE}2/replace/", {"edit": 0, "file": upload(SMALL.encode())})
    assert response.headers["Location"] == f"{GUIDE}2/"
    draft.refresh_from_db()
    assert (draft.source, draft.note) == (SMALL, "転校を見直す")
    assert composer.post(f"{GUIDE}2/replace/", {"edit": 1}).status_code == 422


def test_what_a_change_alters_is_told_in_words(composer, draft):
    said = text(composer.get(f"{GUIDE}{draft.number}/changes/"))
    for words in (
        "適用中の第1版との違いです。", "「転校の手続き」が新しく一覧に載る",
        "例： だれと引っ越しましたか。 一人で 、当てはまるものはどれですか。 車がある",
        "引っ越した日から14日以内", "引っ越した日から20日以内",
    ):  # fmt: skip
        assert words in said
    same = operations.keep_draft(source=SMALL, note="", by=None)
    assert "変わりません。第1版と同じ内容です。" in text(
        composer.get(f"{GUIDE}{same.number}/changes/")
    )


def test_what_cannot_be_compared_is_said(composer):
    source = SMALL.replace(
        "kind: yes_no", "kind: choices, options: {a: 小学生, b: 中学生}"
    ).replace("{children: yes}", "{children: a}")
    other = operations.keep_draft(source=source, note="", by=None)
    said = text(composer.get(f"{GUIDE}{other.number}/changes/"))
    assert "判定できませんでした" in said
    assert "引っ越してきた" in said


def test_the_first_version_has_nothing_to_be_compared_with(client, db):  # noqa: ARG001 # empty
    sign_in(client, make_user("composer", COMPOSER))
    operations.keep_draft(source=SMALL, note="", by=None)
    assert "すべて新しい内容です。" in text(client.get(f"{GUIDE}1/changes/"))
    assert "適用中のガイドはありません。" in text(client.get(f"{GUIDE}add/"))
    client.post(f"{GUIDE}add/", {"note": ""})
    assert GuideVersion.objects.get(number=2).source == ""


def test_a_draft_is_tried_out(composer, draft):
    path = f"{GUIDE}{draft.number}/try/moving/"
    tree = page(composer.get(path))
    assert tree.xpath("//input[starts-with(@name,'asked-')]/@name") == ["asked-moved_on"]
    sent = {"asked-moved_on": 1, "moved_on-answer": "2026-11-20"}
    tree = page(composer.post(path, sent))
    assert tree.xpath("//input[starts-with(@name,'asked-')]/@name") == [
        "asked-moved_on", "asked-household",
    ]  # fmt: skip
    sent |= {
        "asked-household": 1, "household-answer": "family", "asked-things": 1, "asked-people": 1,
        "people-unknown": 1, "asked-children": 1, "children-answer": "yes",
    }  # fmt: skip
    response = composer.post(path, sent)
    said = text(response)
    assert "質問は終わりです。" in said
    assert "転入届 2026年12月10日（木）まで" in said
    assert "転校の手続き" in said
    assert page(response).xpath("//input[@name='people-unknown'][@checked]")
    again = page(composer.post(path, {**sent, "again": 1}))
    assert again.xpath("//input[starts-with(@name,'asked-')]/@name") == ["asked-moved_on"]
    wrong = composer.post(path, {"asked-moved_on": 1, "moved_on-answer": "soon"})
    assert wrong.status_code == 422
    assert "日付を入力してください" in text(wrong)
    assert composer.get(f"{GUIDE}{draft.number}/try/gone/").status_code == 404


def test_published_from_a_day_on(composer, draft):
    said = text(composer.get(f"{GUIDE}2/publish/"))
    assert "「転校の手続き」が新しく一覧に載る" in said
    early = composer.post(f"{GUIDE}2/publish/", {"edit": 0, "starts_on": "2026-11-29"})
    assert early.status_code == 422
    assert "適用開始日は今日以降にしてください。" in text(early)
    taken = composer.post(f"{GUIDE}2/publish/", {"edit": 0, "starts_on": "2026-11-30"})
    assert taken.status_code == 422
    assert "すでに別の版の適用が始まります" in text(taken)
    assert composer.post(f"{GUIDE}2/publish/", {"edit": 0, "starts_on": "x"}).status_code == 422
    done = composer.post(f"{GUIDE}2/publish/", {"edit": 0, "starts_on": "2026-12-01"}, follow=True)
    assert "版を公開しました。" in page(done).text_content()
    assert "適用待ち" in text(done)
    draft.refresh_from_db()
    assert draft.published_by.username == "composer"
    for path in ("edit", "replace", "publish"):
        assert composer.get(f"{GUIDE}2/{path}/").status_code == 404
    assert "取り下げる" in text(composer.get(f"{GUIDE}2/"))
    composer.post(f"{GUIDE}2/withdraw/", {"edit": 0})
    draft.refresh_from_db()
    assert draft.withdrawn_at is not None


def test_withdrawing(composer, draft):
    assert "下書きを取り下げます。" in text(composer.get(f"{GUIDE}2/withdraw/"))
    response = composer.post(f"{GUIDE}2/withdraw/", {"edit": 0})
    assert response.headers["Location"] == GUIDE
    draft.refresh_from_db()
    assert draft.withdrawn_at is not None
    assert composer.get(f"{GUIDE}2/withdraw/").status_code == 404
    assert composer.get(f"{GUIDE}1/withdraw/").status_code == 404


@pytest.mark.usefixtures("draft")
def test_clerks_read_and_change_nothing(client):
    office = make_department("市民生活部", "住民課")
    sign_in(client, make_user("clerk", CLERK, department=office))
    for path in ("", "1/", "2/", "2/events/moving/", "2/changes/", "2/try/moving/", "1/guide.yaml"):
        response = client.get(f"{GUIDE}{path}")
        assert response.status_code == 200
        assert f'{GUIDE}2/edit/"' not in response.content.decode()
        assert f'{GUIDE}add/"' not in response.content.decode()
    for path in ("add/", "2/edit/", "2/replace/", "2/publish/", "2/withdraw/"):
        assert client.get(f"{GUIDE}{path}").status_code == 403
        assert client.post(f"{GUIDE}{path}", {"edit": 0}).status_code == 403


@pytest.mark.usefixtures("draft")
def test_operators_see_no_rules(client):
    office = make_department("市民生活部", "住民課")
    sign_in(client, make_user("operator", OPERATOR, department=office))
    for path in ("", "1/", "2/changes/", "2/try/moving/", "1/guide.yaml"):
        assert client.get(f"{GUIDE}{path}").status_code == 403
