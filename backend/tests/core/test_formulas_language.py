"""Before and after: names and ids, types, levels, problems with their positions, limits and hostile text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp
from support.formulas import NOW, SALES, SCOPE, resolver, rows_of, value_of

from tablewright.core.formulas.check import check
from tablewright.core.formulas.compile import compile
from tablewright.core.formulas.complete import complete, signature_at
from tablewright.core.formulas.docs import catalogue
from tablewright.core.formulas.emit import WindowContext
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.graph import check_all, order
from tablewright.core.formulas.names import shown, stored
from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.problems import (
    ArgumentCountWrong,
    ArgumentUnfit,
    ColumnUnknown,
    ContextMissing,
    EngineUnfit,
    FormulaCircular,
    FormulaProblem,
    FormulaTooDeep,
    FormulaTooLarge,
    FormulaTooLong,
    FormulaUnreadable,
    FunctionUnknown,
    LevelsMixed,
    NameAmbiguous,
    ParameterUnknown,
    TableUnknown,
    TypesDiffer,
)
from tablewright.core.formulas.scope import Scope, ScopeColumn, ScopeTable
from tablewright.core.queries import sql
from tablewright.core.queries.sql import Binder
from tablewright.core.tables.schema import ColumnType

TEXT, INTEGER = ColumnType.TEXT, ColumnType.INTEGER
ODD = Scope(
    columns=(
        ScopeColumn("c1", "Net [EUR]", INTEGER), ScopeColumn("c2", "#c9", INTEGER), ScopeColumn("c3", "Twice", INTEGER),
        ScopeColumn("c4", "Twice", INTEGER), ScopeColumn("j1c2", "Customers.Name", TEXT),
        ScopeColumn("c5", 'a"b\'c', TEXT),
    ),
    tables=(ScopeTable("t-1", "Order lines", (ScopeColumn("c1", "Id", INTEGER), ScopeColumn("c2", "It's ]", TEXT))),),
)  # fmt: skip


# Names and ids


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("[Net [EUR]]] * 2", "[#c1] * 2"),
        ("[net [eur]]]+1", "[#c1]+1"),
        ("[##c9]", "[#c2]"),
        ("[#c4]", "[#c4]"),
        ("UPPER( [Customers.Name] )", "UPPER( [#j1c2] )"),
        ('[a"b\'c] & "[Net]"', '[#c5] & "[Net]"'),
        ("LOOKUP([#c3], 'Order lines'[Id], 'Order lines'[It's ]]])", "LOOKUP([#c3], #t-1[#c1], #t-1[#c2])"),
    ],
)
def test_names_are_kept_as_ids_and_shown_as_names(written: str, kept: str) -> None:
    assert stored(written, ODD) == kept
    again = shown(kept, ODD)
    assert stored(again, ODD) == kept
    assert again.lower() == written.lower() or "[#c4]" in written


def test_a_renamed_column_is_shown_by_its_new_name() -> None:
    kept = stored("[Sales] - [Profit]", SCOPE)
    columns = (replace(each, name="Umsatz") if each.name == "Sales" else each for each in SCOPE.columns)
    renamed = replace(SCOPE, columns=tuple(columns))
    assert shown(kept, renamed) == "[Umsatz] - [Profit]"
    assert check(kept, renamed).references == ("c4", "c5")


def test_an_id_that_is_gone_stays_visible_and_is_a_problem() -> None:
    assert shown("[#c99] + 1", SCOPE) == "[#c99] + 1"
    with pytest.raises(ColumnUnknown, match="c99"):
        check("[#c99] + 1", SCOPE)


# Types and levels


@pytest.mark.parametrize(
    ("formula", "physical", "level", "base"),
    [
        ("[Quantity] + 1", "BIGINT", "row", None),
        ("[Quantity] / 2", "DOUBLE", "row", None),
        ("[Sales] * 1.5", "DECIMAL(11, 3)", "row", None),
        ("[Sales] + [Quantity]", "DECIMAL(22, 2)", "row", None),
        ("[Sales] * [Sales] * [Sales] * [Sales]", "DECIMAL(36, 8)", "row", None),
        ("[Sales] * 0.0000000001 * 0.0000000001", "DOUBLE", "row", None),
        ("[Score] * 2", "DOUBLE", "row", None),
        ("[Day] + 1", "DATE", "row", None),
        ("[Day] - #2025-01-01#", "BIGINT", "row", None),
        ("IF([Quantity] > 1, 1, 2.5)", "DECIMAL(2, 1)", "row", None),
        ("BLANK()", "VARCHAR", "row", None),
        ("SUM([Sales])", "DECIMAL(38, 2)", "aggregate", None),
        ("SUM([Quantity])", "DECIMAL(38, 0)", "aggregate", None),
        ("SUM([Profit]) / SUM([Sales])", "DOUBLE", "aggregate", None),
        ("RUNNING_SUM([Quantity])", "DECIMAL(38, 0)", "window", "row"),
        ("RUNNING_SUM(SUM([Sales])) / 2", "DOUBLE", "window", "aggregate"),
        ("ROW_NUMBER()", "BIGINT", "window", None),
        ("ROUND([Score], 2)", "DOUBLE", "row", None),
        ("ROUND([Sales], 1)", "DECIMAL(9, 1)", "row", None),
        ("#2025-01-31T08:30:00+01:00#", "TIMESTAMPTZ", "row", None),
    ],
)
def test_a_formula_has_a_type_and_a_level(formula: str, physical: str, level: str, base: str | None) -> None:
    found = check(formula, SCOPE)
    assert (found.physical, found.level, found.base) == (physical, level, base)


def test_what_a_formula_uses_is_told() -> None:
    found = check('IF([Sales] > {rate}, LOOKUP([Customer], Customers[Id], Customers[Name]), TEXT(TODAY(), "d"))', SCOPE)
    assert found.references == ("c4", "c8")
    assert found.parameters == ("rate",)
    assert found.tables == ("customers",)
    assert found.functions == ("IF", ">", "LOOKUP", "TEXT", "TODAY")
    assert found.volatile


# Results


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ('IF([Profit] / [Sales] > 20%, "high", "low")', ["high", "low", "low", "low", "low"]),
        ("[Quantity] + 9223372036854775807", [None] * 5),
        ("1 / ([Quantity] - 2)", [None, 1.0, 1 / 3, -1.0, 0.5]),
        ("1 / (1 / ([Quantity] - 2))", [None, 1.0, 3.0, -1.0, 2.0]),
        ("[Score] * 1e308 * 10 > 1", [None] * 5),
        ("IFERROR([Score] * 1e308 * 10, 0)", [0.0] * 5),
        ("SQRT([Quantity] - 3)", [None, 0.0, 2**0.5, None, 1.0]),
        ("0.1 + 0.2 = 0.3", [True] * 5),
        ('[Note] = "A"', [False, None, False, False, False]),
        ('[Region] & ":" & [Note]', ["North:a", "South:", "North:b", "West:", "South:c"]),
        ("[Day] + 4000000", [None] * 5),
        ("[Region] IN (\"North\", \"West\") AND NOT [Quantity] > 2", [True, False, False, True, False]),
        ("-[Quantity]^2", [4.0, 9.0, 25.0, 1.0, 16.0]),
    ],
)  # fmt: skip
def test_a_formula_of_rows(formula: str, result: list[Any]) -> None:
    assert rows_of(SALES, formula) == result


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("SQRT(SUM([Profit]) - 200)", None),
        ("SUM([Quantity]) + 1", 16),
        ("SUM([Quantity]) * SUM([Quantity]) * 3", 675),
        ("IF(SUM([Profit]) > 50, \"good\", \"bad\")", "good"),
        ("SUM([Sales]) / (COUNT([Sales]) - 5)", None),
        ("LN(MIN([Quantity]) - 1)", None),
        ("ROUND(AVERAGE([Sales]) * SUM([Quantity]) / 7, 1)", 428.6),
    ],
)  # fmt: skip
def test_what_an_aggregate_cannot_compute_is_no_value(formula: str, result: Any) -> None:
    assert value_of(formula) == result


def test_windows_go_over_the_groups_of_an_answer() -> None:
    checked = check("RUNNING_SUM(SUM([Quantity]) + 1) + SQRT(SUM([Quantity]) - 7)", SCOPE)
    window = WindowContext(order=[exp.Ordered(this=sql.column("c1"), desc=False)])
    node = compile(checked, resolver(), Binder(), window=window)
    with duckdb.connect() as connection:
        connection.register("sales", SALES)
        found = connection.execute(f"SELECT c1, {sql.write(node)} FROM sales GROUP BY c1 ORDER BY c1").fetchall()
    assert found == [("North", 8.0), ("South", 16.0), ("West", None)]


def test_infinities_and_nan_of_a_column_are_no_values() -> None:
    table = pa.table({"c6": pa.array([1.0, float("inf"), float("nan"), None])})
    assert rows_of(table, "[Score] + 1") == [2.0, None, None, None]
    assert rows_of(table, "[Score]") == [1.0, None, None, None]
    assert rows_of(table, "SUM([Score])") == [1.0]


def test_a_text_is_bound_whatever_becomes_of_it() -> None:
    evil = "x'); DROP TABLE sales; --"
    checked, binder = check(f'ISNUMBER("{evil}") OR [Region] = "{evil}" OR LEN(TEXT(1, "0")) = 5', SCOPE), Binder()
    written = sql.write(compile(checked, resolver(), binder))
    assert evil not in written and evil in dict(binder.values).values()
    assert set(dict(binder.values)) == {
        each.this for each in compile(checked, resolver(), Binder()).find_all(exp.Placeholder)
    }
    assert rows_of(SALES, checked) == [False] * 5


# Problems


@pytest.mark.parametrize(
    ("formula", "problem", "position", "proposal"),
    [
        ("[Salse] * 2", ColumnUnknown, (0, 7, 1, 1), "[Sales]"),
        ("1 +\n ROUN(2)", FunctionUnknown, (5, 9, 2, 2), "ROUND"),
        ("{rat} + 1", ParameterUnknown, (0, 5, 1, 1), "{rate}"),
        ("LOOKUP(1, Customer[Id], Customers[Name])", TableUnknown, (10, 18, 1, 11), "Customers"),
        ("LOOKUP(1, Customers[Idd], Customers[Name])", ColumnUnknown, (19, 24, 1, 20), "[Id]"),
        ("LEN([Quantity])", ArgumentUnfit, (4, 14, 1, 5), "TOTEXT([Quantity])"),
        ("[Region] + 1", ArgumentUnfit, (0, 8, 1, 1), None),
        ("IF([Quantity], 1, 2)", ArgumentUnfit, (3, 13, 1, 4), "[Quantity] <> 0"),
        ("IF(TRUE, 1, \"a\")", TypesDiffer, (12, 15, 1, 13), None),
        ("[Day] + [Day]", TypesDiffer, (8, 13, 1, 9), None),
        ("[Sales] / SUM([Sales])", LevelsMixed, (0, 7, 1, 1), "SUM([Sales])"),
        ("SUM(SUM([Sales]))", LevelsMixed, (0, 17, 1, 1), None),
        ("RUNNING_SUM(RANK([Sales]))", LevelsMixed, (0, 26, 1, 1), None),
        ("LEFT()", ArgumentCountWrong, (0, 6, 1, 1), "LEFT(text, [count])"),
        ("MAX(1, 2)", ArgumentCountWrong, (0, 9, 1, 1), "MAX(value)"),
        ("STARTOF([Day], \"moth\")", ArgumentUnfit, (15, 21, 1, 16), '"month"'),
        ("STARTOF([Day], [Region])", ArgumentUnfit, (15, 23, 1, 16), None),
        ("PERCENTILE([Sales], 1.5)", ArgumentUnfit, (20, 23, 1, 21), None),
        ("TEXT(1, \"yyyy\")", ArgumentUnfit, (8, 14, 1, 9), None),
        ("CONVERT(1, \"m\", \"kg\")", ArgumentUnfit, (16, 20, 1, 17), None),
        ("Customers[Name]", ArgumentUnfit, (0, 15, 1, 1), None),
        ("(1 + 2", FormulaUnreadable, (0, 1, 1, 1), ")"),
        ("1 +", FormulaUnreadable, (3, 3, 1, 4), None),
        ("Sales * 2", FormulaUnreadable, (0, 5, 1, 1), "[Sales]"),
        ("\"open", FormulaUnreadable, (0, 5, 1, 1), '"'),
        ("[Sales", FormulaUnreadable, (0, 1, 1, 1), "]"),
        ("#2025-02-30#", FormulaUnreadable, (0, 12, 1, 1), None),
        ("“north”", FormulaUnreadable, (0, 1, 1, 1), None),
        ("1 2", FormulaUnreadable, (2, 3, 1, 3), None),
        ("", FormulaUnreadable, (0, 0, 1, 1), None),
    ],
)  # fmt: skip
def test_a_problem_says_where_and_what_instead(
    formula: str, problem: type[FormulaProblem], position: tuple[int, ...], proposal: str | None
) -> None:
    with pytest.raises(problem) as caught:
        check(formula, SCOPE)
    found = caught.value.position
    assert type(caught.value) is problem
    assert (found.start, found.end, found.line, found.column) == position
    assert caught.value.proposal == proposal
    assert caught.value.as_document()["where"]["start"] == position[0]


def test_a_name_of_several_columns_is_refused_with_their_ids() -> None:
    with pytest.raises(NameAmbiguous, match=r"\[#c3\], \[#c4\]"):
        check("[Twice]", ODD)


def test_what_the_place_does_not_give_is_a_problem_and_so_is_what_spark_lacks() -> None:
    for formula in ("RANK([Sales])", "FIRST([Sales])", "TODAY()", "LOOKUP(1, Customers[Id], Customers[Name])"):
        with pytest.raises(ContextMissing):
            compile(check(formula, SCOPE), resolver(), Binder())
    with pytest.raises(EngineUnfit):
        compile(check('REGEXMATCH([Region], "a")', SCOPE), resolver(), Binder(), "spark", now=NOW)


# Formulas that use formulas


def test_formulas_are_computed_behind_those_they_use() -> None:
    given = [("f1", "Margin", "[Gain] / [Sales]"), ("f2", "Gain", "[Profit] * 2"), ("f3", "Total", "SUM([Gain])")]
    assert order(given, SCOPE) == ("f2", "f1", "f3")
    found, scope = check_all(given, SCOPE)
    assert [found[each].level for each in ("f1", "f2", "f3")] == ["row", "row", "aggregate"]
    assert stored("[Margin] > 1", scope) == "[#f1] > 1"


def test_a_circle_of_formulas_is_named() -> None:
    with pytest.raises(FormulaCircular, match=r"\[A\] → \[B\] → \[C\] → \[A\]"):
        order([("f1", "A", "1 + [B]"), ("f2", "B", "[C]"), ("f3", "C", "[A]")], SCOPE)
    with pytest.raises(FormulaCircular, match="uses itself"):
        order([("f1", "A", "[A] + 1")], SCOPE)


def test_formulas_that_double_one_another_reach_the_limit_and_not_the_memory() -> None:
    given = [("f0", "F0", "[Sales] + 1")]
    given += [(f"f{place}", f"F{place}", f"[F{place - 1}] + [F{place - 1}]") for place in range(1, 20)]
    with pytest.raises(FormulaTooLarge):
        check_all(given, SCOPE)


def test_formulas_that_build_on_one_another_reach_the_limit_of_depth() -> None:
    given = [("f0", "F0", "[Sales] + 1")]
    given += [(f"f{place}", f"F{place}", f"[F{place - 1}] + 1") for place in range(1, 70)]
    with pytest.raises(FormulaTooDeep):
        check_all(given, SCOPE)


# Limits and hostile text


def too(problem: type[FormulaProblem], formula: str) -> None:
    with pytest.raises(problem) as caught:
        check(formula, SCOPE)
    assert len(caught.value.detail) < 400


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("(" * 10_000, FormulaTooLong),
        ("1+" * 100_000 + "1", FormulaTooLong),
        ("é" * 3_000, FormulaTooLong),
        ("(" * 1_000 + "1" + ")" * 1_000, FormulaTooDeep),
        ("-" * 2_000 + "1", FormulaTooDeep),
        ("NOT " * 500 + "TRUE", FormulaTooDeep),
        ("ABS(" * 100 + "1" + ")" * 100, FormulaTooDeep),
        ("1" + "+1" * 500, FormulaTooDeep),
        ("1" + "+1" * 1_001, FormulaTooLarge),
        ("1 IN (" + ",".join("1" for _ in range(2_040)) + ")", FormulaTooLarge),
        ("1" + "%" * 1_000, FormulaTooDeep),
        ("[" + "x" * 4_000 + "]", ColumnUnknown),
        ("x" * 4_000 + "(1)", FunctionUnknown),
        ("\0", FormulaUnreadable),
        ('"\0"', FormulaUnreadable),
        ("\ud800", FormulaUnreadable),
        ("1) OR 1=1 --", FormulaUnreadable),
        ("1; DROP TABLE x", FormulaUnreadable),
        ("(SELECT 1)", FormulaUnreadable),
        ("__import__('os')", FormulaUnreadable),
        ("().__class__.__bases__", FormulaUnreadable),
        ("[x for x in (1,)]", ColumnUnknown),
        ("query(\"SELECT 1\")", FunctionUnknown),
        ("read_csv(\"/etc/passwd\")", FunctionUnknown),
        ("EVAL(\"1\")", FunctionUnknown),
        ("${7*7}", FormulaUnreadable),
        ("{{7*7}}", FormulaUnreadable),
        ("{7*7}", ParameterUnknown),
        ("/* x */ 1", FormulaUnreadable),
        ("[Sales]::INT", FormulaUnreadable),
        ("[Sales] -- 1\nOR", FormulaUnreadable),
    ],
)  # fmt: skip
def test_hostile_text_is_refused_by_our_own_words(formula: str, problem: type[FormulaProblem]) -> None:
    too(problem, formula)


@pytest.mark.parametrize(
    "formula",
    [
        "ABS(" * 62 + "[Score]" + ")" * 62,
        "IF(TRUE, " * 62 + "[Score]" + ", 1)" * 62,
        "SQRT(1 / (1 + " * 14 + "[Score]" + "))" * 14,
        "1" + "+[Score]" * 62,
        " & ".join(["[Region]"] * 300),
        " AND ".join(["[Sales] > 1"] * 250),
        "ROUND(" * 15 + "[Score]" + ", [Quantity])" * 15,
        "CONCAT(" + ",".join(["[Region]"] * 350) + ")",
    ],
)
def test_the_largest_formulas_are_computed(formula: str) -> None:
    assert len(rows_of(SALES, formula)) == 5


@pytest.mark.parametrize(
    "formula", ['REPT("ab", 2000000000)', 'PADLEFT("a", 2000000000, "b")', 'LEN(REPT("a", 1000)) + 1']
)
def test_repeating_text_is_bounded(formula: str) -> None:
    assert value_of(formula) in (None, 1001)


def test_sql_that_would_be_too_deep_to_write_is_refused() -> None:
    checked = check("SQRT(1 / (1 + " * 20 + "[Score]" + "))" * 20, SCOPE)
    with pytest.raises(FormulaTooDeep):
        compile(checked, resolver(), Binder())


def test_a_long_way_of_replacing_is_bounded() -> None:
    assert value_of('LEN(SUBSTITUTE(REPT("a", 1000), "a", REPT("b", 1000)))') is None
    assert value_of('LEN(SUBSTITUTE(REPT("a", 1000), "a", "bb"))') == 2000


def test_only_parsed_formulas_have_positions_of_their_own() -> None:
    tree = parse("SUM([Sales]) / 2")
    assert [(each.span.start, each.span.end) for each in tree.walk()] == [(0, 16), (0, 12), (4, 11), (15, 16)]


# Help while writing


@pytest.mark.parametrize(
    ("text", "first", "span"),
    [
        ("[Sa", "[Sales]", (0, 3)),
        ("1 + ROUN", "ROUND(", (4, 8)),
        ("IF({r", "{rate}", (3, 5)),
        ("LOOKUP([Customer], Customers[N", "[Name]", (28, 30)),
        ("prof", "[Profit]", (0, 4)),
    ],
)
def test_completion_offers_what_begins_like_it(text: str, first: str, span: tuple[int, int]) -> None:
    found = complete(text, len(text), SCOPE)
    assert (found[0].insert, (found[0].start, found[0].end)) == (first, span)


def test_completion_replaces_the_rest_of_the_word_and_its_bracket() -> None:
    found = complete("[Sa] + 1", 3, SCOPE)[0]
    assert ("[Sa] + 1"[: found.start] + found.insert + "[Sa] + 1"[found.end :]) == "[Sales] + 1"
    assert complete('"Sa', 3, SCOPE) == []


@pytest.mark.parametrize(
    ("text", "function", "active"),
    [
        ("ROUND([Sales], ", "ROUND", 1),
        ("IF(SUM(1), ", "IF", 1),
        ('IF(a, LEFT("x,(", ', "LEFT", 1),
        ("IFS(1, 2, 3", "IFS", 0),
    ],
)
def test_the_signature_at_the_cursor(text: str, function: str, active: int) -> None:
    found = signature_at(text, len(text))
    assert found is not None
    assert (found.function, found.active) == (function, active)
    assert signature_at("1 + 2", 5) is None


def test_the_catalogue_has_every_function_with_an_example() -> None:
    found = catalogue()
    assert len(found["functions"]) + len(found["operators"]) == len(FUNCTIONS) >= 150
    assert all(each["examples"] and each["description"].endswith((".", ")")) for each in found["functions"])
    assert len({alias for each in FUNCTIONS.values() for alias in each.aliases} & set(FUNCTIONS)) == 0
