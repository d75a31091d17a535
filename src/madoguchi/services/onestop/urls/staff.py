"""Staff addresses: ``/staff/onestop/``."""

from django.urls import path

from madoguchi.services.onestop.views import (
    staff_calls,
    staff_contracts,
    staff_desk,
    staff_handing,
    staff_visits,
    staff_windows,
)

app_name = "onestop_staff"
_VISIT = "visits/<slug:public_id>"
_CONTRACT = "contracts/of/<slug:code>"
_WINDOW = "windows/of/<slug:code>"
urlpatterns = [
    path("", staff_desk.desk, name="desk"),
    path(f"{_VISIT}/", staff_visits.visit, name="visit"),
    path(f"{_VISIT}/steps/", staff_visits.steps, name="steps"),
    path(f"{_VISIT}/seat/", staff_visits.seat, name="seat"),
    path(f"{_VISIT}/call/", staff_visits.call, name="call"),
    path(f"{_VISIT}/calls/<int:pk>/end/", staff_visits.call_end, name="call_end"),
    path(f"{_VISIT}/close/", staff_visits.close, name="close"),
    path(f"{_VISIT}/slip.pdf", staff_visits.slip, name="slip"),
    path("calls/", staff_calls.calls, name="calls"),
    path("calls/<int:pk>/take/", staff_calls.take, name="call_take"),
    path("calls/<int:pk>/arrive/", staff_calls.arrive, name="call_arrive"),
    path("calls/<int:pk>/give-back/", staff_calls.give_back, name="call_give_back"),
    path("hand-overs/", staff_handing.hand_overs, name="hand_overs"),
    path("hand-overs/list.csv", staff_handing.table, name="hand_over_table"),
    path("hand-overs/list.pdf", staff_handing.printed, name="hand_over_print"),
    path("hand-overs/<int:pk>/take/", staff_handing.take, name="hand_over_take"),
    path("hand-overs/<int:pk>/done/", staff_handing.done, name="hand_over_done"),
    path("hand-overs/<int:pk>/send-back/", staff_handing.send_back, name="hand_over_back"),
    path("hand-overs/<int:pk>/error/", staff_handing.error, name="error"),
    path("contracts/", staff_contracts.contracts, name="contracts"),
    path("contracts/add/", staff_contracts.add, name="contract_add"),
    path(f"{_CONTRACT}/", staff_contracts.contract, name="contract"),
    path(f"{_CONTRACT}/months.csv", staff_contracts.table, name="contract_table"),
    path(f"{_CONTRACT}/change/", staff_contracts.change, name="contract_change"),
    path(f"{_CONTRACT}/operators/add/", staff_contracts.member_add, name="member_add"),
    path(f"{_CONTRACT}/operators/<int:pk>/end/", staff_contracts.member_end, name="member_end"),
    path(
        f"{_CONTRACT}/errors/<int:pk>/withdraw/",
        staff_contracts.error_withdraw,
        name="error_withdraw",
    ),
    path("windows/", staff_windows.windows, name="windows"),
    path("windows/add/", staff_windows.add, name="window_add"),
    path(f"{_WINDOW}/", staff_windows.window, name="window"),
    path(f"{_WINDOW}/change/", staff_windows.change, name="window_change"),
    path(f"{_WINDOW}/rules/add/", staff_windows.rule_add, name="rule_add"),
]
