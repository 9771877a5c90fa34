"""Types and levels: a tree becomes a typed tree, or a problem that says where and what instead.

A formula is of one level. `row`: it has a value for each row. `aggregate`: one for each group of rows. `window`: one
for each row or group that depends on the others; then `base` says of which ("row" or "aggregate").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from tablewright.core.formulas import types
from tablewright.core.formulas.functions import FUNCTIONS, find, suggestion
from tablewright.core.formulas.functions.model import Accepts, Function, Takes, converted, fits
from tablewright.core.formulas.names import Names
from tablewright.core.formulas.parser import DEEPEST, LARGEST, parse
from tablewright.core.formulas.problems import (
    ArgumentCountWrong,
    ArgumentUnfit,
    FormulaProblem,
    FormulaTooDeep,
    FormulaTooLarge,
    FunctionUnknown,
    LevelsMixed,
    TypesDiffer,
    shortened,
)
from tablewright.core.formulas.scope import Base, Level, Scope, ScopeColumn, ScopeFormula
from tablewright.core.formulas.tree import Call, Constant, Literal, Node, Parameter, Reference, Span, TableColumn, Tree
from tablewright.core.formulas.types import Kind
from tablewright.core.tables.schema import ColumnType

_ROW, _GROUP, _OVER_ROWS, _OVER_GROUPS, _OVER = "row", "aggregate", "window over rows", "window over groups", "window"


@dataclass(frozen=True)
class Typed:
    """A node with its kind and what compiling needs to know of it."""

    node: Node
    kind: Kind
    levels: frozenset[str]
    function: Function | None = None
    arguments: tuple[Typed, ...] = ()
    targets: tuple[Kind, ...] = ()
    """What each argument is turned into."""
    parameters: tuple[Takes, ...] = ()
    constant: Constant | None = None
    reference: str = ""
    """The id of a column or formula, `{name}` of a parameter, `table.column` of a look-up."""


@dataclass(frozen=True)
class Checked:
    """A formula that is right: what it gives, at which level, and what it uses."""

    tree: Tree
    root: Typed = field(compare=False, repr=False)
    kind: Kind = types.TEXT
    level: Level = "row"
    base: Base | None = None
    references: tuple[str, ...] = ()
    """Ids of the columns and formulas it names, each once, in the order of the text."""
    parameters: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Ids of the tables that it looks up in."""
    size: int = 0
    """Nodes, with those of the formulas that it uses."""
    volatile: bool = False
    """Depends on the present moment (TODAY, NOW): an answer is only good for a while."""

    @property
    def type(self) -> ColumnType:
        """What the result is. A formula that never has a value gives text."""
        return self.kind.type or ColumnType.TEXT

    @property
    def physical(self) -> str:
        """DuckDB's name of the result type, for instance DECIMAL(38, 2)."""
        return self.kind.physical()


def check(formula: str, scope: Scope) -> Checked:
    """Types, level and references of a formula, as written or as stored. Raises a FormulaProblem with its position."""
    return _checked(formula, scope)


@lru_cache(maxsize=4096)
def _checked(formula: str, scope: Scope) -> Checked:
    tree = parse(formula)
    checker = _Checker(tree, scope)
    root = checker.typed(tree.root)
    if isinstance(root.node, TableColumn):
        raise ArgumentUnfit(
            "A column of another dataset is used inside LOOKUP only: "
            "LOOKUP([Customer], Customers[Id], Customers[Name]).",
            formula,
            root.node.span,
        )
    level, base = _level(root.levels)
    kind = root.kind if root.kind.type is not None else types.TEXT
    return Checked(
        tree=tree,
        root=root,
        kind=kind,
        level=level,
        base=base,
        references=tuple(checker.references),
        parameters=tuple(checker.parameters),
        functions=tuple(checker.functions),
        tables=tuple(checker.tables),
        size=checker.size(),
        volatile=any(FUNCTIONS[name].volatile for name in checker.functions) or checker.volatile,
    )


def _level(levels: frozenset[str]) -> tuple[Level, Base | None]:
    if _OVER_GROUPS in levels or (_OVER in levels and _GROUP in levels):
        return "window", "aggregate"
    if _OVER_ROWS in levels or (_OVER in levels and _ROW in levels):
        return "window", "row"
    if _OVER in levels:
        return "window", None
    return ("aggregate", None) if _GROUP in levels else ("row", None)


def _levels_of(formula: ScopeFormula) -> frozenset[str]:
    if formula.level == "row":
        return frozenset({_ROW})
    if formula.level == "aggregate":
        return frozenset({_GROUP})
    return frozenset({{"row": _OVER_ROWS, "aggregate": _OVER_GROUPS, None: _OVER}[formula.base]})


class _Checker:
    def __init__(self, tree: Tree, scope: Scope) -> None:
        self._tree, self._text, self._scope = tree, tree.text, scope
        self._names = Names(scope)
        self.references: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.functions: dict[str, None] = {}
        self.tables: dict[str, None] = {}
        self._sizes = tree.size
        self._depth = 0
        self.volatile = False

    def size(self) -> int:
        if self._sizes > LARGEST:
            raise FormulaTooLarge(
                f"With the formulas that it uses, this one has {self._sizes:,} parts; {LARGEST:,} are the most.",
                self._text,
                Span(0, len(self._text)),
            )
        if self._tree.depth + self._depth > DEEPEST:
            raise FormulaTooDeep(
                f"With the formulas that it uses, this one is nested more than {DEEPEST} deep.",
                self._text,
                Span(0, len(self._text)),
            )
        return self._sizes

    def typed(self, node: Node) -> Typed:
        if isinstance(node, Literal):
            return Typed(node, _literal_kind(node), frozenset(), constant=node.value)
        if isinstance(node, Reference):
            return self._reference(node)
        if isinstance(node, Parameter):
            parameter = self._names.parameter(node, self._text)
            self.parameters[parameter.name] = None
            return Typed(node, parameter.kind, frozenset(), reference=f"{{{parameter.name}}}")
        if isinstance(node, TableColumn):
            table, column = self._names.table_column(node, self._text)
            self.tables[table.id] = None
            return Typed(node, column.kind, frozenset(), reference=f"{table.id}.{column.id}")
        return self._call(node)

    def _reference(self, node: Reference) -> Typed:
        found = self._names.reference(node, self._text)
        self.references[found.id] = None
        if isinstance(found, ScopeColumn):
            return Typed(node, found.kind, frozenset({_ROW}), reference=found.id)
        size, depth, volatile = _expanded(found, self._scope, ())
        self._sizes += size
        self._depth = max(self._depth, depth)
        self.volatile = self.volatile or volatile
        return Typed(node, found.kind, _levels_of(found), reference=found.id)

    # Calls

    def _call(self, node: Call) -> Typed:
        function = find(node.function)
        if function is None:
            raise self._unknown(node)
        self.functions[function.name] = None
        parameters = function.parameters(len(node.arguments))
        if parameters is None:
            raise self._count(node, function)
        arguments = [self.typed(each) for each in node.arguments]
        for argument, parameter in zip(arguments, parameters, strict=True):
            self._fits(function, argument, parameter)
        arguments, parameters = self._completed(function, arguments, parameters, node)
        targets = self._targets(function, arguments, parameters, node)
        for argument, parameter in zip(arguments, parameters, strict=True):
            self._constant(function, argument, parameter)
        seen = [
            Typed(each.node, target, each.levels, constant=each.constant)
            for each, target in zip(arguments, targets, strict=True)
        ]
        kind = function.gives if isinstance(function.gives, Kind) else function.gives(seen)
        if kind is None:
            raise self._unfit(function, arguments, parameters)
        if function.name == "LOOKUP" and arguments[1].reference.split(".")[0] != arguments[2].reference.split(".")[0]:
            raise ArgumentUnfit(
                "Both columns of LOOKUP are of the same dataset: the one to find the key in, and the one to take the "
                "value from.",
                self._text,
                arguments[2].node.span,
            )
        constant = _negated(arguments[0].constant) if function.name == "NEGATE" else None
        levels = self._levels(function, arguments, node)
        return Typed(node, kind, levels, function, tuple(arguments), targets, tuple(parameters), constant)

    def _completed(
        self, function: Function, arguments: list[Typed], parameters: list[Takes], node: Call
    ) -> tuple[list[Typed], list[Takes]]:
        """With the defaults of what was left out."""
        if function.arrange is not None:
            return arguments, parameters
        for parameter in [each for each in function.takes if not each.repeats][len(parameters) :]:
            if parameter.default is not None:
                literal = Literal(parameter.default, node.name_span)
                arguments = [
                    *arguments,
                    Typed(literal, _literal_kind(literal), frozenset(), constant=parameter.default),
                ]
                parameters = [*parameters, parameter]
        return arguments, parameters

    def _targets(
        self, function: Function, arguments: Sequence[Typed], parameters: Sequence[Takes], node: Call
    ) -> tuple[Kind, ...]:
        groups: dict[str, Kind] = {}
        for name in dict.fromkeys(each.group for each in parameters if each.group):
            members = [each for each, takes in zip(arguments, parameters, strict=True) if takes.group == name]
            kind = types.joined([each.kind for each in members])
            if kind is None:
                raise self._differ(function, members)
            groups[name] = kind
        return tuple(
            (groups[takes.group] if groups[takes.group].type is not None else types.TEXT)
            if takes.group
            else converted(takes.accepts, argument.kind)
            for argument, takes in zip(arguments, parameters, strict=True)
        )

    def _levels(self, function: Function, arguments: Sequence[Typed], node: Call) -> frozenset[str]:
        levels = frozenset[str]().union(*(each.levels for each in arguments))
        name = function.name
        if function.level == "aggregate":
            if levels - {_ROW}:
                raise LevelsMixed(
                    f"{name} is already computed over rows; its argument holds a value of groups or of a window. Put "
                    "one of them into a formula of a question on this question.",
                    self._text,
                    node.span,
                )
            return frozenset({_GROUP})
        if function.level == "window":
            if levels & {_OVER_ROWS, _OVER_GROUPS, _OVER}:
                raise LevelsMixed(
                    f"{name} cannot be computed over another window function. Compute them beside one another.",
                    self._text,
                    node.span,
                )
            self._unmixed(levels, arguments, node)
            if _GROUP in levels:
                return frozenset({_OVER_GROUPS})
            return frozenset({_OVER_ROWS if _ROW in levels else _OVER})
        self._unmixed(levels, arguments, node)
        return levels

    def _unmixed(self, levels: frozenset[str], arguments: Sequence[Typed], node: Call) -> None:
        rows, groups = levels & {_ROW, _OVER_ROWS}, levels & {_GROUP, _OVER_GROUPS}
        if not rows or not groups:
            return
        single = next(each for each in arguments if each.levels & {_ROW, _OVER_ROWS})
        shown = self._text[single.node.span.start : single.node.span.end]
        proposal = f"SUM({shown})" if single.kind.is_number else f"MAX({shown})"
        raise LevelsMixed(
            f"{shown} has a value for each row, and another part of the formula one for each group of rows. Say how "
            f"the rows are put together, for instance {proposal}.",
            self._text,
            single.node.span,
            proposal=proposal,
        )

    # Problems

    def _fits(self, function: Function, argument: Typed, parameter: Takes) -> None:
        span = argument.node.span
        is_column = isinstance(argument.node, TableColumn)
        if is_column != (parameter.accepts is Accepts.COLUMN):
            raise ArgumentUnfit(
                f"{parameter.name} of {function.name} is a column of another dataset, as in Customers[Name]."
                if not is_column
                else "A column of another dataset is used inside LOOKUP only.",
                self._text,
                span,
            )
        if fits(parameter.accepts, argument.kind):
            return
        wanted = parameter.accepts.value.strip()
        shown = self._text[span.start : span.end]
        label = f"{parameter.name} of {function.shown or function.name}"
        hint, proposal = _way_out(parameter.accepts, argument.kind, shown)
        raise ArgumentUnfit(
            f"{label} has to be a {wanted}, and this is {_article(argument.kind)}.{hint}",
            self._text,
            span,
            proposal=proposal,
        )

    def _constant(self, function: Function, argument: Typed, parameter: Takes) -> None:
        if not parameter.constant:
            return
        given, span = argument.constant, argument.node.span
        if given is None:
            raise ArgumentUnfit(
                f"{parameter.name} of {function.name} has to be written in the formula itself, not computed.",
                self._text,
                span,
            )
        if parameter.among and str(given).lower() not in parameter.among:
            near = suggestion(str(given).lower(), parameter.among)
            hint = f' Did you mean "{near}"?' if near else ""
            raise ArgumentUnfit(
                f"{parameter.name} of {function.name} is one of: {', '.join(parameter.among)}.{hint}",
                self._text,
                span,
                proposal=f'"{near}"' if near else None,
            )
        if isinstance(given, int | Decimal | float) and (
            (parameter.low is not None and given < parameter.low)
            or (parameter.high is not None and given > parameter.high)
        ):
            raise ArgumentUnfit(
                f"{parameter.name} of {function.name} is from {parameter.low} to {parameter.high}.", self._text, span
            )

    def _unknown(self, node: Call) -> FunctionUnknown:
        near = suggestion(node.function)
        shown = node.function if len(node.function) <= 40 else f"{node.function[:39]}…"
        hint = f" Did you mean {near}?" if near else " All functions are on the page of functions."
        return FunctionUnknown(f"There is no function {shown}.{hint}", self._text, node.name_span, proposal=near)

    def _count(self, node: Call, function: Function) -> ArgumentCountWrong:
        given = len(node.arguments)
        hint = ""
        if function.name in ("MIN", "MAX") and given > 1:
            other = "LEAST" if function.name == "MIN" else "GREATEST"
            hint = f" To compare values of one row, use {other}."
        elif function.level == "aggregate" and given > 1 and function.name in ("SUM", "AVERAGE"):
            hint = " It goes over the rows of one column. Values of one row are added with +."
        return ArgumentCountWrong(
            f"{function.name} is written {function.signature}, and has {given} "
            f"argument{'' if given == 1 else 's'} here.{hint}",
            self._text,
            node.span,
            proposal=function.signature,
        )

    def _unfit(self, function: Function, arguments: Sequence[Typed], parameters: Sequence[Takes]) -> FormulaProblem:
        """Why a function has no result for arguments that it takes one by one."""
        read = [
            (argument, takes, shortened(argument.constant))
            for argument, takes in zip(arguments, parameters, strict=True)
            if takes.reads and isinstance(argument.constant, str)
        ]
        if len(read) > 1:
            both = " and ".join(f'"{shown}"' for *_, shown in read)
            return ArgumentUnfit(f"{function.name} cannot put {both} together.", self._text, read[-1][0].node.span)
        if read:
            argument, takes, shown = read[0]
            words = f" It is {takes.words}." if takes.words else ""
            return ArgumentUnfit(
                f'"{shown}" is no {takes.name} that {function.name} knows for {_article(arguments[0].kind)}.{words}',
                self._text,
                argument.node.span,
            )
        return self._differ(function, arguments)

    def _differ(self, function: Function, members: Sequence[Typed]) -> TypesDiffer:
        first = members[0]
        apart = [each for each in members if types.joined([first.kind, each.kind]) is None]
        other = (apart or members)[-1]
        hint = _same_hint(first.kind, other.kind)
        what = f"The operator {function.shown}" if function.shown else function.name
        return TypesDiffer(
            f"{what} cannot put {_article(first.kind)} and {_article(other.kind)} together.{hint}",
            self._text,
            other.node.span,
        )


def _literal_kind(node: Literal) -> Kind:
    given = node.value
    if isinstance(given, bool):
        return types.BOOLEAN
    if isinstance(given, int):
        return Kind(ColumnType.INTEGER, max(len(str(abs(given))), 1) if abs(given) < 2**63 else 38)
    if isinstance(given, Decimal):
        digits = format(abs(given), "f").replace(".", "").lstrip("0")
        return types.decimal(max(len(digits), node.places, 1), node.places)
    if isinstance(given, float):
        return types.FLOAT
    if isinstance(given, str):
        return types.TEXT
    if hasattr(given, "hour") and hasattr(given, "year"):
        return types.INSTANT if given.tzinfo else types.TIMESTAMP  # type: ignore[union-attr]
    return types.DATE if hasattr(given, "year") else types.TIME


def _negated(given: Constant | None) -> Constant | None:
    return -given if isinstance(given, int | float | Decimal) and not isinstance(given, bool) else None


@lru_cache(maxsize=4096)
def _expanded(formula: ScopeFormula, scope: Scope, above: tuple[str, ...]) -> tuple[int, int, bool]:
    """Nodes and depth of a formula with those that it uses, and whether one of them depends on the present moment."""
    tree = parse(formula.stored)
    size, depth, volatile = tree.size, 0, False
    ids = {each.id: each for each in scope.formulas}
    names = {each.name.strip().lower(): each for each in scope.formulas}
    for node in tree.walk():
        if isinstance(node, Call):
            function = find(node.function)
            volatile = volatile or (function is not None and function.volatile)
        if isinstance(node, Reference):
            used = ids.get(node.name) if node.by_id else names.get(node.name.strip().lower())
            if used is None or used.id in above:
                continue
            inner = _expanded(used, scope, (*above, formula.id))
            size, depth, volatile = size + inner[0], max(depth, inner[1]), volatile or inner[2]
            if size > LARGEST:
                break
    return size, tree.depth + depth, volatile


def _article(kind: Kind) -> str:
    words = kind.words
    return words if words in ("text", "no value") else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _way_out(accepts: Accepts, kind: Kind, shown: str) -> tuple[str, str | None]:
    """What turns the argument into what is needed, when something does."""
    way = None
    if accepts in (Accepts.NUMBER, Accepts.INTEGER, Accepts.FLOAT):
        way = "VALUE" if kind.type is ColumnType.TEXT else "N" if kind.type is ColumnType.BOOLEAN else None
    elif accepts is Accepts.TEXT:
        way = "TOTEXT"
    elif accepts in (Accepts.DATE, Accepts.MOMENT, Accepts.TIMESTAMP) and kind.type is ColumnType.TEXT:
        way = "DATEVALUE"
    elif accepts is Accepts.BOOLEAN and kind.is_number:
        return f" Compare it: {shown} <> 0.", f"{shown} <> 0"
    return (f" Write {way}({shown}).", f"{way}({shown})") if way else ("", None)


def _same_hint(left: Kind, right: Kind) -> str:
    if {left.type, right.type} >= {ColumnType.TEXT} and (left.is_number or right.is_number):
        return " Turn the text into a number with VALUE, or the number into text with TOTEXT."
    if ColumnType.TEXT in (left.type, right.type) and ColumnType.DATE in (left.type, right.type):
        return " Write dates as #2026-01-31#, or turn the text into a date with DATEVALUE."
    return ""
