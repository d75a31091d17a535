"""Every audit entry that the code writes can be read: its action and its particulars have words."""

import ast

from madoguchi.blocks.identity.queries.audit import PARTICULARS
from madoguchi.kernel.registries import audit_actions, audit_particulars
from tests.guards.repository import SOURCE

AREAS = {action.code.partition(".")[0] for action in audit_actions}
KNOWN = {action.code for action in audit_actions}


def calls():
    """Calls that record something, of every module."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in {"record", "_record", "_store", "open_told_item"}:
                    yield path.relative_to(SOURCE), node


def actions(node):
    """The codes that a call names; of one that is put together, what stands before the hole."""
    named = [each.value for each in node.keywords if each.arg == "action"]
    for argument in [*node.args, *named]:
        parts = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        for part in parts:
            if isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                yield part.values[0].value, False
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value, True


def found():
    return [
        (path, node, code, is_whole)
        for path, node in calls()
        for code, is_whole in actions(node)
        if code.partition(".")[0] in AREAS and "." in code and ":" not in code
    ]


def test_every_action_has_words():
    written = found()
    assert len(written) > 70
    assert [
        f"{path}: {code}"
        for path, _node, code, is_whole in written
        if code not in KNOWN and (is_whole or not any(known.startswith(code) for known in KNOWN))
    ] == []


def test_every_particular_has_words():
    missing = []
    for path, node, code, _is_whole in found():
        area = code.partition(".")[0]
        for keyword in node.keywords:
            if keyword.arg == "detail" and isinstance(keyword.value, ast.Dict):
                missing += [
                    f"{path}: {area}.{key.value}"
                    for key in keyword.value.keys
                    if isinstance(key, ast.Constant)
                    and f"{area}.{key.value}" not in audit_particulars
                    and key.value not in PARTICULARS
                ]
    assert missing == []
