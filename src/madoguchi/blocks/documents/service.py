"""The front door of documents: making PDFs, signing, issuing and verifying them; symbols.

``render_pdf`` is the only way in which Madoguchi makes a PDF, ``issue`` the only one in which it
gives out a signed one.
"""

from madoguchi.blocks.documents.operations.authority import (
    Authority,
    AuthorityExists,
    make_test_authority,
)
from madoguchi.blocks.documents.operations.issuing import (
    AlreadyRevoked,
    AlreadySuperseded,
    Issued,
    NotIssued,
    RevocationReasonMissing,
    address_of,
    issue,
    revoke,
)
from madoguchi.blocks.documents.operations.keeping import KEPT_MOST, digest_of, made_once
from madoguchi.blocks.documents.operations.rendering import (
    FONT,
    MissingGlyph,
    Place,
    TypesettingFailed,
    UnknownTemplate,
    missing_glyphs,
    render_pdf,
    template_digest,
)
from madoguchi.blocks.documents.operations.signing import SigningNotConfigured, sign_pdf
from madoguchi.blocks.documents.queries import (
    Status,
    Verdict,
    check,
    check_file,
    verification_block,
)
from madoguchi.blocks.documents.rules import (
    DocumentKind,
    NotEncodable,
    bars_path,
    document_kinds,
    gs1_128_modules,
    qr_modules,
    qr_modules_of_text,
    squares_path,
    written_code,
)

__all__ = [
    "FONT",
    "KEPT_MOST",
    "AlreadyRevoked",
    "AlreadySuperseded",
    "Authority",
    "AuthorityExists",
    "DocumentKind",
    "Issued",
    "MissingGlyph",
    "NotEncodable",
    "NotIssued",
    "Place",
    "RevocationReasonMissing",
    "SigningNotConfigured",
    "Status",
    "TypesettingFailed",
    "UnknownTemplate",
    "Verdict",
    "address_of",
    "bars_path",
    "check",
    "check_file",
    "digest_of",
    "document_kinds",
    "gs1_128_modules",
    "issue",
    "made_once",
    "make_test_authority",
    "missing_glyphs",
    "qr_modules",
    "qr_modules_of_text",
    "render_pdf",
    "revoke",
    "sign_pdf",
    "squares_path",
    "template_digest",
    "verification_block",
    "written_code",
]
