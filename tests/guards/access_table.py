"""Who may open which address: read as a table, proved by test_access.py."""

from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.plan.rules.access import COUNCIL, OFFICE, REPORTER

PUBLIC = "public"
SIGNED_IN = "signed_in"
"""Everybody on the staff side, whatever the role."""

PLAN_STAFF = (OFFICE, REPORTER, COUNCIL, AUDITOR)
READERS = (OFFICE, COUNCIL, AUDITOR)
REPORTERS = (OFFICE, REPORTER)
OFFICE_ONLY = (OFFICE,)
KEEPERS = (ADMINISTRATOR, AUDITOR)
KEEPER_ONLY = (ADMINISTRATOR,)

LIBRARIES = ("wagtail.", "allauth.")
"""Modules whose addresses are theirs to test."""

ACCESS: dict[str, str | tuple[str, ...]] = {
    "site:home": PUBLIC,
    "site:search": PUBLIC,
    "site:set_language": PUBLIC,
    "site:accessibility": PUBLIC,
    "site:privacy": PUBLIC,
    "site:robots": PUBLIC,
    "pages:styles": PUBLIC,
    "pages:theme": PUBLIC,
    "pages:favicon": PUBLIC,
    "staff_login": PUBLIC,
    "plan:index": PUBLIC,
    "plan:evidence_list": PUBLIC,
    "plan:evidence": PUBLIC,
    "plan:figure": PUBLIC,
    "plan:milestone": PUBLIC,
    "plan:attachment": PUBLIC,
    "plan:comment_sent": PUBLIC,
    "plan:overview": PUBLIC,
    "plan:theme": PUBLIC,
    "plan:departments": PUBLIC,
    "plan:department": PUBLIC,
    "plan:timeline": PUBLIC,
    "plan:comparison": PUBLIC,
    "plan:effects": PUBLIC,
    "plan:download": PUBLIC,
    "plan:plan_comments": PUBLIC,
    "plan:comment_check": PUBLIC,
    "plan:sheet": PUBLIC,
    "plan:sheet_comment": PUBLIC,
    "api_reference": PUBLIC,
    "api_not_found": PUBLIC,
    "api:openapi-json": PUBLIC,
    "api:api-root": PUBLIC,
    "api:plans": PUBLIC,
    "api:plan": PUBLIC,
    "api:initiatives": PUBLIC,
    "api:sheet": PUBLIC,
    "api:rows": PUBLIC,
    "api:comparison": PUBLIC,
    "api:indicators": PUBLIC,
    "api:indicator": PUBLIC,
    "api:figure": PUBLIC,
    "identity_staff:account": SIGNED_IN,
    "identity_staff:people": KEEPERS,
    "identity_staff:person": KEEPERS,
    "identity_staff:departments": KEEPERS,
    "identity_staff:department": KEEPERS,
    "identity_staff:city": KEEPERS,
    "identity_staff:audit": (ADMINISTRATOR, AUDITOR, OFFICE),
    "identity_staff:add_person": KEEPER_ONLY,
    "identity_staff:change_person": KEEPER_ONLY,
    "identity_staff:assign_role": KEEPER_ONLY,
    "identity_staff:withdraw_role": KEEPER_ONLY,
    "identity_staff:deactivate_person": KEEPER_ONLY,
    "identity_staff:reactivate_person": KEEPER_ONLY,
    "identity_staff:reset_second_factor": KEEPER_ONLY,
    "identity_staff:issue_link": KEEPER_ONLY,
    "identity_staff:issued_link": KEEPER_ONLY,
    "identity_staff:erase_person": KEEPER_ONLY,
    "identity_staff:add_department": KEEPER_ONLY,
    "identity_staff:rename_department": KEEPER_ONLY,
    "identity_staff:remove_name": KEEPER_ONLY,
    "identity_staff:move_department": KEEPER_ONLY,
    "identity_staff:close_department": KEEPER_ONLY,
    "identity_staff:reopen_department": KEEPER_ONLY,
    "identity_staff:shift_department": KEEPER_ONLY,
    "plan_staff:desk": PLAN_STAFF,
    "plan_staff:report": PLAN_STAFF,
    "plan_staff:attachment": PLAN_STAFF,
    "plan_staff:overdue": READERS,
    "plan_staff:effects": READERS,
    "plan_staff:effects_of": READERS,
    "plan_staff:years": READERS,
    "plan_staff:year": READERS,
    "plan_staff:comments": READERS,
    "plan_staff:matches": READERS,
    "plan_staff:matches_in": READERS,
    "plan_staff:matches_of": READERS,
    "plan_staff:report_edit": REPORTERS,
    "plan_staff:report_preview": REPORTERS,
    "plan_staff:report_check": REPORTERS,
    "plan_staff:attach": REPORTERS,
    "plan_staff:attachment_withdraw": REPORTERS,
    "plan_staff:milestone_add": REPORTERS,
    "plan_staff:milestone": REPORTERS,
    "plan_staff:milestone_withdraw": REPORTERS,
    "plan_staff:imports": OFFICE_ONLY,
    "plan_staff:import_preview": OFFICE_ONLY,
    "plan_staff:import_columns": OFFICE_ONLY,
    "plan_staff:import_discard": OFFICE_ONLY,
    "plan_staff:import_done": OFFICE_ONLY,
    "plan_staff:import_record": OFFICE_ONLY,
    "plan_staff:year_open": OFFICE_ONLY,
    "plan_staff:year_due": OFFICE_ONLY,
    "plan_staff:year_close": OFFICE_ONLY,
    "plan_staff:year_publish": OFFICE_ONLY,
    "plan_staff:report_accept": OFFICE_ONLY,
    "plan_staff:report_return": OFFICE_ONLY,
    "plan_staff:figure_correct": OFFICE_ONLY,
    "plan_staff:sheets": OFFICE_ONLY,
    "plan_staff:sheet": OFFICE_ONLY,
    "plan_staff:sheet_add": OFFICE_ONLY,
    "plan_staff:plan": OFFICE_ONLY,
    "plan_staff:plan_add": OFFICE_ONLY,
    "plan_staff:theme": OFFICE_ONLY,
    "plan_staff:theme_add": OFFICE_ONLY,
    "plan_staff:comment": OFFICE_ONLY,
    "plan_staff:match": OFFICE_ONLY,
    "plan_staff:report_score": (COUNCIL,),
}

CHANGES: dict[str, tuple[str, ...]] = {"identity_staff:city": KEEPER_ONLY}
"""Where fewer may send something than may look."""

OWN_DEPARTMENT = frozenset(
    {
        "plan_staff:report",
        "plan_staff:attachment",
        *(name for name, who in ACCESS.items() if who == REPORTERS),
    }
)
"""Where a reporter gets in only with a department in charge of the sheet."""
