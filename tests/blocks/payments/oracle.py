"""A second opinion on the ledger: naive, slow, from the set of facts, and written another way.

It knows no entries and no positions. It reads for every payment what was said of it as a list of
sentences, and pays bills by laying coins on them in the order of paying.
"""

from collections import defaultdict


def _story(facts):
    """What a payment is: ``(state, yen, facts disagree)``."""
    said = defaultdict(list)
    for fact in facts:
        said[fact.kind.value].append(fact.amount)
    disagree = len({fact.amount for fact in facts}) != 1
    if said["settlement"]:
        return "settled", min(said["settlement"]), disagree
    if said["provisional"]:
        state = "reversed" if said["reversal"] else "provisional"
        return state, min(said["provisional"]), disagree
    return "announced", min(said["reversal"]), disagree


def _bill_meant(facts, yen, slips, bills):
    """``(bill number or None, what is odd, likely bill number or None, slip or None)``."""
    barcode = next((fact.barcode for fact in facts if fact.barcode), "")
    number = next((fact.bill_number for fact in facts if fact.bill_number), "")
    for slip in slips:
        if barcode and slip.barcode == barcode:
            if slip.amount == yen:
                return slip.bill.number, "", None, slip
            return None, "wrong_amount", slip.bill.number, slip
    for slip in slips:  # the same paper with another amount printed into its bars
        if barcode and slip.barcode[:-7] == barcode[:-7] and not number:
            return None, "wrong_amount", slip.bill.number, slip
    for bill in bills:
        if number and bill.number == number:
            return bill.number, "", None, None
    inside = barcode[13:29]
    likely = next((bill.number for bill in bills if barcode and bill.number == inside), None)
    return None, "unknown_barcode", likely, None


def expect(facts, *, bills, slips, written_off=(), cancelled=()):
    """``(owed by bill number, money by account, open work items)`` for a set of facts."""
    payments = defaultdict(set)
    for fact in facts:
        payments[fact.payment_key].add(fact)
    accounts = dict.fromkeys(("provisional", "settled", "unidentified"), 0)
    items, coins = set(), defaultdict(list)
    for key, about in payments.items():
        state, yen, disagree = _story(about)
        number, odd, likely, slip = _bill_meant(about, yen, slips, bills)
        has_money = state in ("provisional", "settled")
        if disagree:
            items.add((f"conflict:{key}", "ask_collector", number or likely, yen))
        if state == "settled" and any(fact.kind.value == "reversal" for fact in about):
            items.add((f"reversed_settled:{key}", "ask_collector", number or likely, yen))
        if not has_money:
            continue
        accounts[state] += yen
        if number is None:
            accounts["unidentified"] += yen
            items.add((f"{odd}:{key}", "assign", likely, yen))
        else:
            coins[number].append((min(fact.paid_at for fact in about), key, yen, slip))
    owed = {}
    for bill in bills:
        due = 0 if bill.number in written_off or bill.number in cancelled else bill.amount
        owed[bill.number] = due - sum(yen for _at, _key, yen, _slip in coins[bill.number])
        special = ("paid_cancelled", "refund") if bill.number in cancelled else None
        if bill.number in written_off:
            special = "after_write_off", "reverse_write_off"
        items.update(_lay(bill, due, coins[bill.number], slips, special))
    return owed, accounts, items


def _lay(bill, room, coins, slips, special):
    """The coins that find no room on the bill, and those laid on a paper that was replaced."""
    for at, key, yen, slip in sorted(coins, key=lambda coin: coin[:2]):
        too_much = yen - min(room, yen)
        room = max(0, room - yen)
        is_old = slip is not None and any(
            other.bill == bill and other.issue > slip.issue and other.made_at < at
            for other in slips
        )
        if too_much:
            kind, step = special or ("after_reissue" if is_old else "paid_twice", "refund")
            yield f"{kind}:{key}", step, bill.number, too_much
        elif is_old:
            yield f"after_reissue:{key}", "acknowledge", bill.number, yen
