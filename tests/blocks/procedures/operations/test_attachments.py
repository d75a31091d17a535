"""Attaching: once, within bounds, to all that ask, never where it could be served from."""

import pytest
from django.conf import settings as current

from madoguchi.blocks.procedures.models import ApplicationEvent, Attachment
from madoguchi.blocks.procedures.operations import attachments
from madoguchi.blocks.procedures.operations.applications import withdraw
from madoguchi.blocks.procedures.operations.attachments import (
    DocumentUnknown,
    FileRefused,
    FileTooLarge,
    TooManyFiles,
    attach,
    attach_to_all,
    remove_attachment,
)
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    NotDraft,
)
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    benefit_definition,
    make_application,
    make_draft,
    make_procedure,
    make_staff,
    picture,
    small_pdf,
    step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def benefit():
    return make_procedure(BENEFIT)


@pytest.fixture
def draft(benefit):  # noqa: ARG001 # it must be there
    return make_draft(BENEFIT).case.applications.get()


def add(application, content=None, name="写し.png", document="insurance"):
    return attach(
        application=application, document=document, name=name, content=content or picture()
    )


def test_a_file_lies_below_the_data_folder_under_a_name_of_ours(draft, folder):
    kept = add(draft, name="../../../etc/写し.png")
    assert kept.name == "写し.png"
    assert kept.file.name == f"procedures/attachments/{kept.public_id}.png"
    path = folder / kept.file.name
    assert path.is_file()
    assert path.stat().st_mode & 0o077 == 0
    assert not str(path).startswith(str(current.STATIC_ROOT))


def test_the_same_file_twice_is_one(draft):
    assert add(draft).pk == add(draft, name="別の名前.png").pk
    add(draft, picture("black"))
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("写し.pdf", b"MZ" + b"\0" * 300, "claim"),
        ("写し.exe", b"MZ" + b"\0" * 300, "kind"),
        ("写し.png", b"", "empty"),
    ],
)
def test_what_is_refused_is_kept_nowhere(draft, folder, name, content, code):
    with pytest.raises(FileRefused) as refused:
        attach(application=draft, document="insurance", name=name, content=content)
    assert refused.value.code == code
    assert name in str(refused.value)
    assert Attachment.objects.count() == 0
    assert list(folder.rglob("*.*")) == []


def test_every_reason_has_words():
    assert {str(FileRefused(code, "a.pdf")).count("a.pdf") for code in attachments.REASONS} == {1}


def test_a_file_is_bounded_and_so_are_all_together(draft, settings):
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = most = len(small_pdf(9))
    with pytest.raises(FileTooLarge):
        add(draft, b"x" * (most + 1))
    for pages in (7, 8, 9):
        add(draft, small_pdf(pages), name="a.pdf")
    with pytest.raises(TooManyFiles):
        add(draft, small_pdf(6), name="a.pdf")


def test_files_are_counted(draft, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    add(draft)
    with pytest.raises(TooManyFiles):
        add(draft, picture("black"))


def test_a_document_that_nobody_asks_for_is_refused(draft):
    with pytest.raises(DocumentUnknown):
        add(draft, document="photo")


def test_what_two_ask_for_is_attached_to_both_and_taken_back_from_both(benefit):
    make_procedure(NOTICE, benefit_definition(title="別の手当"), benefit.department)
    case = make_draft(NOTICE, BENEFIT).case
    kept = attach_to_all(
        applications=list(case.applications.all()),
        document="insurance",
        name="写し.png",
        content=picture(),
    )
    assert len({each.application_id for each in kept}) == 2
    remove_attachment(attachment=kept[0])
    assert Attachment.objects.filter(removed_at=None).count() == 0
    assert {each.name for each in Attachment.objects.all()} == {""}


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_gone_from_the_disk(benefit, folder):  # noqa: ARG001 # must be there
    kept = add(make_draft(BENEFIT).case.applications.get())
    remove_attachment(attachment=kept)
    remove_attachment(attachment=kept)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_what_was_sent_is_only_added_to(benefit):
    application = make_application(BENEFIT)
    kept = add(application)
    application.refresh_from_db()
    assert application.edit == 2
    assert list(ApplicationEvent.objects.values_list("action", "detail")) == [
        ("sent", {}),
        ("document_added", {"document": "insurance"}),
    ]
    with pytest.raises(NotDraft):
        remove_attachment(attachment=kept)
    clerk, decider = make_staff(benefit.department)
    step(application, "examine", clerk)
    step(application, "grant", decider)
    with pytest.raises(AlreadyDecided):
        add(application, picture("black"))


@pytest.mark.usefixtures("benefit")
def test_nothing_is_added_to_what_was_withdrawn():
    application = make_application(BENEFIT)
    withdraw(application=application, edit=1)
    with pytest.raises(AlreadyWithdrawn):
        add(application)
