from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "madoguchi.blocks.documents"
    label = "documents"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.blocks.documents.rules import kind_label  # noqa: PLC0415 # as above
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above

        registries.name_audit(
            (
                ("documents.issued", _("A document was issued")),
                ("documents.revoked", _("A document was revoked")),
            ),
            (
                registries.AuditParticular("documents.kind", _("document"), kind_label),
                registries.AuditParticular("documents.supersedes", _("in place of")),
            ),
        )
