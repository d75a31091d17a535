"""People, departments, the city's profile and the audit log, below /staff/."""

from django.urls import path

from madoguchi.blocks.identity.views import account, audit, city, departments, people

app_name = "identity_staff"

urlpatterns = [
    path("me/", account.account, name="account"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.change_person, name="change_person"),
    path("people/<int:pk>/roles/", people.assign_role, name="assign_role"),
    path(
        "people/<int:pk>/roles/<int:assignment_pk>/withdraw/",
        people.withdraw_role,
        name="withdraw_role",
    ),
    path("people/<int:pk>/deactivate/", people.deactivate_person, name="deactivate_person"),
    path("people/<int:pk>/reactivate/", people.reactivate_person, name="reactivate_person"),
    path("people/<int:pk>/second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/link/", people.issue_link, name="issue_link"),
    path("people/<int:pk>/link/issued/", people.issued_link, name="issued_link"),
    path("people/<int:pk>/erase/", people.erase_person, name="erase_person"),
    path("departments/", departments.departments, name="departments"),
    path("departments/add/", departments.add_department, name="add_department"),
    path("departments/<slug:public_id>/", departments.department, name="department"),
    path(
        "departments/<slug:public_id>/rename/",
        departments.rename_department,
        name="rename_department",
    ),
    path(
        "departments/<slug:public_id>/names/<int:name_pk>/remove/",
        departments.remove_name,
        name="remove_name",
    ),
    path("departments/<slug:public_id>/move/", departments.move_department, name="move_department"),
    path(
        "departments/<slug:public_id>/close/", departments.close_department, name="close_department"
    ),
    path(
        "departments/<slug:public_id>/reopen/",
        departments.reopen_department,
        name="reopen_department",
    ),
    path(
        "departments/<slug:public_id>/shift/<str:direction>/",
        departments.shift_department,
        name="shift_department",
    ),
    path("city/", city.city, name="city"),
    path("audit/", audit.audit_log, name="audit"),
]
