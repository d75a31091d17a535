"""Decision diagrams: a condition over questions as the one smallest graph that decides it.

A node asks one variable and has a child for each of its classes; 0 and 1 are the ends. Equal
conditions are equal nodes, whatever way they were written, so that "never", "always", "the same"
and "does the answer still matter" are looked up, not searched for. (Bryant 1986, with more than
two classes a variable.) Graphs of conditions that people write are small; one that grows past
what it may cost is given up with `TooIntricate`.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Final

FALSE: Final = 0
TRUE: Final = 1
WIDEST: Final = 150
"""Variables of one condition."""


class TooIntricate(Exception):
    """The condition cannot be decided within the budget."""


class Diagrams:
    """Nodes over variables with `classes[v]` classes each, asked in the order of their numbers.

    `steps` are those left: each new node and each new pair that is joined takes one. Whoever works
    with one of several threads holds its `lock`.
    """

    def __init__(self, classes: Sequence[int], *, steps: int) -> None:
        self.classes: Final = tuple(classes)
        self.steps = steps
        self.lock: Final = Lock()
        self._end: Final = len(self.classes)
        self._variable: list[int] = [self._end, self._end]
        self._children: list[tuple[int, ...]] = [(), ()]
        self._support: list[int] = [0, 0]
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._joined: dict[tuple[bool, int, int], int] = {}
        self._negated: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}
        self._fixed: dict[tuple[int, int, int], int] = {}

    def atom(self, variable: int, mask: int) -> int:
        """True in the classes whose bits are set."""
        children = tuple(mask >> each & 1 for each in range(self.classes[variable]))
        return self._node(variable, children)

    def both(self, left: int, right: int) -> int:
        return self._join(True, left, right)

    def either(self, left: int, right: int) -> int:
        return self._join(False, left, right)

    def negated(self, node: int) -> int:
        found = self._negated.get(node)
        if found is None:
            children = tuple(self.negated(child) for child in self._children[node])
            found = self._node(self._variable[node], children)
            self._negated[node] = found
            self._negated[found] = node
        return found

    def all_of(self, nodes: Sequence[int]) -> int:
        found = TRUE
        for node in nodes:
            found = self.both(found, node)
        return found

    def fixed(self, node: int, variable: int, chosen: int) -> int:
        """What is left of it once the variable is known to be in the class."""
        if not self._support[node] >> variable & 1:
            return node
        key = (node, variable, chosen)
        found = self._fixed.get(key)
        if found is None:
            if self._variable[node] == variable:
                found = self._children[node][chosen]
            else:
                children = tuple(
                    self.fixed(child, variable, chosen) for child in self._children[node]
                )
                found = self._node(self._variable[node], children, is_free=True)
            self._fixed[key] = found
        return found

    def support(self, node: int) -> int:
        """The variables that can still change it, as bits: exactly those."""
        return self._support[node]

    def example(self, node: int) -> dict[int, int] | None:
        """Classes of some variables that make it true; None where nothing does."""
        if node == FALSE:
            return None
        found: dict[int, int] = {}
        while node != TRUE:
            chosen = next(
                number for number, child in enumerate(self._children[node]) if child != FALSE
            )
            found[self._variable[node]] = chosen
            node = self._children[node][chosen]
        return found

    def __len__(self) -> int:
        return len(self._variable)

    def _node(self, variable: int, children: tuple[int, ...], *, is_free: bool = False) -> int:
        if all(child == children[0] for child in children):
            return children[0]
        key = (variable, children)
        found = self._nodes.get(key)
        if found is None:
            if not is_free:
                self._spend()
            found = len(self._variable)
            self._nodes[key] = found
            self._variable.append(variable)
            self._children.append(children)
            support = 1 << variable
            for child in children:
                support |= self._support[child]
            self._support.append(support)
        return found

    def _join(self, is_both: bool, left: int, right: int) -> int:
        stop, pass_on = (FALSE, TRUE) if is_both else (TRUE, FALSE)
        if stop in (left, right):
            return stop
        if left in (right, pass_on):
            return right
        if right == pass_on:
            return left
        key = (is_both, left, right) if left < right else (is_both, right, left)
        found = self._joined.get(key)
        if found is None:
            if (self._support[left] | self._support[right]).bit_count() > WIDEST:
                raise TooIntricate
            self._spend()
            variable = min(self._variable[left], self._variable[right])
            pairs = zip(self._below(left, variable), self._below(right, variable), strict=True)
            found = self._node(variable, tuple(self._join(is_both, *pair) for pair in pairs))
            self._joined[key] = found
        return found

    def _below(self, node: int, variable: int) -> tuple[int, ...]:
        if self._variable[node] == variable:
            return self._children[node]
        return (node,) * self.classes[variable]

    def _spend(self) -> None:
        if self.steps <= 0:
            raise TooIntricate
        self.steps -= 1


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
