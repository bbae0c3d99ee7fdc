"""What could come next in an expression that is being typed: names, attributes and dictionary keys, by looking only."""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from keyword import kwlist, softkwlist
from typing import Any, Final, Literal, TypedDict

from coroscope import frozen
from coroscope.looking import (
    DICT,
    MISSING,
    SCAN_LIMIT,
    class_of,
    find,
    instance_dict,
    is_a,
    is_dunder,
    mro,
    namespace,
)
from coroscope.partial_expression import Partial, split
from coroscope.source_text import utf16_index, utf16_length
from coroscope.static_lookup import LookupFailed, Names, WouldRun, evaluate

__builtins__ = frozen.BUILTINS

LIMIT: Final = 500

type ItemType = Literal["method", "function", "variable", "class", "module", "keyword", "property", "value"]


class Item(TypedDict):
    """As the wire has it: ``start`` and ``length`` count UTF-16 code units from the beginning of the text."""

    label: str
    type: ItemType
    start: int
    length: int


def complete(text: str, column: int, names: Mapping[str, Any]) -> list[Item]:
    """Completions at the 1-based UTF-16 column, the likeliest first, names like ``__this__`` last, at most 500.

    ``names`` are those in scope, without the builtins and keywords, which are added.
    """
    scope = names if type(names) is Names else Names(names)
    position = utf16_index(text, column)
    partial = split(text[:position])
    if partial is None:
        return []
    if partial.quote:
        found = _keys(partial, scope, text[position:])
    elif partial.holder is not None:
        found = _attributes(partial, scope)
    else:
        found = _names(partial, scope)
    start = utf16_length(text[: partial.start])
    return [
        Item(label=label, type=kind, start=start, length=utf16_length(text[partial.start : position + beyond]))
        for label, kind, beyond in islice(found, LIMIT)
    ]


def _names(partial: Partial, names: Names) -> Iterator[tuple[str, ItemType, int]]:
    seen: set[str] = set()
    members = dict(islice(names.pairs(), SCAN_LIMIT))
    for label in _ordered(members, partial.prefix):
        seen.add(label)
        yield label, _type_of(members[label]), 0
    words = [word for word in (*kwlist, *softkwlist) if word != "_"]
    for word in _ordered(words, partial.prefix):
        if word not in seen:
            seen.add(word)
            yield word, "keyword", 0
    scope = vars(builtins)
    for label in _ordered(scope, partial.prefix):
        if label not in seen:
            yield label, _type_of(find(scope, label)), 0


def _attributes(partial: Partial, names: Names) -> Iterator[tuple[str, ItemType, int]]:
    value = _holder(partial, names)
    if value is MISSING:
        return
    members: dict[str, Any] = {}
    for scope in _scopes(value):
        pairs = DICT.items(scope) if is_a(scope, dict) else scope.items()
        for name, member in islice(pairs, SCAN_LIMIT):
            if type(name) is str:
                members.setdefault(name, member)
    for label in _ordered(members, partial.prefix):
        if label.isidentifier():
            yield label, _type_of(members[label], in_class=True), 0


def _scopes(value: Any) -> Iterator[Any]:
    """Where ``dir`` would look, without asking a ``__dir__``."""
    if is_a(value, type):
        for base in mro(value):
            yield namespace(base)
        return
    attributes = instance_dict(value)
    if attributes is not None:
        yield attributes
    for base in mro(class_of(value)):
        yield namespace(base)


def _keys(partial: Partial, names: Names, rest: str) -> Iterator[tuple[str, ItemType, int]]:
    """The keys of a dictionary that are texts, as literals; a closing quote that is there already is replaced as well."""
    value = _holder(partial, names)
    if not is_a(value, dict):
        return
    keys = [key for key in islice(DICT.__iter__(value), SCAN_LIMIT) if type(key) is str and len(key) <= 200]
    quote = partial.quote
    beyond = 1 if rest.startswith(quote) else 0
    for key in _ordered(keys, partial.prefix):
        if key.isprintable() and quote not in key and "\\" not in key:
            yield f"{quote}{key}{quote}", "value", beyond


def _holder(partial: Partial, names: Names) -> Any:
    if not partial.holder:
        return MISSING
    try:
        return evaluate(partial.holder, Names(names, vars(builtins)))
    except (WouldRun, LookupFailed, SyntaxError):
        return MISSING


def _ordered(labels: Iterable[str], prefix: str) -> list[str]:
    """Those that begin like the prefix, whatever the case: as typed first, then public, private, special names."""
    wanted = prefix.casefold()
    fitting = [
        label
        for label in islice(labels, SCAN_LIMIT)
        if type(label) is str and (not wanted or label[: len(prefix) * 3].casefold().startswith(wanted))
    ]
    return sorted(
        fitting,
        key=lambda label: (
            is_dunder(label),
            not label.startswith(prefix),
            label.startswith("_"),
            label.casefold(),
            label,
        ),
    )


_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)
_METHODS = (types.MethodType, types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType)
_PROPERTIES = (property, types.GetSetDescriptorType, types.MemberDescriptorType, cached_property)


def _type_of(value: Any, in_class: bool = False) -> ItemType:
    if is_a(value, type):
        return "class"
    if is_a(value, types.ModuleType):
        return "module"
    if any(is_a(value, base) for base in _FUNCTIONS):
        return "method" if in_class and is_a(value, types.FunctionType) else "function"
    if is_a(value, staticmethod) or is_a(value, classmethod) or any(is_a(value, base) for base in _METHODS):
        return "method"
    return "property" if any(is_a(value, base) for base in _PROPERTIES) else "variable"
