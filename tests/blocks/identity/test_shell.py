"""Wagtail's shell as our staff side: what it shows, what it hides, in which language."""

import json
import re
from pathlib import Path

import polib
import pytest
import wagtail.admin
from django.urls import NoReverseMatch, get_resolver, reverse
from lxml import html

import madoguchi
from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.city.operations import set_profile
from madoguchi.kernel.registries import (
    RoleDefinition,
    StaffPanel,
    roles,
    staff_home_panels,
)
from tests.factories import PASSWORD, make_department, make_user, sign_in

pytestmark = pytest.mark.django_db

# words that stand in Latin letters on a Japanese page too: names, codes, examples
LATIN = re.compile(
    r"^(admin|auditor|clerk|taro|English|Google Authenticator.*|plan\.report.*|"
    r"[a-z_]+\.[a-z_.:0-9]+|identity|city|name|from|role|department|fields?|below|on|order|"
    r"[0-9a-f]{6,}|[A-Z2-7]{32}|mark、name|#[0-9a-f]{6}|[0-9]+|[\w.]+@example\.org|https?://\S+)$"
)
SENTENCE = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def clerk_role():
    """A role of some service, held for a department, with nothing of identity's."""
    yield roles.register(RoleDefinition("test.clerk", "窓口担当", "", needs_department=True)).code
    roles.unregister("test.clerk")


@pytest.fixture
def city():
    """A city with people, a renamed department and a closed one, so that every page has rows."""
    set_profile(by=None, name="見本市", mark="見")
    department = make_department("総合政策部", "政策推進室")
    closed = make_department("教育部")
    day = department.names.get().from_on.replace(year=2018)
    operations.rename_department(department=department, name="未来創造室", from_on=day, by=None)
    operations.close_department(department=closed, on=day, by=None)
    return department


def own_staff_pages(department, person):
    """Every page of ours below /staff/ that opens with GET, filled in."""
    values = {
        "pk": person.pk,
        "public_id": department.public_id,
        "assignment_pk": person.role_assignments.values_list("pk", flat=True).first(),
        "name_pk": department.names.values_list("pk", flat=True).first(),
    }
    resolver = dict(get_resolver().namespace_dict)["identity_staff"][1]
    names = sorted(name for name in resolver.reverse_dict if isinstance(name, str))
    for name in names:
        ((_route, parameters),) = resolver.reverse_dict.getlist(name)[0][0]
        try:
            kwargs = {parameter: values[parameter] for parameter in parameters}
            yield reverse(f"identity_staff:{name}", kwargs=kwargs)
        except (KeyError, NoReverseMatch):
            continue  # shifting a place takes a direction and is never a page


ACCOUNT_PAGES = [
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-gone/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/reauthenticate/",
]


ALL_ENTRIES = [f"/staff/{name}/" for name in ("people", "departments", "city", "audit")]


def unescaped(data):
    """JSON in a page with its characters written out."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), data)


def english_left(content):
    """Text a person can read or hear on the page that is English and not expected to be."""
    page = html.fromstring(content)
    for hidden in page.xpath("//script[not(@id='wagtail-sidebar-props')]|//style|//template"):
        hidden.drop_tree()
    words = [text for text in page.xpath("//body//text()") if text.getparent().tag != "script"]
    words += page.xpath("//title/text()")
    words += page.xpath("//@aria-label|//@placeholder|//@title|//img/@alt")
    for data in page.xpath("//script[@id='wagtail-sidebar-props']/text()"):
        words += re.findall(r'"label": ?"([^"]*)"', unescaped(data))
    shown = [" ".join(word.split()) for word in words]
    return sorted(
        {
            text
            for text in shown
            if SENTENCE.search(text)
            and not re.search(r"[ぁ-んァ-ヶ一-龠]", text)
            and not LATIN.match(text)
        }
    )


@pytest.mark.parametrize("role", [ADMINISTRATOR, AUDITOR, "test.clerk"])
def test_no_english_is_left_on_any_page_of_any_role(client, city, clerk_role, role):
    other = make_user("taro", clerk_role, department=city, name="山田 太郎")
    person = make_user("admin", role, department=city, name="管理 花子", password=PASSWORD)
    sign_in(client, person)
    looked_at, wrong = 0, {}
    pages = ["/staff/", "/staff/audit/?check=1", *own_staff_pages(city, other), *ACCOUNT_PAGES]
    for page in pages:
        response = client.get(page, headers={"accept-language": "ja"})
        if response.status_code in (302, 405):
            continue
        assert response.status_code in (200, 403), page
        looked_at += 1
        if left := english_left(response.content.decode()):
            wrong[page] = left
    assert wrong == {}
    assert looked_at > 15


def test_the_sign_in_pages_have_no_english_for_strangers(client):
    for page in ACCOUNT_PAGES:
        response = client.get(page, headers={"accept-language": "ja"})
        if response.status_code == 200:
            assert english_left(response.content.decode()) == [], page


def test_the_crawl_would_see_english(client):
    sign_in(client, make_user("admin", ADMINISTRATOR, name="管理 花子"))
    response = client.get("/staff/people/", headers={"accept-language": "en"})
    assert "People and roles" in english_left(response.content.decode())


def test_every_word_in_wagtails_scripts_has_its_japanese(client):
    sign_in(client, make_user("admin", ADMINISTRATOR))
    script = client.get("/staff/jsi18n/", headers={"accept-language": "ja"}).content.decode()
    found = re.search(r"const newcatalog = (\{.*?\});\n", script, re.DOTALL)
    assert found is not None
    words = json.loads(found[1])
    source = Path(wagtail.admin.__file__).parent / "locale/en/LC_MESSAGES/djangojs.po"
    asked = {entry.msgid for entry in polib.pofile(str(source))}
    assert sorted(asked - set(words)) == []
    assert words["Main menu"] == "主なメニュー"


def test_every_string_of_ours_for_wagtail_is_one_that_wagtail_uses():
    ours = Path(madoguchi.__file__).parent / "locale_wagtail/ja/LC_MESSAGES"
    for name in ("django.po", "djangojs.po"):
        source = Path(wagtail.admin.__file__).parent / "locale/en/LC_MESSAGES" / name
        asked = {entry.msgid for entry in polib.pofile(str(source))}
        entries = polib.pofile(str(ours / name))
        assert sorted({entry.msgid for entry in entries} - asked) == []
        assert [entry.msgid for entry in entries if not entry.translated()] == []


def side_bar(response):
    """Labels and addresses in the data from which Wagtail's script draws the side bar."""
    page = html.fromstring(response.content.decode())
    (data,) = page.xpath("//script[@id='wagtail-sidebar-props']/text()")
    return re.findall(r'"label": "([^"]*)".*?"(?:url|action)": "([^"]*)"', unescaped(data))


def plain_menu(response):
    page = html.fromstring(response.content.decode())
    links = page.xpath("//nav[contains(@class, 'm-staff-links')]//a")
    return [(link.text_content(), link.get("href")) for link in links]


def test_the_menu_is_that_of_the_role_with_and_without_scripts(client, clerk_role, city):
    for person, expected in (
        (make_user("admin", ADMINISTRATOR), ["people", "departments", "city", "audit"]),
        (make_user("ichiro", AUDITOR), ["people", "departments", "city", "audit"]),
        (make_user("clerk", clerk_role, department=city), []),
    ):
        response = sign_in(client, person).get("/staff/", headers={"accept-language": "ja"})
        ours = [reverse(f"identity_staff:{name}") for name in expected]
        for menu in (side_bar(response), plain_menu(response)):
            addresses = [address for _label, address in menu]
            assert addresses[0] == "/staff/"
            assert [a for a in addresses if a in ALL_ENTRIES] == ours
            assert ("自分のアカウント", "/staff/me/") in menu
        assert not {"/staff/pages/", "/staff/images/"} & set(addresses)


def test_the_side_bar_names_city_and_person(client):
    set_profile(by=None, name="見本市")
    response = sign_in(client, make_user("admin", ADMINISTRATOR, name="管理 花子")).get("/staff/")
    (data,) = html.fromstring(response.content.decode()).xpath(
        "//script[@id='wagtail-sidebar-props']/text()"
    )
    assert "管理 花子" in unescaped(data)
    page = html.fromstring(response.content.decode())
    assert page.xpath("string(//title)").endswith("見本市")
    assert page.xpath("//link[@rel='icon']/@href") == [reverse("pages:favicon")]


def test_the_home_shows_what_the_apps_say_must_be_done(client):
    panels = (
        StaffPanel("test.late", lambda _request: "<h2>二番目</h2>", order=901),
        StaffPanel("test.early", lambda _request: "<h2>一番目</h2>", order=900),
        StaffPanel("test.nothing", lambda _request: "", order=899),
    )
    for panel in panels:
        staff_home_panels.register(panel)
    shown = sign_in(client, make_user("admin", ADMINISTRATOR)).get("/staff/").content.decode()
    for panel in panels:
        staff_home_panels.unregister(panel.code)
    assert 0 < shown.index("一番目") < shown.index("二番目")


def test_where_nothing_is_due_the_home_says_so(client):
    response = sign_in(client, make_user("admin", ADMINISTRATOR)).get(
        "/staff/", headers={"accept-language": "ja"}
    )
    assert "対応が必要なものはありません" in response.content.decode()


UNUSED = [
    "/staff/pages/",
    "/staff/images/",
    "/staff/documents/chooser/",
    "/staff/snippets/",
    "/staff/users/",
    "/staff/groups/",
    "/staff/collections/",
    "/staff/reports/site-history/",
    "/staff/workflows/list/",
    "/staff/account/",
    "/staff/password_reset/",
    "/staff/failwhale/",
    "/staff/api/main/pages/",
    "/staff/no-such-page/",
]


@pytest.mark.parametrize("path", UNUSED)
def test_what_wagtail_has_besides_is_not_to_be_found_even_by_a_superuser(client, path):
    sign_in(client, User.objects.create_superuser("root"))
    assert client.get(path).status_code == 404
    client.logout()
    assert client.get(path).url.startswith("/accounts/login/")


def test_pages_run_no_script_and_take_no_frame_from_elsewhere(client):
    response = sign_in(client, make_user("admin", ADMINISTRATOR)).get("/staff/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    page = html.fromstring(response.content.decode())
    inline = [s for s in page.xpath("//script[not(@src)]") if s.get("type") != "application/json"]
    assert inline == []
    assert page.xpath("//@onclick|//@onload") == []
