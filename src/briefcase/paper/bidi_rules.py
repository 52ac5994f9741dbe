"""The rules of UAX #9 for one isolating run sequence: weak types, paired brackets, neutrals (W1 to N2)."""

from __future__ import annotations

from collections.abc import Sequence

from briefcase.paper.bidi_table import NO_BRACKET, Bracket

_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_DEEPEST = 63
"""Most open brackets that are remembered at once (definition BD16)."""


def resolve(types: Sequence[str], brackets: Sequence[Bracket], level: int, before: str, after: str) -> list[str]:
    """Return L, R, EN or AN for every character of a sequence.

    Args:
        types: bidirectional classes, overrides applied.
        brackets: what bracket each character is.
        level: embedding level of the sequence.
        before: L or R, the direction at its start (sos).
        after: L or R, the direction at its end (eos).
    """
    found = list(types)
    _weak(found, before)
    direction = "R" if level % 2 else "L"
    _pairs(found, types, brackets, direction=direction, before=before)
    _neutral(found, direction, before, after)
    return found


def _weak(types: list[str], before: str) -> None:
    _marks_and_numbers(types, before)
    _separators(types)
    _terminators(types)
    strong = before
    for index, each in enumerate(types):
        if each in ("ES", "ET", "CS"):
            types[index] = "ON"  # W6
        elif each in ("L", "R"):
            strong = each
        elif each == "EN" and strong == "L":
            types[index] = "L"  # W7


def _marks_and_numbers(types: list[str], before: str) -> None:
    """W1: marks take the type of what they follow; W2: numbers after Arabic letters; W3: Arabic letters are R."""
    previous, strong = before, before
    for index, each in enumerate(types):
        now = each
        if now == "NSM":
            now = "ON" if previous in ("LRI", "RLI", "FSI", "PDI") else previous
        previous = now
        if now in ("L", "R", "AL"):
            strong = now
        elif now == "EN" and strong == "AL":
            now = "AN"
        types[index] = now
    for index, each in enumerate(types):
        if each == "AL":
            types[index] = "R"


def _separators(types: list[str]) -> None:
    """W4: a single separator between two numbers of one kind belongs to them."""
    for index in range(1, len(types) - 1):
        left, each, right = types[index - 1 : index + 2]
        if left == right and ((each == "CS" and left in ("EN", "AN")) or (each == "ES" and left == "EN")):
            types[index] = left


def _terminators(types: list[str]) -> None:
    """W5: signs such as per cent next to a European number belong to it."""
    index = 0
    while index < len(types):
        if types[index] != "ET":
            index += 1
            continue
        end = index
        while end < len(types) and types[end] == "ET":
            end += 1
        if (index and types[index - 1] == "EN") or (end < len(types) and types[end] == "EN"):
            types[index:end] = ["EN"] * (end - index)
        index = end


def _strong(each: str) -> str:
    """Return L or R, or nothing for a neutral; numbers count as R (rules N0 and N1)."""
    if each in ("EN", "AN", "R"):
        return "R"
    return "L" if each == "L" else ""


def _pairs(
    types: list[str], original: Sequence[str], brackets: Sequence[Bracket], *, direction: str, before: str
) -> None:
    """N0: a pair of brackets takes the direction of what stands inside, or of what goes before it."""
    for opener, closer in _found_pairs(types, brackets):
        inside = {_strong(each) for each in types[opener + 1 : closer]}
        if direction in inside:
            wanted = direction
        elif "L" in inside or "R" in inside:
            context = next((strong for each in reversed(types[:opener]) if (strong := _strong(each))), before)
            wanted = context if context != direction else direction
        else:
            continue
        for place in (opener, closer):
            types[place] = wanted
            following = place + 1
            while following < len(types) and original[following] == "NSM":
                types[following] = wanted
                following += 1


def _found_pairs(types: Sequence[str], brackets: Sequence[Bracket]) -> list[tuple[int, int]]:
    """Return opener and closer of every pair, in the order of the openers (definition BD16)."""
    stack: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for index, bracket in enumerate(brackets):
        if bracket is NO_BRACKET or types[index] != "ON":
            continue
        if bracket.opens:
            if len(stack) == _DEEPEST:
                return []
            stack.append((bracket.closer, index))
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == bracket.closer:
                found.append((stack[depth][1], index))
                del stack[depth:]
                break
    return sorted(found)


def _neutral(types: list[str], direction: str, before: str, after: str) -> None:
    """N1 and N2: neutrals between equal directions take them, others take the direction of the embedding."""
    index = 0
    while index < len(types):
        if types[index] not in _NEUTRAL:
            index += 1
            continue
        end = index
        while end < len(types) and types[end] in _NEUTRAL:
            end += 1
        left = _strong(types[index - 1]) if index else before
        right = _strong(types[end]) if end < len(types) else after
        types[index:end] = [left if left == right else direction] * (end - index)
        index = end
