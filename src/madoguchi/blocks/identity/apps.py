from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import rules
from madoguchi.kernel.registries import (
    ActorRoles,
    ErasureHook,
    MyPagePart,
    OwnData,
    RoleDefinition,
    actor_roles,
    erasure_hooks,
    my_page_parts,
    name_audit,
    own_data,
    roles,
)

ACTIONS = {
    "identity.app_linked": _("Authentication app linked to a resident's account"),
    "identity.app_unlinked": _("Authentication app unlinked from a resident's account"),
    "city.profile_set": _("City profile changed"),
    "identity.department_added": _("Department added"),
    "identity.department_closed": _("Department closed"),
    "identity.department_moved": _("Department moved"),
    "identity.department_name_removed": _("Name of a department removed"),
    "identity.department_renamed": _("Department renamed"),
    "identity.department_reopened": _("Closing of a department taken back"),
    "identity.departments_reordered": _("Departments put in another order"),
    "identity.own_data_changed": _("Own data of a resident changed"),
    "identity.passkey_added": _("Passkey of a resident added"),
    "identity.passkey_removed": _("Passkey of a resident removed"),
    "identity.password_link_issued": _("Sign-in link issued"),
    "identity.person_added": _("Account added"),
    "identity.person_changed": _("Account changed"),
    "identity.person_deactivated": _("Account deactivated"),
    "identity.person_erased": _("Personal data of an account erased"),
    "identity.person_reactivated": _("Account in use again"),
    "identity.resident_added": _("Account of a resident made"),
    "identity.resident_address_changed": _("Mail address of a resident changed"),
    "identity.resident_erased": _("Account of a resident erased"),
    "identity.role_assigned": _("Role given"),
    "identity.role_withdrawn": _("Role withdrawn"),
    "identity.second_factor_reset": _("Second factor removed"),
    "identity.signed_out_everywhere": _("Resident signed out everywhere"),
}


class IdentityConfig(AppConfig):
    name = "madoguchi.blocks.identity"
    label = "identity"

    def ready(self) -> None:
        from madoguchi.blocks.identity import operations, queries  # noqa: PLC0415 # need models
        from madoguchi.blocks.identity.views.own_data import (  # noqa: PLC0415 # as above
            own_data_part,
            ways_in_part,
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
        erasure_hooks.register(
            ErasureHook(
                code="residents",
                label=_("Accounts of residents, with all that services hold for them"),
                erase=operations.erase_by_reference,
            )
        )
        own_data.register(
            OwnData(
                code=operations.OWN_DATA,
                label=_("Account and own data"),
                export=queries.account_export,
                erase=operations.erase_account,
                order=0,
            )
        )
        my_page_parts.register(MyPagePart("identity.own_data", own_data_part, order=800))
        my_page_parts.register(MyPagePart("identity.ways_in", ways_in_part, order=900))
        actor_roles.register(
            ActorRoles(code="identity", load=lambda user: queries.acting_as(user).roles)
        )
        name_audit(ACTIONS.items())
