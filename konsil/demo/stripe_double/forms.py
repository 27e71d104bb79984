"""Reads the nested form fields in which Stripe takes its parameters."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

from konsil.demo.stripe_double.problems import Problem, unknown_parameter

Params = dict[str, Any]
_PARTS = re.compile(r"[^\[\]]+")


def read(body: str) -> Params:
    """`a[b]=1&c[]=2&c[]=3&d[0][e]=4` becomes `{"a": {"b": "1"}, "c": ["2", "3"], "d": [{...}]}`.

    Every value is a string, as on the wire; a level whose keys all count from 0 is a list.
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        _put(tree, name, value)
    return {name: _lists(branch) for name, branch in tree.items()}


def only(params: Params, *allowed: str) -> None:
    """Stripe refuses a parameter that it does not know, so the double does."""
    _only(params, {*allowed, "expand"})


def _only(params: Params, allowed: Collection[str]) -> None:
    for name in params:
        if name not in allowed:
            raise unknown_parameter(name)


def whole(params: Params, name: str) -> int:
    """A whole number of minor units; a decimal point is refused as Stripe refuses it."""
    text = str(params[name])
    if not re.fullmatch(r"-?\d{1,12}", text):
        raise Problem(
            400,
            "invalid_request_error",
            f"Invalid integer: {text}",
            code="parameter_invalid_integer",
            param=name,
        )
    return int(text)


def truth(params: Params, name: str) -> bool:
    return str(params.get(name, "false")) == "true"


def _put(tree: dict[str, Any], name: str, value: str) -> None:
    parts = _PARTS.findall(name)
    if name.endswith("[]"):
        parts.append("")
    here = tree
    for part in parts[:-1]:
        step = here.setdefault(part, {})
        if not isinstance(step, dict):
            raise unknown_parameter(name)
        here = step
    last = parts[-1] if parts else name
    here[last or str(len(here))] = value


def _lists(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    if branch and list(branch) == [str(n) for n in range(len(branch))]:
        return [_lists(twig) for twig in branch.values()]
    return {name: _lists(twig) for name, twig in branch.items()}
