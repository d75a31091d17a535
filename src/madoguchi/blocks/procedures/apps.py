from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "madoguchi.blocks.procedures"
    label = "procedures"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.blocks.procedures.queries import audit_words  # noqa: PLC0415 # as above
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
        registries.name_audit(audit_words.ACTIONS.items(), audit_words.particulars())
        _hold_personal_data()
        _offer_guide()


def _hold_personal_data() -> None:
    """Letters that anyone can verify, residents' own pages, and erasure."""
    # the models are there by now
    from madoguchi.blocks.documents.service import (  # noqa: PLC0415 # as above
        DocumentKind,
        document_kinds,
    )
    from madoguchi.blocks.procedures.operations import erasure, letters  # noqa: PLC0415 # as above
    from madoguchi.blocks.procedures.queries import own_data  # noqa: PLC0415 # as above
    from madoguchi.kernel import registries  # noqa: PLC0415 # as above

    # the register of documents knows no departments: letters are taken back by those who keep it
    document_kinds.register(DocumentKind(letters.KIND, _("Decision letter"), roles=frozenset()))
    registries.my_page_parts.register(
        registries.MyPagePart(code="procedures", render=own_data.my_part, order=10)
    )
    registries.own_data.register(
        registries.OwnData(
            code="procedures",
            label=_("Applications"),
            export=own_data.export,
            erase=erasure.erase_cases_of,
            kept=own_data.kept,
        )
    )
    registries.erasure_hooks.register(
        registries.ErasureHook(
            code="procedures",
            label=_("Applications, by reception number (a sent one is kept for its years)"),
            erase=erasure.erase_by_number,
        )
    )


def _offer_guide() -> None:
    """The guide's life events on the home page, its procedures in the site's search."""
    from madoguchi.blocks.procedures.queries import guide_search  # noqa: PLC0415 # models are there
    from madoguchi.kernel import registries  # noqa: PLC0415 # as above

    registries.life_events.register(
        registries.LifeEvents(code="procedures", load=guide_search.life_events)
    )
    registries.search_sources.register(
        registries.SearchSource(
            code="procedures", label=_("Procedures"), search=guide_search.search_guide, order=10
        )
    )
