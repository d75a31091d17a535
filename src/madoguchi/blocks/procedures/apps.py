from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "madoguchi.blocks.procedures"
    label = "procedures"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.blocks.procedures.rules import access  # noqa: PLC0415 # as above
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above

        for order, (code, label, description) in enumerate(
            (
                (
                    access.CLERK,
                    _("Clerk of procedures"),
                    _("Takes in, checks and prepares applications of the own department."),
                ),
                (
                    access.DECIDER,
                    _("Decides on applications"),
                    _("Grants or refuses applications of the own department."),
                ),
                (
                    access.OPERATOR,
                    _("Contracted operator"),
                    _("Takes in and prepares applications, decides nothing."),
                ),
                (
                    access.COMPOSER,
                    _("Composes procedures"),
                    _("Lays down the life-event guide and the procedures."),
                ),
            )
        ):
            registries.roles.register(
                registries.RoleDefinition(
                    code=code,
                    label=label,
                    description=description,
                    needs_department=code != access.COMPOSER,
                    order=40 + order,
                )
            )
