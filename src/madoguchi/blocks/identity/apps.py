from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "madoguchi.blocks.identity"
    label = "identity"

    def ready(self) -> None:
        from madoguchi.kernel.registries import RoleDefinition, roles  # noqa: PLC0415 # registries fill once apps are loaded

        roles.register(
            RoleDefinition(
                code="auditor",
                label=_("Auditor"),
                description=_("Reads everything, changes nothing."),
                needs_department=False,
                order=90,
            )
        )
