"""Signatures as poppler's pdfsig and pyHanko's own validation judge them."""

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from madoguchi.blocks.documents.operations.signing import sign_pdf
from madoguchi.blocks.documents.service import (
    Authority,
    SigningNotConfigured,
    make_test_authority,
)
from madoguchi.kernel import clock
from tests.blocks.documents.factories import plain_receipt

NOW = datetime(2026, 11, 24, 9, 5, 7, tzinfo=clock.TOKYO)

TOLD_BY_PDFSIG = (
    "Total document signed",
    "Signature Validation: Signature is Valid.",
    "Certificate Validation: Certificate is Trusted.",
)


def program(name: str, package: str) -> str:
    """Where somebody else's tool is; CI has all of them."""
    found = shutil.which(name)
    if found is None:
        missing = f"{name} is not installed: checking signatures needs Debian's {package}"
        if os.environ.get("MADOGUCHI_REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def database_of(folder: Path, trusted: Path | None = None) -> str:
    """A database of NSS in which this root is trusted, as a reader of the city would have it."""
    certutil, database = program("certutil", "libnss3-tools"), f"sql:{folder}"
    subprocess.run([certutil, "-N", "-d", database, "--empty-password"], check=True)
    if trusted:
        trust = ["-n", "test", "-t", ",C,", "-i", str(trusted)]
        subprocess.run([certutil, "-A", "-d", database, *trust], check=True)
    return database


@pytest.fixture(scope="module")
def nss(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> str:
    return database_of(tmp_path_factory.mktemp("nss"), authority.root)


@pytest.fixture(scope="module")
def signed(authority: Authority) -> bytes:
    with pytest.MonkeyPatch.context() as patch, clock.frozen(NOW):
        patch.setattr("django.conf.settings.MADOGUCHI_SIGNING_KEY", authority.key)
        return sign_pdf(plain_receipt(), reason="領収書")


def pdfsig(content: bytes, database: str) -> str:
    """What poppler says. Of a file that no reader opens any more it says nothing."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        command = [program("pdfsig", "poppler-utils"), "-nssdir", database, file.name]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.stdout.decode(errors="replace")  # a changed byte may stand in what it says


def gap(content: bytes) -> tuple[int, int]:
    """The bytes that the signature itself takes up; all others are signed."""
    _, before, after, rest = pypdf_signature(content)["/ByteRange"]
    assert after + rest == len(content)
    return before, after


def pypdf_signature(content: bytes) -> pypdf.generic.DictionaryObject:
    catalog = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]
    return catalog["/AcroForm"]["/Fields"][0].get_object()["/V"]


def judge(content: bytes, authority: Authority):
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[load_cert_from_pemder(authority.root)])
    return validate_pdf_signature(signature, trusted)


class TestGenuine:
    def test_pdfsig_finds_it_valid_and_trusted(self, signed: bytes, nss: str) -> None:
        said = pdfsig(signed, nss)
        assert [line for line in TOLD_BY_PDFSIG if line not in said] == []
        assert "Signature Type: ETSI.CAdES.detached" in said
        assert "CN=見本市 試験用文書署名,O=見本市,C=JP" in said

    def test_without_the_authority_nobody_is_trusted(self, signed: bytes, tmp_path: Path) -> None:
        said = pdfsig(signed, database_of(tmp_path))
        assert "Signature Validation: Signature is Valid." in said
        assert "Certificate Validation: Certificate issuer is unknown." in said

    def test_pyhanko_agrees(self, signed: bytes, authority: Authority) -> None:
        status = judge(signed, authority)
        assert (status.bottom_line, status.intact, status.trusted) == (True, True, True)
        assert (status.coverage.name, status.docmdp_ok) == ("ENTIRE_FILE", True)

    def test_it_is_pades_baseline(self, signed: bytes) -> None:
        """EN 319 142-1 table 1: the signer's certificate is signed, the time stands in /M only."""
        signature = PdfFileReader(io.BytesIO(signed)).embedded_signatures[0]
        attributes = {each["type"].native for each in signature.signer_info["signed_attrs"]}
        assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert signature.sig_object["/Reason"] == "領収書"
        assert signature.sig_object["/M"] == "D:20261124090507+09'00'"

    def test_only_the_signers_certificate_travels(self, signed: bytes) -> None:
        signature = PdfFileReader(io.BytesIO(signed)).embedded_signatures[0]
        names = [
            each.chosen.subject.native["common_name"]
            for each in signature.signed_data["certificates"]
        ]
        assert names == ["見本市 試験用文書署名"]


class TestDocumentStaysWhatItWas:
    def test_its_bytes_are_the_beginning_of_the_signed_ones(self, signed: bytes) -> None:
        assert signed.startswith(plain_receipt())

    def test_it_is_as_accessible_as_before(self, signed: bytes) -> None:
        """PDF/UA-1 7.18: tab order by structure; an untagged widget lies outside the page."""
        reader = pypdf.PdfReader(io.BytesIO(signed))
        catalog = reader.trailer["/Root"]
        assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_data()
        assert (catalog["/MarkInfo"]["/Marked"], catalog["/Lang"]) == (True, "ja")
        page = reader.pages[0]
        widget = page["/Annots"][0].get_object()
        assert (page["/Tabs"], widget["/Rect"]) == ("/S", [-9999] * 4)
        assert "12,300円" in page.extract_text()
        assert reader.metadata is not None
        assert reader.metadata.title == "領収書"


class TestTampering:
    @hypothesis_settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_no_byte_can_be_changed(self, signed: bytes, nss: str, data: st.DataObject) -> None:
        start, end = gap(signed)
        place = data.draw(st.integers(0, start - 1) | st.integers(end, len(signed) - 1))
        changed = bytearray(signed)
        changed[place] ^= data.draw(st.integers(1, 255))
        assert "Signature is Valid" not in pdfsig(bytes(changed), nss)

    def test_the_signature_leaves_no_room_beside_it(self, signed: bytes) -> None:
        """Bytes after the signature within its own brackets would be nobody's."""
        start, end = gap(signed)
        assert (signed[start : start + 1], signed[end - 1 : end]) == (b"<", b">")
        written = bytes.fromhex(signed[start + 1 : end - 1].decode())
        length = int.from_bytes(written[2:4])
        assert (written[:2], len(written)) == (b"\x30\x82", 4 + length)

    def test_what_is_appended_is_told(self, signed: bytes, nss: str) -> None:
        said = pdfsig(signed + b"%\n", nss)
        assert "Not total document signed" in said

    def test_a_later_revision_is_told(self, signed: bytes, nss: str, authority: Authority) -> None:
        """An incremental update that swaps the content leaves the signed bytes as they are."""
        writer = IncrementalPdfFileWriter(io.BytesIO(signed))
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Note")] = pdf_string("paid")
        writer.update_container(page)
        out = io.BytesIO()
        writer.write(out)
        assert out.getvalue().startswith(signed)
        said = pdfsig(out.getvalue(), nss)
        assert "Not total document signed" in said
        assert "Total document signed\n" not in said.replace("Not total document signed", "")
        status = judge(out.getvalue(), authority)
        assert (status.bottom_line, status.docmdp_ok, status.intact) == (False, False, True)


@pytest.mark.usefixtures("signing_key")
class TestKey:
    @pytest.fixture(autouse=True)
    def _in_english(self) -> Iterator[None]:
        with translation.override("en"):
            yield

    def why(self) -> str:
        with pytest.raises(SigningNotConfigured) as refused:
            sign_pdf(plain_receipt(), reason="")
        assert "signing key is not set up" in str(refused.value)
        return refused.value.why

    def test_none(self, settings: Settings) -> None:
        settings.MADOGUCHI_SIGNING_KEY = None
        assert self.why() == "MADOGUCHI_SIGNING_KEY names no key file."

    def test_no_such_file(self, settings: Settings, tmp_path: Path) -> None:
        settings.MADOGUCHI_SIGNING_KEY = tmp_path / "none.p12"
        assert self.why() == (
            f"The key file {tmp_path}/none.p12 cannot be read: No such file or directory"
        )

    def test_a_folder(self, settings: Settings, tmp_path: Path) -> None:
        settings.MADOGUCHI_SIGNING_KEY = tmp_path
        assert self.why() == f"The key file {tmp_path} cannot be read: Is a directory"

    def test_another_kind_of_file(self, settings: Settings, authority: Authority) -> None:
        settings.MADOGUCHI_SIGNING_KEY = authority.root
        assert "is no PKCS#12 file" in self.why()

    def test_a_wrong_passphrase(self, settings: Settings, tmp_path: Path) -> None:
        settings.MADOGUCHI_SIGNING_PASSPHRASE = "right"
        settings.MADOGUCHI_SIGNING_KEY = make_test_authority(tmp_path, on=clock.today()).key
        assert sign_pdf(plain_receipt(), reason="").startswith(plain_receipt())
        settings.MADOGUCHI_SIGNING_PASSPHRASE = "wrong"
        assert "MADOGUCHI_SIGNING_PASSPHRASE does not open it" in self.why()

    def test_certificates_without_a_key(
        self, settings: Settings, tmp_path: Path, authority: Authority
    ) -> None:
        root = x509.load_pem_x509_certificate(authority.root.read_bytes())
        content = pkcs12.serialize_key_and_certificates(None, None, None, [root], NoEncryption())
        settings.MADOGUCHI_SIGNING_KEY = tmp_path / "root.p12"
        (tmp_path / "root.p12").write_bytes(content)
        assert "holds no private key with its certificate" in self.why()

    def test_a_certificate_that_ended(self, authority: Authority) -> None:
        ends_at = pkcs12.load_key_and_certificates(authority.key.read_bytes(), None)[1]
        assert ends_at is not None
        with clock.frozen(ends_at.not_valid_after_utc - timedelta(seconds=1)):
            assert sign_pdf(plain_receipt(), reason="").startswith(plain_receipt())
        with clock.frozen(ends_at.not_valid_after_utc):
            assert "ended on" in self.why()

    def test_a_replaced_file_is_read_again(self, settings: Settings, tmp_path: Path) -> None:
        key = make_test_authority(tmp_path / "a", on=clock.today()).key
        settings.MADOGUCHI_SIGNING_KEY = key
        before = sign_pdf(plain_receipt(), reason="")
        make_test_authority(tmp_path / "b", on=clock.today()).key.replace(key)
        after = sign_pdf(plain_receipt(), reason="")
        assert serial_number(before) != serial_number(after)

    def test_a_key_on_an_elliptic_curve(
        self, settings: Settings, tmp_path: Path, authority: Authority
    ) -> None:
        """Cities get such keys too; the length of these signatures varies."""
        settings.MADOGUCHI_SIGNING_KEY = key = tmp_path / "ec.p12"
        private = ec.generate_private_key(ec.SECP256R1())
        template = pkcs12.load_key_and_certificates(authority.key.read_bytes(), None)[1]
        assert template is not None
        certificate = (
            x509.CertificateBuilder(
                template.subject,
                template.subject,
                private.public_key(),
                x509.random_serial_number(),
                template.not_valid_before_utc,
                template.not_valid_after_utc,
            )
        ).sign(private, template.signature_hash_algorithm)
        key.write_bytes(
            pkcs12.serialize_key_and_certificates(None, private, certificate, None, NoEncryption())
        )
        for _ in range(5):
            signature = PdfFileReader(
                io.BytesIO(sign_pdf(plain_receipt(), reason=""))
            ).embedded_signatures[0]
            signature.compute_integrity_info()
            assert signature.summarise_integrity_info()["coverage"].name == "ENTIRE_FILE"


def serial_number(content: bytes) -> int:
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    return int(signature.signer_cert.serial_number)
