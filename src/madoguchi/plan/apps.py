from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "madoguchi.plan"
    label = "plan"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.kernel.registries import RoleDefinition, roles  # noqa: PLC0415 # as above
        from madoguchi.plan import evidence  # noqa: PLC0415 # as above
        from madoguchi.plan.rules import access  # noqa: PLC0415 # as above

        evidence.register()
        for order, (code, label, description) in enumerate(
            (
                (
                    access.OFFICE,
                    _("Plan office"),
                    _("Opens, closes and publishes years, accepts reports, writes the plan."),
                ),
                (
                    access.REPORTER,
                    _("Department reporter"),
                    _("Reports on the initiatives of the own department."),
                ),
                (
                    access.COUNCIL,
                    _("Council member"),
                    _("Reads the reports and scores them."),
                ),
            )
        ):
            roles.register(
                RoleDefinition(
                    code=code,
                    label=label,
                    description=description,
                    needs_department=code == access.REPORTER,
                    order=10 + order,
                )
            )
