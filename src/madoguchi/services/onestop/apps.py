from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AUDIT_WORDS = (
    ("onestop.window_added", _("A one-stop window was opened")),
    ("onestop.window_changed", _("A one-stop window was changed")),
    ("onestop.rule_added", _("A way of serving at a window was laid down")),
    ("onestop.visit_opened", _("A visit at a window began")),
    ("onestop.visit_closed", _("A visit at a window ended")),
    ("onestop.seat_given", _("A visit got a seat")),
    ("onestop.steps_moved", _("Procedures of a visit moved on")),
    ("onestop.department_called", _("A department was called to a window")),
    ("onestop.call_taken", _("A call to a window was taken")),
    ("onestop.call_arrived", _("Somebody who was called came to a window")),
    ("onestop.call_given_back", _("A call to a window was given back")),
    ("onestop.call_ended", _("A call to a window was ended")),
    ("onestop.hand_over_taken", _("The back office took a procedure over")),
    ("onestop.hand_over_done", _("The back office finished a procedure")),
    ("onestop.hand_over_returned", _("The back office sent a procedure back to the window")),
    ("onestop.contract_added", _("A contract of a window was made")),
    ("onestop.contract_changed", _("A contract of a window was changed")),
    ("onestop.member_added", _("An operator was registered under a contract")),
    ("onestop.member_ended", _("An operator left a contract")),
    ("onestop.error_recorded", _("An error of intake was recorded")),
    ("onestop.error_withdrawn", _("An error of intake was withdrawn")),
)
AUDIT_PARTICULARS = {
    "case": _("reception number"),
    "counters": _("counters visited"),
    "event": _("life event"),
    "kind": pgettext_lazy("audit log", "kind"),
    "left": pgettext_lazy("audit log", "left for another day"),
    "procedure": _("procedure"),
    "seat": _("seat"),
    "seats": _("seats"),
    "steps": pgettext_lazy("audit log", "procedures"),
    "to": pgettext_lazy("audit log", "to"),
    "until": pgettext_lazy("audit log", "until"),
    "user": pgettext_lazy("audit log", "account"),
    "visit": _("visit"),
    "volume": _("procedures a month"),
    "way": _("way"),
    "window": _("window"),
}


class OnestopConfig(AppConfig):
    name = "madoguchi.services.onestop"
    label = "onestop"

    def ready(self) -> None:
        # the registries fill once the models are there
        from madoguchi.kernel import registries  # noqa: PLC0415 # as above
        from madoguchi.services.onestop import evidence  # noqa: PLC0415 # as above
        from madoguchi.services.onestop.queries.search import search_pages  # noqa: PLC0415 # as above

        evidence.register()
        registries.service_cards.register(
            registries.ServiceCard(
                code="onestop",
                title=_("Procedure guide and one-stop window"),
                summary=_(
                    "Find out what you have to do, fill it in at home, and go to one window."
                ),
                url_name="onestop:index",
                life_events=(
                    "moving_in",
                    "moving_out",
                    "birth",
                    "death",
                    "marriage",
                ),
                order=10,
            )
        )
        registries.search_sources.register(
            registries.SearchSource(
                code="onestop", label=_("One-stop window"), search=search_pages, order=20
            )
        )
        registries.name_audit(
            AUDIT_WORDS, registries.AuditParticular.of("onestop", AUDIT_PARTICULARS)
        )
