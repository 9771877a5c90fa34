"""HTML made of values: every text is escaped where it is written, so that no text of a user's can be markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from re import compile as pattern

_NAME = pattern(r"[a-z][a-z0-9-]*")
_VOID = frozenset({"meta", "link", "input", "img", "source", "br"})


class Markup(str):
    """Text that is HTML already. Made by `element` alone."""

    __slots__ = ()


Child = Markup | str | None | Iterable["Markup | str | None"]


def element(tag: str, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """`element("p", "a < b", cls="x")`. `cls` and `for_` are spelled so because they are words of Python; False and
    None leave an attribute out, True writes its name alone, `_` in a name is `-`.
    """
    if not _NAME.fullmatch(tag):
        raise ValueError(f"{tag!r} is no element")
    told = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{told}>")
    return Markup(f"<{tag}{told}>{''.join(_written(child) for child in children)}</{tag}>")


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = {"cls": "class", "for_": "for"}.get(name, name).replace("_", "-")
    if not _NAME.fullmatch(name) or name.startswith("on") or name == "style":
        raise ValueError(f"{name!r} is no attribute")
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child, quote=False)
    return "".join(_written(each) for each in child)


def document(head: Iterable[Markup], body: Markup, language: str = "en") -> str:
    """A whole page."""
    top = Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">')
    return f"<!doctype html>{element('html', element('head', top, head), body, lang=language)}"


def style(css: str) -> Markup:
    """A style sheet of ours. It holds nothing of a user's."""
    if "<" in css:
        raise ValueError("a style sheet holds no markup")
    return Markup(f"<style>{css}</style>")
