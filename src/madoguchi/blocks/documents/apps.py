from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "madoguchi.blocks.documents"
    label = "documents"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above

        for code, label in (
            ("documents.issued", _("A document was issued")),
            ("documents.revoked", _("A document was revoked")),
        ):
            registries.audit_actions.register(registries.AuditAction(code, label))
