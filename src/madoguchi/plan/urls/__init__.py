"""Public addresses of the plan. Words that are no plan's slug stand before the slugs."""

from django.urls import path

from madoguchi.plan.views import comments, downloads, public, public_evidence

app_name = "plan"

urlpatterns = [
    path("", public.index, name="index"),
    path("evidence/", public_evidence.indicator_list, name="evidence_list"),
    path(
        "evidence/<str:code>/<int:fiscal_year>/",
        public_evidence.show_indicator,
        name="evidence",
    ),
    path("figures/<slug:public_id>/", public_evidence.show_figure, name="figure"),
    path("milestones/<int:pk>/", public_evidence.show_milestone, name="milestone"),
    path("files/<int:pk>/", public_evidence.attachment, name="attachment"),
    path("comments/<slug:public_id>/", comments.sent, name="comment_sent"),
    path("<slug:slug>/", public.overview, name="overview"),
    path("<slug:slug>/themes/<int:number>/", public.theme, name="theme"),
    path("<slug:slug>/departments/", public.departments, name="departments"),
    path("<slug:slug>/departments/<int:pk>/", public.department, name="department"),
    path("<slug:slug>/timeline/", public.timeline, name="timeline"),
    path("<slug:slug>/comparison/", public.compare, name="comparison"),
    path("<slug:slug>/effects/", public.effects, name="effects"),
    path("<slug:slug>/download/<str:wanted>/", downloads.download, name="download"),
    path("<slug:slug>/comments/", comments.on_plan, name="plan_comments"),
    path("<slug:slug>/comments/check/", comments.check, name="comment_check"),
    path("<slug:slug>/<int:theme>-<int:number>/", public.show_sheet, name="sheet"),
    path(
        "<slug:slug>/<int:theme>-<int:number>/comment/",
        comments.on_sheet,
        name="sheet_comment",
    ),
]
