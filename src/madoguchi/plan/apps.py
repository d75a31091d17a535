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
        _offer_to_residents()
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
                    reads_audit=code == access.OFFICE,
                    order=10 + order,
                )
            )


def _offer_to_residents() -> None:
    """The plan's card, search and figures on the site; erasure and audit words of comments."""
    from madoguchi.kernel import registries  # noqa: PLC0415 # the models are there by now
    from madoguchi.plan.operations.comments import erase_comment  # noqa: PLC0415 # as above
    from madoguchi.plan.queries import audit_words  # noqa: PLC0415 # as above
    from madoguchi.plan.queries.home import figures_for_home  # noqa: PLC0415 # as above
    from madoguchi.plan.queries.search import search_plan  # noqa: PLC0415 # as above

    registries.service_cards.register(
        registries.ServiceCard(
            code="plan",
            title=_("Reform plans"),
            summary=_("What the city promised to improve, and what became of it."),
            url_name="plan:index",
            order=10,
        )
    )
    registries.search_sources.register(
        registries.SearchSource(code="plan", label=_("Reform plans"), search=search_plan, order=10)
    )
    registries.home_figures.register(
        registries.HomeFigures(code="plan", load=figures_for_home, order=10)
    )
    registries.erasure_hooks.register(
        registries.ErasureHook(
            code="plan.comments",
            label=_("Comments on the reform plan, by their number"),
            erase=erase_comment,
        )
    )
    registries.name_audit(
        audit_words.ACTIONS.items(),
        registries.AuditParticular.of("plan", audit_words.PARTICULARS),
    )
