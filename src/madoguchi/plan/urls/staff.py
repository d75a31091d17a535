"""The plan's staff pages, below /staff/plan/."""

from django.urls import path

from madoguchi.plan.views import (
    staff_comments,
    staff_decide,
    staff_desk,
    staff_facts,
    staff_matches,
    staff_report,
    staff_sheets,
    staff_years,
)

app_name = "plan_staff"

urlpatterns = [
    path("", staff_desk.desk, name="desk"),
    path("overdue/", staff_desk.overdue, name="overdue"),
    path("effects/", staff_desk.effects, name="effects"),
    path("effects/<slug:slug>/", staff_desk.effects, name="effects_of"),
    path("years/", staff_years.years, name="years"),
    path("years/<slug:slug>/<int:fiscal_year>/open/", staff_years.open_year, name="year_open"),
    path("years/<int:pk>/", staff_years.year, name="year"),
    path("years/<int:pk>/due/", staff_years.change_due_date, name="year_due"),
    path("years/<int:pk>/close/", staff_years.close, name="year_close"),
    path("years/<int:pk>/publish/", staff_years.publish, name="year_publish"),
    path("rows/<int:pk>/", staff_report.show, name="report"),
    path("rows/<int:pk>/edit/", staff_report.edit, name="report_edit"),
    path("rows/<int:pk>/preview/", staff_report.preview, name="report_preview"),
    path("rows/<int:pk>/check/", staff_report.check, name="report_check"),
    path("rows/<int:pk>/accept/", staff_decide.accept, name="report_accept"),
    path("rows/<int:pk>/return/", staff_decide.give_back, name="report_return"),
    path("rows/<int:pk>/score/", staff_decide.score, name="report_score"),
    path("rows/<int:pk>/files/", staff_facts.attach, name="attach"),
    path("rows/<int:pk>/milestones/", staff_facts.add_milestone, name="milestone_add"),
    path(
        "rows/<int:pk>/milestones/<int:milestone>/",
        staff_facts.change_milestone,
        name="milestone",
    ),
    path(
        "rows/<int:pk>/milestones/<int:milestone>/withdraw/",
        staff_facts.withdraw_milestone,
        name="milestone_withdraw",
    ),
    path("files/<int:pk>/", staff_facts.download, name="attachment"),
    path("files/<int:pk>/withdraw/", staff_facts.withdraw_attachment, name="attachment_withdraw"),
    path("figures/<str:public_id>/correct/", staff_facts.correct, name="figure_correct"),
    path("comments/", staff_comments.comments, name="comments"),
    path("comments/<str:public_id>/", staff_comments.comment, name="comment"),
    path("matches/", staff_matches.matches, name="matches"),
    path("matches/<slug:slug>/", staff_matches.matches, name="matches_in"),
    path("matches/sheets/<int:pk>/", staff_matches.matches_of, name="matches_of"),
    path("matches/items/<int:pk>/", staff_matches.match, name="match"),
    path("sheets/", staff_sheets.sheet_list, name="sheets"),
    path("sheets/add/", staff_sheets.add_plan, name="plan_add"),
    path("sheets/<int:pk>/", staff_sheets.change_sheet, name="sheet"),
    path("sheets/plans/<slug:slug>/", staff_sheets.change_plan, name="plan"),
    path("sheets/plans/<slug:slug>/add/", staff_sheets.add_theme, name="theme_add"),
    path("sheets/themes/<int:pk>/", staff_sheets.rename_theme, name="theme"),
    path("sheets/themes/<int:pk>/add/", staff_sheets.add_sheet, name="sheet_add"),
]
