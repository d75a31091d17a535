"""Signing PDFs: PAdES baseline B-B (ETSI EN 319 142-1) with the city's key.

The key is the PKCS#12 file that ``MADOGUCHI_SIGNING_KEY`` names. A signature is an incremental
update: the bytes of the unsigned document stay as they are, and its accessibility does, since
the signature's widget lies outside the page. It also certifies the document, so that readers
name whatever is appended later as a change that is not allowed.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused

FIELD: Final = "Signature"

_OUTSIDE: Final = InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
"""Where PDF/UA lets a widget lie that is not part of what is read aloud."""


class SigningNotConfigured(Refused):
    """There is no key that could sign now; ``why`` is for whoever runs the installation."""

    message = _("Documents cannot be issued at present: the city's signing key is not set up.")

    def __init__(self, why: Promise, **values: object) -> None:
        super().__init__(**values)
        self._why = why

    @property
    def why(self) -> str:
        return str(self._why) % self.values


@dataclass(frozen=True)
class _Key:
    signer: SimpleSigner
    ends_at: datetime
    is_rsa: bool


class _SignerByTheClock(PdfSigner):
    """pyHanko asks the system for the time of signing; here there is one clock."""

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = clock.now()
        return session


def sign_pdf(pdf: bytes, *, reason: str) -> bytes:
    """The PDF with the city's signature appended; ``reason`` says in a word what for.

    Raises SigningNotConfigured.
    """
    key = _key()
    about = PdfSignatureMetadata(
        field_name=FIELD,
        reason=reason,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        # no room is left beside the signature, where a byte could change unseen; only the
        # length of an RSA signature is known before it is made
        tight_size_estimates=key.is_rsa,
    )
    field = SigFieldSpec(FIELD, invis_sig_settings=_OUTSIDE)
    signer = _SignerByTheClock(about, key.signer, new_field_spec=field)
    signed: io.BytesIO = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    return signed.getvalue()


def _key() -> _Key:
    path: Path | None = settings.MADOGUCHI_SIGNING_KEY
    if path is None:
        raise SigningNotConfigured(_("MADOGUCHI_SIGNING_KEY names no key file."))
    try:
        changed_at = path.stat().st_mtime_ns
        key = _load(path, changed_at, settings.MADOGUCHI_SIGNING_PASSPHRASE)
    except OSError as error:
        why = _("The key file %(path)s cannot be read: %(error)s")
        raise SigningNotConfigured(why, path=path, error=error.strerror) from None
    if key.ends_at <= clock.now():
        why = _("The certificate in %(path)s ended on %(day)s.")
        raise SigningNotConfigured(why, path=path, day=key.ends_at.astimezone(clock.TOKYO).date())
    return key


@lru_cache(maxsize=2)
def _load(path: Path, changed_at: int, passphrase: str) -> _Key:  # noqa: ARG001 # a file that was replaced is read again
    content = path.read_bytes()
    secret = passphrase.encode() or None
    try:
        private_key, certificate, _others = pkcs12.load_key_and_certificates(content, secret)
    except ValueError:
        why = _("%(path)s is no PKCS#12 file, or MADOGUCHI_SIGNING_PASSPHRASE does not open it.")
        raise SigningNotConfigured(why, path=path) from None
    if private_key is None or certificate is None:
        why = _("%(path)s holds no private key with its certificate.")
        raise SigningNotConfigured(why, path=path)
    signer = SimpleSigner.load_pkcs12_data(content, [], secret)
    signer.embed_roots = False  # who checks knows the root, or must not believe this one
    return _Key(signer, certificate.not_valid_after_utc, isinstance(private_key, RSAPrivateKey))
