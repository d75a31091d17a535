"""The test authority: what it makes, and that it overwrites nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtensionOID
from django.core.management import CommandError, call_command
from django.utils import translation
from pytest_django import Settings

from madoguchi.blocks.documents.service import AuthorityExists, make_test_authority
from madoguchi.kernel import clock

ON = date(2026, 11, 24)


def test_it_is_named_as_a_test_and_holds_from_the_morning_of_the_day(tmp_path: Path) -> None:
    made = make_test_authority(tmp_path / "keys", on=ON)
    root = x509.load_pem_x509_certificate(made.root.read_bytes())
    key, signer, others = pkcs12.load_key_and_certificates(made.key.read_bytes(), None)
    assert (key is not None, signer is not None, others) == (True, True, [])
    assert signer is not None
    assert root.subject.rfc4514_string() == "CN=見本市 試験用認証局,O=見本市,C=JP"
    assert signer.subject.rfc4514_string() == "CN=見本市 試験用文書署名,O=見本市,C=JP"
    midnight = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert {root.not_valid_before_utc, signer.not_valid_before_utc} == {midnight}
    root.verify_directly_issued_by(root)
    signer.verify_directly_issued_by(root)


def test_the_signer_certifies_nobody(tmp_path: Path) -> None:
    made = make_test_authority(tmp_path, on=ON)
    signer = pkcs12.load_key_and_certificates(made.key.read_bytes(), None)[1]
    assert signer is not None
    constraints = signer.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage).value
    purposes = signer.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    assert (constraints.ca, usage.key_cert_sign, usage.content_commitment) == (False, False, True)
    assert isinstance(purposes, x509.ExtendedKeyUsage)
    assert "1.3.6.1.5.5.7.3.36" in {purpose.dotted_string for purpose in purposes}


def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    made = make_test_authority(tmp_path / "keys", on=ON)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "keys", made.key, made.root)]
    assert modes == [0o700, 0o600, 0o600]


@pytest.mark.parametrize("kept", ["signing.p12", "test-authority.pem"])
def test_nothing_is_overwritten(tmp_path: Path, kept: str) -> None:
    (tmp_path / kept).write_text("the city's own", encoding="utf-8")
    with pytest.raises(AuthorityExists), translation.override("en"):
        make_test_authority(tmp_path, on=ON)
    assert [path.name for path in tmp_path.iterdir()] == [kept]
    assert (tmp_path / kept).read_text(encoding="utf-8") == "the city's own"


def test_a_passphrase_protects_the_key(tmp_path: Path, settings: Settings) -> None:
    settings.MADOGUCHI_SIGNING_PASSPHRASE = "open sesame"
    content = make_test_authority(tmp_path, on=ON).key.read_bytes()
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(content, None)
    assert pkcs12.load_key_and_certificates(content, b"open sesame")[0] is not None


def test_the_command_names_the_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.DATA_DIR = tmp_path
    with clock.frozen(datetime(2026, 11, 24, 9, tzinfo=clock.TOKYO)):
        call_command("make_test_authority")
    said = capsys.readouterr().out
    assert "見本市 試験用認証局" in said
    assert f"MADOGUCHI_SIGNING_KEY={tmp_path}/keys/signing.p12" in said
    root = x509.load_pem_x509_certificate((tmp_path / "keys/test-authority.pem").read_bytes())
    assert root.not_valid_before_utc == datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_the_command_refuses_a_second_time(tmp_path: Path) -> None:
    call_command("make_test_authority", output=tmp_path)
    with translation.override("en"), pytest.raises(CommandError, match="exists already"):
        call_command("make_test_authority", output=tmp_path)
