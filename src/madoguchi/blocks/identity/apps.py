from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "madoguchi.blocks.identity"
    label = "identity"

    def ready(self) -> None:
        # the registries and the operations need models, which are there from now on
        from madoguchi.blocks.identity import operations, queries, rules  # noqa: PLC0415
        from madoguchi.kernel.registries import (  # noqa: PLC0415
            ActorRoles,
            ErasureHook,
            RoleDefinition,
            actor_roles,
            erasure_hooks,
            roles,
        )

        roles.register(
            RoleDefinition(
                code=rules.ADMINISTRATOR,
                label=_("People and departments"),
                description=_("Manages accounts, roles, departments and the city's profile."),
                reads_audit=True,
                order=80,
            )
        )
        roles.register(
            RoleDefinition(
                code=rules.AUDITOR,
                label=_("Auditor"),
                description=_("Reads everything, changes nothing."),
                reads_audit=True,
                order=90,
            )
        )
        erasure_hooks.register(
            ErasureHook(
                code="identity",
                label=_("Accounts of members of staff"),
                erase=operations.erase_by_username,
            )
        )
        actor_roles.register(
            ActorRoles(code="identity", load=lambda user: queries.acting_as(user).roles)
        )
