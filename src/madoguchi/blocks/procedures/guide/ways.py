"""Ways through codes that name one another: in order, or round in a circle."""

from collections.abc import Iterable, Mapping, Sequence


def in_order(codes: Iterable[str], needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The codes, each after those that it needs; codes on a circle, and those that need them, are
    left out. What a code needs beyond `codes` does not count. Stable: else the order is kept."""
    wanted = list(dict.fromkeys(codes))
    among = set(wanted)
    left = {code: set(needs.get(code, ())) & among for code in wanted}
    needed_by: dict[str, list[str]] = {}
    for code, those in left.items():
        for other in those:
            needed_by.setdefault(other, []).append(code)
    ready = [code for code in wanted if not left[code]]
    found: list[str] = []
    while ready:
        following: list[str] = []
        for code in ready:
            found.append(code)
            for other in needed_by.get(code, ()):
                left[other].discard(code)
                if not left[other]:
                    following.append(other)
        ready = following
    return tuple(found)


def circles(codes: Sequence[str], needs: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """One circle for each code that is on one and not on one already told: `(a, b, a)`."""
    done = set(in_order(codes, needs))
    told: set[str] = set()
    found = []
    for start in codes:
        if start in done or start in told:
            continue
        path = _way_back(start, needs, done)
        if path:
            told.update(path)
            found.append(path)
    return found


def _way_back(start: str, needs: Mapping[str, Iterable[str]], done: set[str]) -> tuple[str, ...]:
    """The shortest way from a code to itself; () where there is none."""
    came_from: dict[str, str] = {}
    edge = [start]
    while edge:
        following = []
        for code in edge:
            for other in sorted(needs.get(code, ())):
                if other == start:
                    return (*_path(code, came_from), start)
                if other not in came_from and other not in done:
                    came_from[other] = code
                    following.append(other)
        edge = following
    return ()


def _path(code: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    path = [code]
    while code in came_from:
        code = came_from[code]
        path.append(code)
    return tuple(reversed(path))
