"""A certificate authority for trying things out: the sample city signs with it, no city does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refused import Refused

ORGANIZATION: Final = "見本市"
AUTHORITY_NAME: Final = "見本市 試験用認証局"
SIGNER_NAME: Final = "見本市 試験用文書署名"
KEY_FILE: Final = "signing.p12"
ROOT_FILE: Final = "test-authority.pem"

_KEY_BITS: Final = 3072
_ROOT_YEARS: Final = 10
_SIGNER_YEARS: Final = 5
_DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


class AuthorityExists(Refused):
    """One of the files is there already; nothing was written."""

    message = _("%(path)s exists already and is not overwritten.")


@dataclass(frozen=True)
class Authority:
    """Where the files are: ``key`` for ``MADOGUCHI_SIGNING_KEY``, ``root`` for who checks."""

    key: Path
    root: Path


def make_test_authority(folder: Path, *, on: date) -> Authority:
    """Make a root, a certificate for signing documents and their files in ``folder``.

    Both are valid from the beginning of the day ``on``. The root's own key is forgotten, so that
    nothing else can ever be certified by it. The key file is encrypted where
    ``MADOGUCHI_SIGNING_PASSPHRASE`` is set, and protected by its mode (0600) in any case. Raises
    AuthorityExists.
    """
    made = Authority(key=folder / KEY_FILE, root=folder / ROOT_FILE)
    for path in (made.key, made.root):
        if path.exists():
            raise AuthorityExists(path=path)
    begins_at = datetime.combine(on, time(), UTC) - timedelta(hours=9)  # midnight in Tokyo
    root_key, signer_key = _new_key(), _new_key()
    root = _root(root_key, begins_at)
    signer = _signer(signer_key.public_key(), root, root_key, begins_at)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(made.key, _as_pkcs12(signer_key, signer))
    _write(made.root, root.public_bytes(serialization.Encoding.PEM))
    return made


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def _root(key: rsa.RSAPrivateKey, begins_at: datetime) -> x509.Certificate:
    name = _name(AUTHORITY_NAME)
    return (
        _certificate(name, name, key.public_key(), begins_at, _ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _signer(
    key: rsa.RSAPublicKey,
    root: x509.Certificate,
    root_key: rsa.RSAPrivateKey,
    begins_at: datetime,
) -> x509.Certificate:
    # NSS, which checks for poppler and Firefox, knows no usage for documents and asks for e-mail
    usages: Sequence[ObjectIdentifier] = [_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    return (
        _certificate(_name(SIGNER_NAME), root.subject, key, begins_at, _SIGNER_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPublicKey,
    begins_at: datetime,
    years: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(begins_at + timedelta(days=366 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _as_pkcs12(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    passphrase: str = settings.MADOGUCHI_SIGNING_PASSPHRASE
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(
        SIGNER_NAME.encode(), key, certificate, None, protection
    )


def _write(path: Path, content: bytes) -> None:
    """A file that only its owner can read, and that was not there a moment ago."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
