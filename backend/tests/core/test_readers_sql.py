"""SQL dumps of every dialect give the tables that the database would hold; nothing in them is carried out."""

# ruff: noqa: E501 - lines of dumps are shown as they are written

from __future__ import annotations

import os
import random
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.reading import Loaded, load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import engine
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
from tablewright.core.readers.sql import dump as dump_module
from tablewright.core.readers.sql import rows as rows_module
from tablewright.core.readers.sql.dialect import looks_like_sql


def by_name(tables: list[Loaded]) -> dict[str, Loaded]:
    return {table.name: table for table in tables}


MYSQL = r"""/*M!999999\- enable the sandbox mode */
-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `items`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `items` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `code` varchar(10) COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'it''s; a (code)',
  `price` decimal(8,2) NOT NULL DEFAULT '0.00',
  `seen` datetime DEFAULT NULL,
  `on_shelf` tinyint(1) DEFAULT 1,
  `kind` enum('a','b') DEFAULT 'a',
  `flags` bit(1) DEFAULT b'0',
  `raw` blob,
  PRIMARY KEY (`id`),
  KEY `code` (`code`(5)),
  CONSTRAINT `fk` FOREIGN KEY (`kind`) REFERENCES `kinds` (`name`) ON DELETE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4;
LOCK TABLES `items` WRITE;
/*!40000 ALTER TABLE `items` DISABLE KEYS */;
INSERT INTO `items` VALUES (1,'007','1.50','2024-01-02 03:04:05',1,'a',b'1',_binary 'abc'),(2,'it\'s','2.00',NULL,0,'b',b'0',0xFF00),
(3,'a\\b\n\tc','3.25','2024-01-03 00:00:00',1,'a',_binary '\0',NULL),(4,'x),(5,"y"','4.00',NULL,NULL,'b',b'1',_binary '\0ÿ');
/*!40000 ALTER TABLE `items` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE `kinds` (`name` varchar(5) NOT NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB;
INSERT INTO `kinds` VALUES ('a'),('b');
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `items` FOR EACH ROW BEGIN
  INSERT INTO `kinds` VALUES ('never');
END */;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED VIEW `v` AS select 1 AS `1` */;
-- Dump completed
"""


def test_mysql_as_mysqldump_writes_it():
    tables = by_name(load(MYSQL, "shop.sql"))
    items = tables["items"]
    assert items.types == ["integer", "text", "decimal", "timestamp", "integer", "text", "integer", "text"]
    assert [row[1] for row in items.rows] == ["007", "it's", "a\\b\n\tc", 'x),(5,"y"']
    assert [row[2] for row in items.rows] == [Decimal("1.50"), Decimal("2.00"), Decimal("3.25"), Decimal("4.00")]
    assert items.rows[0][3] == datetime(2024, 1, 2, 3, 4, 5)
    assert [row[6] for row in items.rows] == [1, 0, 0, 1]
    assert [row[7] for row in items.rows] == ["abc", "\\xff00", None, "\\x00c3bf"]
    assert tables["kinds"].rows == [("a",), ("b",)]
    assert items.decided("dialect")["value"] == "MySQL"
    assert items.receipt["warnings"] == []


def keys_of(text: str, tmp_path: Any) -> list[dict[str, Any]]:
    (tmp_path / "x").write_text(text)
    (tmp_path / "s").mkdir()
    tables = run({"path": str(tmp_path / "x"), "out_dir": str(tmp_path / "out")}, Quiet(tmp_path / "s"))["tables"]
    assert isinstance(tables, list)
    return tables


def test_keys_and_links_are_kept(tmp_path):
    items = keys_of(MYSQL, tmp_path)[0]
    assert items["primary_key"] == ["c1"]
    assert items["links"] == [{"columns": ["c6"], "table": "kinds", "names": ["name"]}]


POSTGRES = r"""--
-- PostgreSQL database dump
--
\restrict abc
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  INSERT INTO public.person VALUES (99, 'never'); RETURN NEW;
END;
$body$;
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE TABLE public.person (
    id integer NOT NULL,
    name character varying(40) DEFAULT 'x'::character varying,
    born date,
    paid numeric(10,2),
    active boolean,
    at timestamp with time zone,
    mood public.mood,
    tags text[],
    data bytea
);
CREATE TABLE public.visit (
    id bigint NOT NULL,
    person_id integer
);
CREATE SEQUENCE public.person_id_seq START WITH 1;
ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);
COPY public.person (id, name, born, paid, active, at, mood, tags, data) FROM stdin;
1	Ada\tL.	1815-12-10	10.50	t	2024-01-01 00:00:00+00	ok	{a,"b c"}	\\x0102
2	back\\slash	\N	\N	f	\N	\N	\N	\N
3		2000-01-01	0.00	t	2024-01-01 02:00:00+02	sad	{}	\\x
\.


COPY public.visit (id, person_id) FROM stdin;
9007199254740993	1
\.
SELECT pg_catalog.setval('public.person_id_seq', 3, true);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
CREATE INDEX i ON public.visit USING btree (person_id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_fk FOREIGN KEY (person_id) REFERENCES public.person(id);
"""


def test_postgres_with_copy(tmp_path):
    tables = by_name(load(POSTGRES, "p.sql"))
    person = tables["person"]
    assert [row[:2] for row in person.rows] == [(1, "Ada\tL."), (2, "back\\slash"), (3, "")]
    assert person.rows[0][2:5] == (date(1815, 12, 10), Decimal("10.50"), True)
    assert person.types[5] == "instant"
    assert [row[7] for row in person.rows] == ['{a,"b c"}', None, "{}"]
    assert tables["visit"].rows == [(9007199254740993, 1)]
    made = keys_of(POSTGRES, tmp_path)
    assert made[0]["primary_key"] == ["c1"]
    assert made[1]["links"] == [{"columns": ["c2"], "table": "person", "names": ["id"]}]


def test_postgres_with_inserts():
    text = r"""-- PostgreSQL database dump
CREATE TABLE a (id serial PRIMARY KEY, t text DEFAULT 'none', n numeric, j jsonb, b boolean);
INSERT INTO a (t, n, j, b) VALUES (E'tab\there \u00e9', 1.5::numeric(4,2), '{"a": "it''s"}', true);
INSERT INTO a (n) VALUES (-2);
INSERT INTO a VALUES (10, $$it's "raw"$$, '3'::numeric, NULL, false);
INSERT INTO a VALUES (DEFAULT, 'a' || 'b', CAST('4' AS numeric), '[]'::jsonb, 'f');
INSERT INTO a (t) VALUES ('u'), (gen_random_uuid()), ('w') ON CONFLICT DO NOTHING;
INSERT INTO a VALUES (50, 'short');
"""
    table = load_one(text, "a.sql")
    assert [row[0] for row in table.rows] == [1, 2, 10, 11, 12, 13, 50]
    assert [row[1] for row in table.rows] == ["tab\there é", "none", 'it\'s "raw"', "ab", "u", "w", "short"]
    assert table.rows[1][3] is None
    assert table.counts == (8, 7, 1, 0)
    (odd,) = table.receipt["quarantine"]
    assert (odd["line"], odd["column"], odd["raw"]) == (7, "t", "(gen_random_uuid())")


def sqlite_dump(con: sqlite3.Connection) -> str:
    return "\n".join(con.iterdump()) + "\n"


def test_sqlite_gives_what_sqlite_holds():
    con = sqlite3.connect(":memory:")
    con.executescript(
        """CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, price REAL, data BLOB, "odd name" VARCHAR(9));
        CREATE TABLE child (t_id INTEGER REFERENCES t, note);
        CREATE TABLE empty (a, b);
        CREATE VIEW v AS SELECT * FROM t;
        CREATE TRIGGER tr AFTER INSERT ON child BEGIN UPDATE t SET name = 'x;y'; INSERT INTO empty VALUES (1, 2); END;
        CREATE INDEX i ON t (name);"""
    )
    rows = [
        (1, "it's", 1.5, b"\x00\xff", "01"),
        (2, "line\nbreak; 'quoted'", None, None, ""),
        (3, None, 1e100, b"ab", "x"),
        (7, "naïve ✓ \\n", -0.25, b"", "''"),
    ]
    con.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    con.execute("DELETE FROM empty")
    tables = by_name(load(sqlite_dump(con), "s.sql"))
    assert [row[:3] for row in tables["t"].rows] == [row[:3] for row in rows]
    assert [row[3] for row in tables["t"].rows] == ["\\x00ff", None, "\\x6162", "\\x"]
    assert [row[4] for row in tables["t"].rows] == ["01", "", "x", "''"]
    assert tables["empty"].rows == []
    assert tables["empty"].names == ["a", "b"]
    assert "sqlite_sequence" not in tables


def test_sqlite_texts_written_as_functions():
    text = """PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE t (a TEXT);
INSERT INTO t VALUES(replace('one\\ntwo','\\n',char(10)));
INSERT INTO t VALUES(replace(replace('a\\r\\nb','\\r',char(13)),'\\n',char(10)));
INSERT INTO t VALUES(unistr('caf\\u00e9 \\\\ x'));
COMMIT;
"""
    assert load_one(text, "t.sql").rows == [("one\ntwo",), ("a\r\nb",), ("café \\ x",)]


SQL_SERVER = """USE [master]
GO
/****** Object:  Table [dbo].[Orders] ******/
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Orders](
\t[Id] [int] IDENTITY(1,1) NOT NULL,
\t[Name] [nvarchar](50) NULL,
\t[At] [datetime] NULL,
\t[Small] [smalldatetime] NULL,
\t[Total] [decimal](18, 2) NULL,
\t[Rate] [money] NULL,
\t[Done] [bit] NOT NULL,
\t[Big] [varbinary](max) NULL,
 CONSTRAINT [PK_Orders] PRIMARY KEY CLUSTERED
(
\t[Id] ASC
)WITH (PAD_INDEX = OFF, IGNORE_DUP_KEY = OFF) ON [PRIMARY]
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
GO
SET IDENTITY_INSERT [dbo].[Orders] ON

INSERT [dbo].[Orders] ([Id], [Name], [At], [Small], [Total], [Rate], [Done], [Big]) VALUES (5, N'O''Neil ✓', CAST(0x0000A5E500C5C100 AS DateTime), CAST(0xA5E502D0 AS SmallDateTime), CAST(12.50 AS Decimal(18, 2)), 3.5000, 1, 0x0A0B)
INSERT [dbo].[Orders] ([Id], [Name], [At], [Small], [Total], [Rate], [Done], [Big]) VALUES (6, NULL, CAST(N'2024-05-06T07:08:09.000' AS DateTime), NULL, NULL, NULL, 0, NULL)
SET IDENTITY_INSERT [dbo].[Orders] OFF
GO
INSERT INTO Orders (Name, Done) SELECT 'a', 1 UNION ALL SELECT 'b', 0
GO
CREATE PROCEDURE [dbo].[P] AS
BEGIN
INSERT INTO [dbo].[Orders] (Name, Done) VALUES ('never', 1);
EXEC xp_cmdshell 'del *.*';
END
GO
ALTER TABLE [dbo].[Orders] ADD  CONSTRAINT [DF]  DEFAULT ((0)) FOR [Done]
GO
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_sql_server(encoding):
    table = load_one(SQL_SERVER.replace("\n", "\r\n").encode(encoding), "o.sql")
    assert [row[:2] for row in table.rows] == [(5, "O'Neil ✓"), (6, None), (7, "a"), (8, "b")]
    assert table.rows[0][2] == datetime(2016, 4, 11, 12, 0)
    assert table.rows[1][2] == datetime(2024, 5, 6, 7, 8, 9)
    assert table.rows[0][3] == datetime(2016, 4, 11, 12, 0)
    assert (table.rows[0][4], table.rows[0][7]) == (Decimal("12.50"), "\\x0a0b")
    assert [row[6] for row in table.rows] == [1, 0, 1, 0]
    assert table.decided("dialect")["value"] == "SQL Server"


def test_stored_dates_among_written_ones_are_dates():
    rows = "".join(
        f"INSERT [t] ([a]) VALUES (CAST(N'2024-01-{i:02d}T00:00:00.000' AS DateTime))\nGO\n" for i in range(1, 29)
    )
    rows += "INSERT [t] ([a]) VALUES (CAST(0x0000A5E500C5C100 AS DateTime))\nGO\n"
    table = load_one("CREATE TABLE [dbo].[t]([a] [datetime] NULL)\nGO\n" + rows, "t.sql")
    assert [row[0] for row in table.rows] == [
        *(datetime(2024, 1, i) for i in range(1, 29)),
        datetime(2016, 4, 11, 12, 0),
    ]


ORACLE = """-- Oracle
SET DEFINE OFF
CREATE TABLE Emp
(
    EmpId NUMBER NOT NULL,
    Name VARCHAR2(40 CHAR) NOT NULL,
    Hired DATE,
    Pay NUMBER(10,2),
    CONSTRAINT PK_Emp PRIMARY KEY (EmpId)
);
INSERT INTO Emp (EmpId, Name, Hired, Pay) VALUES (1, q'[It's]', TO_DATE('2009-1-5 00:00:00','yyyy-mm-dd hh24:mi:ss'), 10.5);
INSERT ALL
  INTO Emp (EmpId, Name, Hired, Pay) VALUES (2, 'B', TO_DATE('06-JAN-2010','DD-MON-YYYY'), NULL)
  INTO Emp (EmpId, Name, Hired, Pay) VALUES (3, 'C', DATE '2011-02-03', 1)
SELECT * FROM dual;
CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON Emp FOR EACH ROW
DECLARE x NUMBER;
BEGIN
  INSERT INTO Emp VALUES (99, 'never', NULL, NULL);
END;
/
INSERT INTO Emp VALUES (emp_seq.NEXTVAL, 'D', TIMESTAMP '2012-01-01 10:00:00', 2);
COMMIT;
"""


def test_oracle_and_what_only_a_database_could_number():
    table = load_one(ORACLE, "emp.sql")
    assert [row[1] for row in table.rows] == ["It's", "B", "C", "D"]
    assert [str(row[2])[:10] for row in table.rows] == ["2009-01-05", "2010-01-06", "2011-02-03", "2012-01-01"]
    assert table.counts[0] == 4


def same_in(dialect: str) -> str:
    """The same two tables as each dialect writes them."""
    rows = [
        (1, "O'Brien", "2021-01-02 00:00:00", "1.99"),
        (2, "Zoë, (x)", None, "0.99"),
        (3, "", "2021-12-31 23:59:59", "10.00"),
    ]
    head = {
        "mysql": "-- MySQL dump\nCREATE TABLE `Band` (`Id` INT NOT NULL AUTO_INCREMENT, `Name` NVARCHAR(20), `At` DATETIME, `Price` NUMERIC(10,2), PRIMARY KEY (`Id`)) ENGINE=InnoDB;\n",
        "postgres": "-- PostgreSQL database dump\nCREATE TABLE band (id INT NOT NULL, name VARCHAR(20), at TIMESTAMP, price NUMERIC(10,2), PRIMARY KEY (id));\n",
        "sqlite": "PRAGMA foreign_keys=OFF;\nCREATE TABLE [Band] ([Id] INTEGER NOT NULL, [Name] NVARCHAR(20), [At] DATETIME, [Price] NUMERIC(10,2), PRIMARY KEY ([Id]));\n",
        "mssql": "CREATE TABLE [dbo].[Band] ([Id] INT NOT NULL IDENTITY, [Name] NVARCHAR(20), [At] DATETIME, [Price] NUMERIC(10,2));\nGO\n",
        "oracle": "CREATE TABLE Band (Id NUMBER NOT NULL, Name VARCHAR2(20), At DATE, Price NUMBER(10,2));\n",
        "db2": 'CONNECT TO music;\nCREATE TABLE "Band" ("Id" INT NOT NULL, "Name" VARCHAR(20), "At" TIMESTAMP, "Price" DECIMAL(10,2));\n',
    }[dialect]
    name = {
        "mysql": "`Band`",
        "postgres": "band",
        "sqlite": "[Band]",
        "mssql": "[dbo].[Band]",
        "oracle": "Band",
        "db2": '"Band"',
    }[dialect]
    text = head
    for number, who, when, price in rows:
        quoted = "'" + who.replace("'", "''") + "'"
        moment = "NULL" if when is None else f"'{when}'"
        if when and dialect == "oracle":
            moment = f"TO_DATE('{when}','yyyy-mm-dd hh24:mi:ss')"
        if dialect in ("mssql", "db2"):
            quoted = "N" + quoted
        text += f"INSERT INTO {name} VALUES ({number}, {quoted}, {moment}, {price});\n" + (
            "GO\n" if dialect == "mssql" else ""
        )
    return text


@pytest.mark.parametrize("dialect", ["mysql", "postgres", "sqlite", "mssql", "oracle", "db2"])
def test_six_dialects_give_the_same_table(dialect):
    table = load_one(same_in(dialect), "band.sql")
    assert [name.casefold() for name in table.names] == ["id", "name", "at", "price"]
    assert table.rows == [
        (1, "O'Brien", datetime(2021, 1, 2), Decimal("1.99")),
        (2, "Zoë, (x)", None, Decimal("0.99")),
        (3, "", datetime(2021, 12, 31, 23, 59, 59), Decimal("10.00")),
    ]
    assert table.receipt["warnings"] == []


def test_numbers_left_to_the_database_go_on_where_it_would():
    text = """-- MySQL dump
CREATE TABLE `g` (`id` INT NOT NULL AUTO_INCREMENT, `n` VARCHAR(9), `d` INT DEFAULT 5, PRIMARY KEY (`id`)) ENGINE=InnoDB;
INSERT INTO `g` (`n`) VALUES ('a'),('b');
INSERT INTO `g` (`id`,`n`,`d`) VALUES (10,'c',NULL);
INSERT INTO `g` (`n`) VALUES ('d');
INSERT INTO `g` VALUES (NULL,'e',DEFAULT);
"""
    table = load_one(text, "g.sql")
    assert table.rows == [(1, "a", 5), (2, "b", 5), (10, "c", None), (11, "d", 5), (12, "e", 5)]
    assert table.decided("numbers of id")["value"] == "1 to 12"


@pytest.mark.parametrize(("dialect", "read"), [("", "a "), ("SET standard_conforming_strings = on;\n", "a")])
@pytest.mark.parametrize("rows", [1, 40])  # row by row, and many at once
def test_national_texts_lose_the_blanks_at_their_end_in_postgres_alone(dialect, read, rows):
    inserts = ", ".join(f"({i}, N'a ', 'b ', N' c')" for i in range(rows))
    made = "CREATE TABLE t (i int, a varchar(9), b varchar(9), c varchar(9));\n"
    table = load_one(f"{dialect}{made}INSERT INTO t VALUES {inserts};\n", "t.sql")
    assert {row[1:] for row in table.rows} == {(read, "b ", " c")}


def test_arrays_of_postgres_are_written_as_it_prints_them():
    text = "-- PostgreSQL database dump\nCREATE TABLE t (a integer[], b text);\nINSERT INTO t VALUES (ARRAY[1,2], 'x'), (ARRAY['a b',NULL]::text[], 'y');\n"
    assert load_one(text, "t.sql").rows == [("{1,2}", "x"), ('{"a b",NULL}', "y")]


def test_conditional_comments_of_mysql_count_and_others_do_not():
    text = """-- MySQL dump
CREATE TABLE a (id int, /* no: x int, */ name varchar(9), -- it's a comment; really
  /*!50705 place GEOMETRY,*/ at date # and 'another
) ENGINE=InnoDB;
INSERT INTO a VALUES (1,'x',/*!50705 0x00AA,*/'2024-01-01'),
-- it's between rows
(2,'y' /* it's within */,/*!50705 0x00BB,*/'2024-01-02');
INSERT INTO a VALUES (3,'z',NULL,NULL);
"""
    table = load_one(text, "a.sql")
    assert [(row[0], row[1], row[2], str(row[3])) for row in table.rows] == [
        (1, "x", "\\x00aa", "2024-01-01"), (2, "y", "\\x00bb", "2024-01-02"), (3, "z", None, "None"),
    ]  # fmt: skip


def test_tables_without_create_get_their_columns_from_the_rows():
    tables = load("INSERT INTO a (x, y) VALUES (1, '007');\nINSERT INTO b VALUES (2, 'q', NULL);\n", "a.sql")
    assert [(table.name, table.names) for table in tables] == [
        ("a", ["x", "y"]),
        ("b", ["Column 1", "Column 2", "Column 3"]),
    ]
    assert tables[0].rows == [(1, "007")]


def test_rows_of_a_wrong_width_are_set_aside_with_their_line():
    rows = ",\n".join(f"({i},'n{i}')" if i != 500 else "(500,'x','y')" for i in range(1000))
    table = load_one(f"CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES\n{rows};\n", "t.sql")
    assert table.counts == (1000, 999, 1, 0)
    (odd,) = table.receipt["quarantine"]
    assert (odd["line"], odd["raw"]) == (503, "(500,'x','y')")
    assert "3 values" in odd["reason"]
    assert table.rows[500] == (501, "n501")


def test_lines_of_copy_with_a_wrong_width_are_set_aside():
    lines = "".join(f"{i}\tn{i}\n" if i != 500 else "500\n" for i in range(1000))
    table = load_one(f"CREATE TABLE t (a int, b text);\nCOPY t (a, b) FROM stdin;\n{lines}\\.\n", "t.sql")
    assert table.counts == (1000, 999, 1, 0)
    assert table.receipt["quarantine"][0]["line"] == 503


def followed(text: str) -> list[tuple[Any, ...]]:
    """The rows of table t, of which nothing was said but what was followed."""
    table = by_name(load(text, "t.sql"))["t"]
    assert table.receipt["warnings"] == []
    return table.rows


FILLED = "-- MySQL dump\nCREATE TABLE t (id int, n varchar(9), p decimal(6,2), d date);\nINSERT INTO t VALUES (1,'a',1.50,'2024-01-01'),(2,'B',2,NULL),(3,'c',NULL,'2024-03-01');\n"


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("UPDATE t SET n = 'x', p = 0 WHERE id = 2", [(1, "a", "1.50"), (2, "x", "0.00"), (3, "c", None)]),
        ("UPDATE `t` AS q SET q.p = q.p * 1.1 WHERE q.p IS NOT NULL", [(1, "a", "1.65"), (2, "B", "2.20"), (3, "c", None)]),
        ("UPDATE t SET n = DEFAULT WHERE NOT (id = 1 OR d >= '2024-02-01')", [(1, "a", "1.50"), (2, "B", "2.00"), (3, "c", None)]),
        ("DELETE FROM t WHERE n IN ('b', 'c')", [(1, "a", "1.50")]),
        ("DELETE FROM t WHERE id BETWEEN 2 AND 3 AND n LIKE 'C%'", [(1, "a", "1.50"), (2, "B", "2.00")]),
        ("DELETE FROM t WHERE p <> 2", [(2, "B", "2.00"), (3, "c", None)]),
        ("TRUNCATE TABLE t", []),
        ("DELETE FROM t", []),
        ("INSERT INTO t (id, n) SELECT id + 10, n FROM t WHERE id = 1", [(1, "a", "1.50"), (2, "B", "2.00"), (3, "c", None)]),
        ("INSERT INTO t (id, n) SELECT 9, n FROM t WHERE id = 1", [(1, "a", "1.50"), (2, "B", "2.00"), (3, "c", None), (9, "a", None)]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("landed", [False, True])
def test_what_plainly_changes_rows_is_followed(statement, rows, landed, monkeypatch):
    if landed:
        monkeypatch.setattr(rows_module, "BATCH_BYTES", 10)
    table = load_one(FILLED + statement + ";\n", "t.sql")
    assert [(id, n, None if p is None else str(p)) for id, n, p, _ in table.rows] == rows
    said = " ".join(warning["reason"] for warning in table.receipt["warnings"])
    assert bool(said) == ("id + 10" in statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE t SET n = UPPER(n)",
        "UPDATE t SET n = 'x' ORDER BY id LIMIT 1",
        "UPDATE t JOIN u ON t.id = u.id SET t.n = u.n",
        "DELETE FROM t WHERE id IN (SELECT id FROM u)",
        "DELETE FROM t WHERE LENGTH(n) > 1",
        "DELETE FROM t WHERE d = '2024-01-01 00:00:00'",
        "INSERT INTO t SELECT * FROM t ORDER BY id LIMIT 1",
        "INSERT INTO t (id) SELECT COUNT(*) FROM t",
    ],
)
def test_what_does_more_is_said_with_its_line_and_left_alone(statement):
    table = load_one(FILLED + statement + ";\n", "t.sql")
    assert [row[0] for row in table.rows] == [1, 2, 3]
    (warning,) = table.receipt["warnings"]
    assert warning["line"] == 4


def test_whether_case_counts_depends_on_the_database():
    def kept(head: str, type: str = "varchar(9)") -> int:
        text = f"{head}CREATE TABLE t (n {type});\nINSERT INTO t VALUES ('a'),('A'),('b ');\nDELETE FROM t WHERE n = 'a';\n"
        return len(load_one(text, "t.sql").rows)

    assert kept("-- MySQL dump\n") == kept("SET IDENTITY_INSERT x ON\nGO\n") == 1
    assert kept("-- MySQL dump\n", "varchar(9) COLLATE utf8mb4_bin") == kept("PRAGMA x;\n") == 2
    assert kept("-- PostgreSQL database dump\n") == 2
    assert kept("") == 3  # not said, so it is not followed


def test_columns_come_go_and_are_called_otherwise():
    text = FILLED + "ALTER TABLE t ADD COLUMN k int NOT NULL DEFAULT 7 AFTER id, DROP COLUMN d, CHANGE n name text;\n"
    text += "ALTER TABLE t RENAME COLUMN p TO price;\nINSERT INTO t VALUES (4, 8, 'd', 9);\nRENAME TABLE t TO shop;\n"
    text += "ALTER TABLE shop ADD COLUMN z int AUTO_INCREMENT FIRST;\n"
    table = load_one(text, "t.sql")
    assert (table.name, table.names) == ("shop", ["z", "id", "k", "name", "price"])
    assert [row[:4] for row in table.rows] == [(1, 1, 7, "a"), (2, 2, 7, "B"), (3, 3, 7, "c"), (4, 4, 8, "d")]
    server = "CREATE TABLE [dbo].[t] ([a] int, [b] int)\nGO\nINSERT [dbo].[t] VALUES (1, 2)\nGO\n"
    server += "EXEC sp_rename 'dbo.t.a', 'x', 'COLUMN'\nGO\nEXEC sp_rename 'dbo.t', 'u'\nGO\n"
    table = load_one(server, "t.sql")
    assert (table.name, table.names, table.rows) == ("u", ["x", "b"], [(1, 2)])


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE u AS SELECT id, n AS m, 5 AS five FROM t WHERE id > 1", "SELECT id, n AS m, 5 AS five INTO u FROM t WHERE id > 1"],
)  # fmt: skip
def test_tables_made_of_other_tables(statement):
    table = by_name(load(FILLED + statement + ";\n", "t.sql"))["u"]
    assert (table.names, table.rows) == (["id", "m", "five"], [(2, "B", 5), (3, "c", 5)])
    (other,) = load(FILLED + "CREATE TABLE u AS SELECT count(*) FROM t;\n", "t.sql")
    assert other.receipt["warnings"][0]["line"] == 4


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("INSERT IGNORE INTO t VALUES (1,'new',0),(4,'B',0),(5,'e',0)", [(1, "a", 1), (2, "b", 2), (5, "e", 0)]),
        ("REPLACE INTO t VALUES (1,'new',0),(4,'B',0)", [(1, "new", 0), (4, "B", 0)]),
        ("INSERT INTO t VALUES (1,'z',9) ON DUPLICATE KEY UPDATE x = VALUES(x)", [(1, "a", 9), (2, "b", 2)]),
    ],
)
def test_only_one_row_of_a_key_stays_where_the_script_says_so(statement, rows):
    head = "-- MySQL dump\nCREATE TABLE t (id int PRIMARY KEY, n varchar(9), x int, UNIQUE KEY k (n));\n"
    assert followed(head + "INSERT INTO t VALUES (1,'a',1),(2,'b',2);\n" + statement + ";\n") == rows


def test_upserts_of_postgres_and_sqlite():
    head = "PRAGMA x;\nCREATE TABLE t (id int PRIMARY KEY, n text);\nINSERT INTO t VALUES (1,'a');\n"
    assert followed(head + "INSERT INTO t VALUES (1,'b'),(2,'c') ON CONFLICT (id) DO NOTHING;\n") == [
        (1, "a"),
        (2, "c"),
    ]
    update = "INSERT INTO t VALUES (1,'b'),(2,'c') ON CONFLICT (id) DO UPDATE SET n = excluded.n;\n"
    assert followed(head + update) == [(1, "b"), (2, "c")]
    assert followed(head + "INSERT OR REPLACE INTO t VALUES (1,'b');\n") == [(1, "b")]


KEYED = "CREATE TABLE t (id int PRIMARY KEY, n text);\nINSERT INTO t VALUES (1,'a');\n"
UPSERT = "INSERT INTO t VALUES (1,'z') ON CONFLICT (id) DO UPDATE SET n = excluded.n;\n"
LEFT_OUT = "INSERT INTO t VALUES (1,'q') ON CONFLICT (id) DO NOTHING;\n"


@pytest.mark.parametrize(
    ("statements", "rows"),
    [
        ("REPLACE INTO t VALUES (1,'r');\nINSERT IGNORE INTO t VALUES (1,'i');\n", [(1, "r")]),
        ("INSERT IGNORE INTO t VALUES (1,'i');\nREPLACE INTO t VALUES (1,'r');\n", [(1, "r")]),
        ("REPLACE INTO t VALUES (1,'r');\nREPLACE INTO t VALUES (1,'s');\nINSERT IGNORE INTO t VALUES (1,'i');\n", [(1, "s")]),
        (UPSERT + LEFT_OUT, [(1, "z")]),
        (LEFT_OUT + UPSERT, [(1, "z")]),
        (UPSERT + "INSERT INTO t VALUES (2,'b'),(3,'c');\n" + LEFT_OUT + UPSERT.replace("'z'", "'y'"), [(1, "y"), (2, "b"), (3, "c")]),
        ("DELETE FROM t WHERE id = 1;\n" + LEFT_OUT + UPSERT, [(1, "z")]),
    ],
)  # fmt: skip
def test_what_each_statement_says_about_known_keys_is_followed_in_order(statements, rows):
    table = load_one(KEYED + statements, "t.sql")
    assert table.rows == rows
    assert table.receipt["warnings"] == []
    assert len(table.receipt["skipped"]) == table.counts[3] > 0
    assert any("'a'" in row["raw"] or "'q'" in row["raw"] or "'z'" in row["raw"] for row in table.receipt["skipped"])


def _statements(draw: random.Random) -> str:
    """Rows of a few keys by statements of every kind, in transactions of which some are taken back."""
    made = ["PRAGMA x;", "CREATE TABLE t (id int PRIMARY KEY, n text, x int DEFAULT 3);"]
    tails = [" ON CONFLICT DO NOTHING"]
    tails += [f" ON CONFLICT (id) DO UPDATE SET {sets}" for sets in ("n = excluded.n", "x=excluded.x, n=excluded.n")]
    for turn in range(draw.randrange(3, 25)):
        names = draw.choice([("id", "n", "x"), ("id", "n"), ("n", "id")])
        given = [
            {"id": draw.randrange(1, 7), "n": f"'n{turn}'", "x": draw.randrange(9)} for _ in range(draw.randrange(1, 4))
        ]
        rows = ", ".join(f"({', '.join(str(one[name]) for name in names)})" for one in given)
        word, tail = draw.choice([("REPLACE", ""), ("INSERT OR IGNORE", ""), *(("INSERT", tail) for tail in tails)])
        statement = f"{word} INTO t ({', '.join(names)}) VALUES {rows}{tail};"
        ends = draw.choice(["", "", "", "COMMIT;", "ROLLBACK;"])
        made += ["BEGIN;", statement, ends] if ends else [statement]
    return "\n".join(made) + "\n"


@pytest.mark.parametrize("seed", range(40))
def test_known_keys_and_transactions_give_what_sqlite_gives(seed):
    text = _statements(random.Random(seed))
    with sqlite3.connect(":memory:", isolation_level=None) as con:
        con.executescript(text)
        wanted = con.execute("SELECT id, n, x FROM t ORDER BY id").fetchall()
    table = load_one(text, "t.sql")
    assert sorted(table.rows) == wanted
    assert not any("not followed" in one["reason"] for one in table.receipt["warnings"])


def test_what_is_said_about_known_keys_holds_for_its_statement_only():
    text = "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (id int PRIMARY KEY);\n"
    text += (
        "INSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1),(1) ON CONFLICT DO NOTHING;\nINSERT INTO a VALUES (1);\n"
    )
    tables = by_name(load(text, "t.sql"))
    assert (tables["a"].rows, tables["b"].rows) == ([(1,), (1,)], [(1,)])
    assert tables["a"].receipt["warnings"] == []  # without such a word nothing is compared
    table = load_one(KEYED + "INSERT INTO t VALUES (1,'b');\n" + LEFT_OUT, "t.sql")
    assert table.rows == [(1, "a"), (1, "b")]
    assert table.receipt["warnings"][0]["count"] == 1


@pytest.mark.parametrize(
    "update",
    ["ON CONFLICT (id) DO UPDATE SET n = excluded.n || 'x'", "ON CONFLICT (id) DO UPDATE SET id = excluded.id + 1"],
)
def test_rows_that_a_statement_would_compute_of_others_are_not_followed_and_it_is_said(update):
    table = load_one(KEYED + f"INSERT INTO t VALUES (1,'z') {update};\n" + LEFT_OUT, "t.sql")
    assert table.rows == [(1, "a"), (1, "z"), (1, "q")]
    assert "not followed" in table.receipt["warnings"][0]["reason"]


def test_the_new_row_may_have_a_name_of_its_own():
    text = "-- MySQL dump\n" + KEYED + "INSERT INTO t VALUES (1,'z'),(2,'b') AS w ON DUPLICATE KEY UPDATE n = w.n;\n"
    assert followed(text) == [(1, "z"), (2, "b")]


def test_rows_taken_away_are_listed():
    table = load_one(KEYED + "INSERT INTO t VALUES (2,'it''s'),(3,NULL);\nDELETE FROM t WHERE id > 1;\n", "t.sql")
    assert [(row["line"], row["raw"]) for row in table.receipt["skipped"]] == [
        (None, "('2', 'it''s')"),
        (None, "('3', NULL)"),
    ]
    assert "DELETE in line 4" in table.receipt["skipped"][0]["reason"]


@pytest.mark.parametrize("server", [False, True])
def test_rows_of_several_lists_of_columns_keep_the_order_of_the_file(server):
    draw = random.Random(4)
    wanted: list[tuple[Any, ...]] = []
    head = "CREATE TABLE t (id int, a text, b text DEFAULT 'd', c int);\n"
    if server:
        head = "CREATE TABLE [t] ([id] int IDENTITY(1,1), [a] nvarchar(9), [b] nvarchar(9) DEFAULT N'd', [c] int)\nGO\n"
    statements = []
    for id in range(1, 401):
        names = draw.choice([("a",), ("b",), ("b", "a"), ("c", "a"), ("a", "b", "c")])
        values = {name: None if draw.random() < 0.3 else id if name == "c" else f"{name}{id}" for name in names}
        wanted.append((id, values.get("a"), values.get("b", "d"), values.get("c")))
        written = ["NULL" if v is None else str(v) if v == id else f"{'N' * server}'{v}'" for v in values.values()]
        if server:
            statements.append(f"INSERT [t] ([{'], ['.join(names)}]) VALUES ({', '.join(written)})\nGO\n")
        else:
            statements.append(f"INSERT INTO t (id, {', '.join(names)}) VALUES ({id}, {', '.join(written)});\n")
    table = load_one(head + "".join(statements), "t.sql")
    assert table.rows == wanted
    if not server:
        assert load_one("".join(statements), "t.sql").names[0] == "id"


def test_tables_that_triggers_fill_keep_the_order_of_the_statements():
    text = """-- MySQL dump
CREATE TABLE a (id int);
CREATE TABLE b (id int);
CREATE TABLE t (id int);
DELIMITER ;;
CREATE TRIGGER x AFTER INSERT ON a FOR EACH ROW INSERT INTO t VALUES (new.id);;
CREATE TRIGGER y AFTER INSERT ON b FOR EACH ROW INSERT INTO t VALUES (new.id);;
DELIMITER ;
"""
    text += "".join(f"INSERT INTO {'ab'[i % 2]} VALUES ({i}),({i + 100});\n" for i in range(20))
    assert followed(text) == [(i + of,) for i in range(20) for of in (0, 100)]


TAKEN = "CREATE TABLE t (id int, n text);\nBEGIN;\nINSERT INTO t VALUES (1,'a');\n"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (TAKEN + "ROLLBACK;\nINSERT INTO t VALUES (2,'b');\n", [(2, "b")]),
        (TAKEN + "COMMIT;\nROLLBACK;\nINSERT INTO t VALUES (2,'b');\n", [(1, "a"), (2, "b")]),
        (TAKEN + "SAVEPOINT s;\nINSERT INTO t VALUES (3,'c');\nROLLBACK TO SAVEPOINT s;\nCOMMIT;\n", [(1, "a")]),
        (TAKEN + "SAVEPOINT s;\nINSERT INTO t VALUES (3,'c');\nROLLBACK TO s;\nROLLBACK;\n", []),
        (TAKEN.replace("BEGIN;", "ROLLBACK;") + "ROLLBACK;\n", [(1, "a")]),
        ("-- MySQL dump\n" + TAKEN + "CREATE TABLE u (id int);\nROLLBACK;\n", [(1, "a")]),
        ("-- MySQL dump\n" + TAKEN.replace("BEGIN", "SET autocommit=0") + "ROLLBACK;\nINSERT INTO t VALUES (2,'b');\nCOMMIT;\n", [(2, "b")]),
        ("REM x\n" + TAKEN.replace("BEGIN;\n", "").replace("text", "VARCHAR2(9)") + "COMMIT;\nINSERT INTO t VALUES (2,'b');\nROLLBACK;\n", [(1, "a")]),
    ],
)  # fmt: skip
def test_rows_that_a_transaction_takes_back_are_left_out(text, rows):
    (table, *_) = [one for one in load(text, "t.sql") if one.name == "t"]
    assert table.rows == rows
    told = [one for one in table.receipt["warnings"] if "ROLLBACK in line" in one["reason"]]
    assert sum(one["count"] for one in told) == len(table.receipt["skipped"]) == table.counts[3]


def test_what_cannot_be_taken_back_is_said():
    update = load_one(TAKEN.replace("BEGIN;\n", "") + "BEGIN;\nUPDATE t SET n = 'b';\nROLLBACK;\n", "t.sql")
    assert update.rows == [(1, "b")]
    assert update.receipt["warnings"][0]["line"] == 5
    head = "CREATE TABLE [dbo].[t] ([id] int)\nGO\nBEGIN TRAN\nINSERT [dbo].[t] VALUES (1)\n"
    server = load_one(head + "ROLLBACK TRAN\nGO\nINSERT [dbo].[t] VALUES (2)\nGO\n", "t.sql")
    assert (server.rows, server.receipt["warnings"][0]["line"]) == ([(1,), (2,)], 5)
    for failing in ("IF @@ERROR <> 0 ROLLBACK TRAN\n", "END TRY\nBEGIN CATCH\nROLLBACK TRAN\nEND CATCH\n"):
        table = load_one(head + failing + "COMMIT TRAN\nGO\nINSERT [dbo].[t] VALUES (2)\nGO\n", "t.sql")
        assert (table.rows, table.receipt["warnings"]) == ([(1,), (2,)], [])


@pytest.mark.parametrize("head", ["", "-- PostgreSQL database dump\n", "BEGIN TRANSACTION;\n"])
def test_strings_between_dollars(head):
    text = head + "CREATE TABLE t (id int, n text);\n"
    text += "INSERT INTO t VALUES (1,$$it's; x$$), (2, $tag$a $$ (b, '$tag$),(3,'$$'),(4,$$a,b$$),(5,$$$$);\n"
    text += "INSERT INTO t VALUES (6, $q$x\n'y$q$),(7,'$q$');\n"
    table = load_one(text, "t.sql")
    texts = ["it's; x", "a $$ (b, '", "$$", "a,b", "", "x\n'y", "$q$"]
    assert table.rows == list(enumerate(texts, start=1))
    assert table.receipt["quarantine"] == []


def test_a_string_between_dollars_may_be_longer_than_what_is_read_at_once():
    long = "it's; " * 400_000
    text = (
        f"-- PostgreSQL database dump\nCREATE TABLE t (id int, n text);\nINSERT INTO t VALUES (1,$${long}$$),(2,'b');\n"
    )
    assert load_one(text, "t.sql").rows == [(1, long), (2, "b")]
    function = f"CREATE FUNCTION f() RETURNS void AS $body$ {long} INSERT INTO t VALUES (3,'c'); $body$ LANGUAGE sql;\n"
    head, filled = text.split("INSERT", 1)
    assert load_one(head + function + "INSERT" + filled, "t.sql").rows == [(1, long), (2, "b")]


def test_rows_that_point_to_rows_just_filled_in():
    text = """-- MySQL dump
CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, n varchar(9));
CREATE TABLE t (a_id int, n varchar(9));
INSERT INTO a (n) VALUES ('x');
SET @a = LAST_INSERT_ID();
INSERT INTO a (n) VALUES ('y'), ('z');
INSERT INTO t VALUES (@a, 'x'), ((SELECT id FROM a WHERE n = 'z'), 'z'), ((SELECT MAX(id) FROM a), 'max');
"""
    assert followed(text) == [(1, "x"), (3, "z"), (3, "max")]


def test_triggers_that_copy_rows_are_followed_and_others_are_said():
    text = """-- MySQL dump
CREATE TABLE film (id int, title text);
CREATE TABLE t (film int, words text, kind int DEFAULT 3);
DELIMITER ;;
CREATE TRIGGER `ins` AFTER INSERT ON `film` FOR EACH ROW BEGIN
    INSERT INTO t (film, words) VALUES (new.id, new.title);
  END;;
DELIMITER ;
INSERT INTO film VALUES (1,'a'),(2,'b');
"""
    assert followed(text) == [(1, "a", 3), (2, "b", 3)]
    other = text.replace("VALUES (new.id, new.title)", "SELECT id, title FROM film")
    (film,) = [table for table in load(other, "t.sql") if table.name == "film"]
    assert "Triggers" in film.receipt["warnings"][0]["reason"]
    update = text.replace("AFTER INSERT", "AFTER UPDATE")
    assert followed(update) == []
    changed = load(update + "UPDATE film SET title = 'x';\n", "t.sql")
    assert "Triggers" in by_name(changed)["film"].receipt["warnings"][0]["reason"]


def test_the_time_of_running_is_the_time_of_the_file(tmp_path):
    path = tmp_path / "t.sql"
    path.write_text(
        "-- MySQL dump\nCREATE TABLE t (id int, at datetime DEFAULT CURRENT_TIMESTAMP, day date);\n"
        "INSERT INTO t (id, day) VALUES (1, NOW() - INTERVAL 2 DAY), (2, DATE_ADD(CURDATE(), INTERVAL 1 MONTH));\n"
        "INSERT INTO t VALUES (3, '2024-01-01 00:00:00', NULL), (4, NOW(), CURDATE());\n"
    )
    os.utime(path, (1704067200 + 86400 * 30 + 3661, 1704067200 + 86400 * 30 + 3661))
    (table,) = load(path, "t.sql")
    now = datetime(2024, 1, 31, 1, 1, 1)
    assert table.rows == [
        (1, now, date(2024, 1, 29)),
        (2, now, date(2024, 2, 29)),
        (3, datetime(2024, 1, 1), None),
        (4, now, date(2024, 1, 31)),
    ]
    assert table.decided("time of at")["confidence"] == "assumed"


def test_a_row_with_one_value_that_is_no_literal_is_kept_without_it():
    table = load_one("CREATE TABLE t (id text, n text);\nINSERT INTO t VALUES (uuid(), 'a'), (rand(), 'b');\n", "t.sql")
    assert table.rows == [(None, "a"), (None, "b")]
    assert (table.receipt["warnings"][0]["line"], table.receipt["warnings"][0]["count"]) == (2, 2)


@pytest.mark.parametrize(
    "statement",
    [
        "LOAD DATA LOCAL INFILE 'x.csv' INTO TABLE t FIELDS TERMINATED BY ',';",
        "COPY t FROM '/tmp/x.csv' WITH CSV;",
        "\\copy t FROM 'x.csv'",
        ".import x.csv t",
        "BULK INSERT t FROM 'x.csv' WITH (FIELDTERMINATOR = ',');",
        "CALL fill_all();",
        "EXEC dbo.fill;",
        "DO $$ BEGIN FOR i IN 1..9 LOOP INSERT INTO t VALUES (i); END LOOP; END $$;",
        "INSERT INTO u SELECT a.x FROM a JOIN b ON a.id = b.id;",
        "MERGE INTO t USING u ON (t.a = u.a) WHEN NOT MATCHED THEN INSERT VALUES (u.a);",
        "\\i other.sql",
        "\\. other.sql",
        "source other.sql",
    ],
)
def test_rows_that_come_from_elsewhere_are_said_with_their_line(statement):
    head = "-- PostgreSQL database dump\n" if "$$" in statement else ""
    table = load_one(f"{head}CREATE TABLE t (a int);\n\n{statement}\n", "t.sql")
    (warning,) = table.receipt["warnings"]
    assert warning["line"] == 3 + bool(head)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("system rm -rf /tmp/x", "runs a program"),
        ("\\! rm -rf /tmp/x", "runs a program"),
        (".shell rm -rf /tmp/x", "runs a program"),
        (".system rm -rf /tmp/x", "runs a program"),
        ("!rm -rf /tmp/x", "runs a program"),
        ("HOST rm -rf /tmp/x", "runs a program"),
        (".output |sh", "runs a program"),
        ("\\copy t from program 'sh x'", "runs a program"),
        ("COPY t FROM PROGRAM 'sh x';", "runs a program"),
        ("COPY (SELECT 'a') TO PROGRAM 'sh x' WITH CSV;", "runs a program"),
        ("EXEC xp_cmdshell 'dir';", "runs a program"),
        ("EXEC master..xp_cmdshell 'dir';", "runs a program"),
        ("EXECUTE master.dbo.xp_cmdshell N'dir', no_output;", "runs a program"),
        ("xp_cmdshell 'dir';", "runs a program"),
        ("COPY t (a) TO '/tmp/x';", "writes another file"),
        ("\\copy t to '/tmp/x'", "writes another file"),
        ("\\o /tmp/x", "writes another file"),
        (".output /tmp/x", "writes another file"),
        ("tee /tmp/x", "writes another file"),
        ("SELECT a FROM t INTO OUTFILE '/tmp/x';", "writes another file"),
        ("SELECT '<?php' INTO DUMPFILE '/tmp/x';", "writes another file"),
        (".load ./x.so", "loads a library"),
        ("ATTACH DATABASE '/tmp/x.db' AS x;", "opens another database"),
    ],
)
def test_commands_to_the_shell_and_to_files_are_said_and_end_with_their_line(statement, what):
    table = load_one(f"CREATE TABLE t (a int);\n\n{statement}\nINSERT INTO t VALUES (1);\n", "t.sql")
    (warning,) = table.receipt["warnings"]
    assert (warning["line"], table.rows) == (3, [(1,)])
    assert warning["reason"].startswith(f"Line 3 {what}")


@pytest.mark.parametrize(
    "statement", ["\\connect x", ".output", "\\o", "spool off", "COPY t TO STDOUT;", "\\echo a", "\\."]
)
def test_harmless_commands_are_counted_only(statement):
    table = load_one(f"CREATE TABLE t (a int);\n\n{statement}\nINSERT INTO t VALUES (1);\n", "t.sql")
    assert (table.receipt["warnings"], table.rows) == ([], [(1,)])


@pytest.mark.parametrize(
    ("options", "lines", "rows"),
    [
        ("WITH CSV", '1,"a ""b"",\nc"\n2,\n3,""\n', [(1, 'a "b",\nc'), (2, None), (3, "")]),
        ("WITH (FORMAT csv, HEADER true, DELIMITER ';')", "id;n\n1;x\n2;y,z\n", [(1, "x"), (2, "y,z")]),
        ("CSV DELIMITER AS '|' NULL AS 'none' QUOTE '!'", "1|!none!\n2|none\n", [(1, "none"), (2, None)]),
    ],
)
def test_copy_of_csv(options, lines, rows):
    text = f"-- PostgreSQL database dump\nCREATE TABLE t (a int, b text);\nCOPY t (a, b) FROM stdin {options};\n{lines}\\.\n"
    assert followed(text) == rows
    assert load_one(text.replace("\\.", "9\n\\."), "t.sql").counts[2] == 1


def test_blocks_of_oracle():
    head = "WHENEVER SQLERROR EXIT\nCREATE TABLE t (a NUMBER(5), b VARCHAR2(9));\n"
    plain = "BEGIN\n  INSERT INTO t VALUES (1, 'x');\n  INSERT INTO t VALUES (2, 'y');\n  COMMIT;\nEND;\n/\n"
    assert followed(head + plain + "INSERT INTO t VALUES (3, 'z');\n") == [(1, "x"), (2, "y"), (3, "z")]
    loop = "BEGIN\n  FOR i IN 1..9 LOOP\n    INSERT INTO t VALUES (i, 'x');\n  END LOOP;\nEND;\n/\n"
    table = load_one(head + loop + "INSERT INTO t VALUES (3, 'z');\n", "t.sql")
    assert table.rows == [(3, "z")]
    assert table.receipt["warnings"][0]["line"] == 3


def test_firebird():
    text = """SET SQL DIALECT 3;
CREATE DOMAIN money AS NUMERIC(10,2) DEFAULT 5;
CREATE TABLE t (id INTEGER NOT NULL, n VARCHAR(9), m MONEY, full_name COMPUTED BY (n || id));
SET TERM ^ ;
CREATE TRIGGER tr FOR t BEFORE INSERT AS BEGIN
  INSERT INTO t VALUES (9, 'never', 0);
END ^
SET TERM ; ^
INSERT INTO t (id, n) VALUES (1, "a");
INSERT INTO t (id, n, m) VALUES (2, 'b', 7.5);
"""
    table = load_one(text, "t.sql")
    assert [row[:3] for row in table.rows] == [(1, "a", Decimal("5.00")), (2, "b", Decimal("7.50"))]


def test_a_table_made_anew_starts_anew():
    text = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1),(2);\nDROP TABLE t;\nCREATE TABLE t (b text);\nINSERT INTO t VALUES ('x');\n"
    table = load_one(text, "t.sql")
    assert (table.names, table.rows, table.counts) == (["b"], [("x",)], (3, 1, 0, 2))


def test_partitions_are_in_the_whole_table_too():
    text = """-- PostgreSQL database dump
CREATE TABLE public.pay (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE public.pay_1 (id integer, at date);
ALTER TABLE ONLY public.pay ATTACH PARTITION public.pay_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
COPY public.pay_1 (id, at) FROM stdin;
1	2020-02-02
2	2020-03-03
\\.
"""
    tables = by_name(load(text, "p.sql"))
    assert tables["pay"].rows == tables["pay_1"].rows != []
    assert "pay_1" in tables["pay"].decided("partitions")["evidence"]


def test_a_table_that_inherits_has_the_columns_of_the_other_first():
    text = """-- PostgreSQL database dump
CREATE TABLE public.city (name text, people int);
CREATE TABLE public.capital (state text) INHERITS (public.city);
COPY public.city (name, people) FROM stdin;
Mill	5
\\.
COPY public.capital (name, people, state) FROM stdin;
Rome	9	IT
\\.
"""
    tables = by_name(load(text, "p.sql"))
    assert (tables["capital"].names, tables["capital"].rows) == (["name", "people", "state"], [("Rome", 9, "IT")])
    assert sorted(tables["city"].rows) == [("Mill", 5), ("Rome", 9)]
    assert tables["capital"].receipt["warnings"] == []


SCRIPT = r"""USE [master]
GO
IF EXISTS (SELECT * FROM sys.databases WHERE name = 'Shop') DROP DATABASE Shop
GO
EXEC sp_addtype N'ZipCode', N'char (5)', N'not null'
GO
IF NOT EXISTS (SELECT * FROM sys.objects WHERE object_id = OBJECT_ID(N'[dbo].[Foo]') AND type in (N'U'))
BEGIN
CREATE TABLE [dbo].[Foo](
	[Id] [int] IDENTITY(1,1) NOT NULL,
	[Zip] [dbo].[ZipCode] NOT NULL,
	[Full] AS ([Zip] + 'x'),
 CONSTRAINT [PK_Foo] PRIMARY KEY CLUSTERED ([Id] ASC) ON [PRIMARY]
) ON [PRIMARY]
END
GO
create table Bar (a int primary key, b varchar(10))
create table Baz (a int, b varchar(10))
insert into Bar values (1,'x')
insert Bar values (2,'y')
if not exists (select 1 from Bar where a = 2) insert into Bar values (2, 'again')
if not exists (select 1 from Bar where a = 3)
begin
  insert into Bar values (3, 'z')
end
update Bar set b = 'xx' where a = 1
delete from Bar where a = 2
GO
INSERT [dbo].[Foo] ([Id], [Zip]) VALUES (5, N'01234')
DECLARE @i int = 0
WHILE @i < 10
BEGIN
  INSERT INTO Baz VALUES (@i, 'n')
  SET @i = @i + 1
END
GO
INSERT INTO Baz VALUES (7, 'kept')
ALTER TABLE Baz
ALTER COLUMN b varchar(20)
ALTER TABLE Baz
DROP COLUMN a
GO
"""


def test_scripts_of_sql_server_whose_statements_end_with_their_lines():
    tables = by_name(load(SCRIPT, "s.sql"))
    assert {name: table.rows for name, table in tables.items()} == {
        "Foo": [(5, "01234", None)],
        "Bar": [(1, "xx"), (3, "z")],
        "Baz": [("kept",)],
    }
    said = [warning["reason"] for warning in tables["Foo"].receipt["warnings"]]
    assert len(said) == 2 and "loop" in said[1] and "Line 31" in said[1]


def test_h2_and_hsqldb():
    h2 = r"""CREATE USER IF NOT EXISTS SA SALT '55' HASH '94' ADMIN;
CREATE CACHED TABLE PUBLIC.P(
    NR INT DEFAULT (NEXT VALUE FOR PUBLIC.SYSTEM_SEQUENCE_1) NOT NULL,
    NAME VARCHAR(30)
);
INSERT INTO PUBLIC.P(NR, NAME) VALUES
(1, 'Jo'),
(2, STRINGDECODE('Petr\u00e9\nx\\y'));
INSERT INTO PUBLIC.P(NAME) VALUES ('next');
"""
    assert load_one(h2, "h.sql").rows == [(1, "Jo"), (2, "Petré\nx\\y"), (3, "next")]
    script = r"""SET DATABASE UNIQUE NAME HSQLDB5A6B
CREATE SCHEMA PUBLIC AUTHORIZATION DBA
SET SCHEMA PUBLIC
CREATE MEMORY TABLE PUBLIC.C(ID INTEGER NOT NULL PRIMARY KEY,NAME VARCHAR(50))
CREATE CACHED TABLE PUBLIC.I(ID INTEGER,C INTEGER,CONSTRAINT FK FOREIGN KEY(C) REFERENCES PUBLIC.C(ID))
GRANT DBA TO SA
SET SCHEMA SYSTEM_LOBS
INSERT INTO BLOCKS VALUES(0,2147483647,0)
SET SCHEMA PUBLIC
INSERT INTO C VALUES(1,'Laura \u00e9l''x')
INSERT INTO I VALUES(10,1)
"""
    assert {table.name: table.rows for table in load(script, "x.script")} == {"C": [(1, "Laura él'x")], "I": [(10, 1)]}


def test_schemas_that_are_set_and_not_written():
    text = "-- PostgreSQL database dump\nSET search_path = a, pg_catalog;\nCREATE TABLE t (x int);\nINSERT INTO t VALUES (1);\n"
    text += "SET search_path = b, pg_catalog;\nCREATE TABLE t (x int);\nINSERT INTO t VALUES (2);\nCREATE TABLE u (y int);\nSET search_path = c, b;\nINSERT INTO u VALUES (3);\n"
    assert {table.name: table.rows for table in load(text, "x.sql")} == {"a.t": [(1,)], "b.t": [(2,)], "u": [(3,)]}


@pytest.mark.parametrize(
    ("written", "printed"),
    [('{"a","b c", d}', '{a,"b c",d}'), ('{{"1","2"},{3,NULL}}', "{{1,2},{3,NULL}}"), ('{"NULL","","x\\\\y"}', '{"NULL","","x\\\\y"}')],
)  # fmt: skip
def test_arrays_are_written_one_way(written, printed):
    text = f"-- PostgreSQL database dump\nCREATE TABLE t (a text[]);\nINSERT INTO t VALUES ('{written}');\n"
    assert load_one(text, "t.sql").rows == [(printed,)]


def test_numbers_of_a_sequence():
    text = """-- PostgreSQL database dump
CREATE TABLE a (pk serial PRIMARY KEY, n text);
CREATE TABLE t (a int, b text[]);
INSERT INTO a (n) VALUES ('x'), ('y');
INSERT INTO t VALUES (currval('a_pk_seq'), '{}');
"""
    assert followed(text) == [(2, "{}")]


def test_two_schemas_with_a_table_of_one_name():
    text = "CREATE TABLE a.t (x int);\nCREATE TABLE b.t (y text);\nINSERT INTO b.t VALUES ('q');\nINSERT INTO a.t VALUES (1);\n"
    assert {table.name: table.rows for table in load(text, "x.sql")} == {"a.t": [(1,)], "b.t": [("q",)]}


def test_dates_of_zeros_are_neither_lost_nor_called_dates():
    text = "-- MySQL dump\nCREATE TABLE `p` (`a` datetime NOT NULL) ENGINE=InnoDB;\nINSERT INTO `p` VALUES ('2024-01-01 00:00:00'),('0000-00-00 00:00:00');\n"
    table = load_one(text, "p.sql")
    assert table.rows == [("2024-01-01 00:00:00",), ("0000-00-00 00:00:00",)]
    assert table.decided("dates of a")["key"] == "type"


def test_encodings_that_the_dump_names_or_shows():
    body = "CREATE TABLE `t` (`a` varchar(9)) ENGINE=InnoDB;\nINSERT INTO `t` VALUES ('café'),('naïve');\n"
    head = "-- MySQL dump\n/*!40101 SET NAMES latin1 */;\n"
    for data in (
        (head + body).encode("cp1252"),
        ("-- MySQL dump\n" + body).encode("utf-8-sig"),
        body.encode("utf-16-le"),
    ):
        assert load_one(data, "t.sql").rows == [("café",), ("naïve",)]
    japanese = "-- MySQL dump\n/*!40101 SET NAMES sjis */;\nCREATE TABLE `t` (`a` text) ENGINE=InnoDB;\nINSERT INTO `t` VALUES ('表示'),('ソース');\n"
    assert load_one(japanese.encode("shift_jis"), "t.sql").rows == [("表示",), ("ソース",)]


def test_a_backslash_can_be_told():
    text = "INSERT INTO t VALUES ('C:\\temp', 1);\n"
    assert load_one(text, "t.sql").rows == [("C:\\temp", 1)]
    assert load_one(text, "t.sql", options={"escape": "\\"}).rows == [("C:\temp", 1)]


def test_preview_and_claims_leave_other_text_alone():
    for text in (
        "query,count\nCREATE TABLE x (a int);,1\nINSERT INTO x VALUES (1);,2\n",
        "insert,update,delete\n1,2,3\n",
        "set,value\nnames,utf8\n",
        "-- a comment\nid,name\n1,INSERT INTO t VALUES (1)\n",
        "use,when\nalways,never\n",
        "begin,end\n2020-01-01,2020-02-01\n",
        '{"sql": "INSERT INTO t VALUES (1)"}',
    ):
        assert not looks_like_sql(text.encode())


def test_a_script_that_makes_no_table_is_refused():
    with pytest.raises(Problem, match="no table"):
        load("SET a = 1;\nCREATE TABLE t AS SELECT 1;\n", "x.sql")


# Hostile


def test_commands_are_text(tmp_path):
    marker = tmp_path / "pwned"
    text = f"""-- PostgreSQL database dump
\\! touch {marker}
\\copy t FROM PROGRAM 'touch {marker}'
.shell touch {marker}
CREATE TABLE t (a text);
COPY t FROM PROGRAM 'touch {marker}';
INSERT INTO t VALUES (LOAD_FILE('/etc/passwd'));
INSERT INTO t VALUES (pg_read_file('/etc/passwd'));
EXEC xp_cmdshell 'touch {marker}';
SELECT * INTO OUTFILE '{marker}' FROM t;
ATTACH DATABASE '{marker}' AS x;
INSERT INTO t VALUES ('kept');
"""
    table = load_one(text, "t.sql")
    assert not marker.exists()
    assert table.rows == [("kept",)]
    assert table.counts == (3, 1, 2, 0)


def test_a_dump_that_is_cut_short_keeps_what_was_whole():
    whole = "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1,'one'),(2,'two'),(3,'thr"
    table = load_one(whole, "t.sql")
    assert table.rows == [(1, "one"), (2, "two")]
    assert table.counts == (3, 2, 1, 0)
    copy = "CREATE TABLE t (a int, b text);\nCOPY t (a, b) FROM stdin;\n1\tone\n2\ttw"
    table = load_one(copy, "t.sql")
    assert table.counts == (2, 1, 1, 0)
    assert any("cut short" in warning["reason"] for warning in table.receipt["warnings"])


def test_flipped_and_cut_dumps_never_break_the_reader():
    rnd = random.Random(7)
    for text in (MYSQL, POSTGRES, SQL_SERVER, ORACLE):
        data = text.encode()
        for _ in range(6):
            broken = bytearray(data[: rnd.randrange(200, len(data))])
            for _ in range(rnd.randrange(4)):
                broken[rnd.randrange(len(broken))] = rnd.randrange(256)
            try:
                load(bytes(broken), "x.sql")
            except Problem:
                continue


def test_deep_nesting_and_long_expressions_are_set_aside():
    deep = "(" * 100_000 + "1" + ")" * 100_000
    table = load_one(f"CREATE TABLE t (a int);\nINSERT INTO t VALUES ({deep});\nINSERT INTO t VALUES (2);\n", "t.sql")
    assert table.rows == [(2,)]
    assert table.counts == (2, 1, 1, 0)


def test_too_many_tables_are_refused(monkeypatch):
    monkeypatch.setattr(dump_module, "MOST_TABLES", 5)
    with pytest.raises(Problem, match="tables"):
        load("".join(f"CREATE TABLE t{i} (a int);\n" for i in range(6)), "t.sql")


def test_small_tables_take_turns_with_one_connection_which_is_closed_at_the_end(monkeypatch):
    opened = []
    open_one = engine._opened

    def counting(*args: Any, **more: Any) -> Any:
        opened.append(open_one(*args, **more))
        return opened[-1]

    monkeypatch.setattr(engine, "_opened", counting)
    script = "".join(f"CREATE TABLE t{i} (a int, b text);\nINSERT INTO t{i} VALUES ({i}, 'x');\n" for i in range(30))
    assert [table.rows for table in load(script, "t.sql")] == [[(i, "x")] for i in range(30)]
    (con,) = opened
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")


# The quick way and the careful way agree


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**60), 2**60),
    st.text(st.sampled_from("ab'\\ ,();\n\r\t%_é\"`-#/*"), max_size=12),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=30),
    st.sampled_from(["mysql", "sqlite", "copy"]),
    st.booleans(),
)
def test_any_values_come_back(rows, dialect, one_by_one):
    def literal(value: object) -> str:
        if value is None:
            return "\\N" if dialect == "copy" else "NULL"
        text = str(value)
        if dialect == "copy":
            for mark, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
                text = text.replace(mark, escape)
            return text
        if isinstance(value, int):
            return text
        if dialect == "mysql":
            for mark, escape in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r")):
                text = text.replace(mark, escape)
            return f"'{text}'"
        return "'" + text.replace("'", "''") + "'"

    head = {"mysql": "-- MySQL dump\n", "sqlite": "PRAGMA foreign_keys=OFF;\n", "copy": "-- PostgreSQL database dump\n"}
    text = head[dialect] + "CREATE TABLE t (a text, b text);\n"
    if dialect == "copy":
        text += "COPY t (a, b) FROM stdin;\n" + "".join("\t".join(map(literal, row)) + "\n" for row in rows) + "\\.\n"
    elif one_by_one:
        text += "".join(f"INSERT INTO t VALUES ({', '.join(map(literal, row))});\n" for row in rows)
    else:
        text += "INSERT INTO t VALUES " + ",".join(f"({','.join(map(literal, row))})" for row in rows) + ";\n"
    table = load_one(text, "t.sql")
    assert table.rows == [tuple(None if value is None else str(value) for value in row) for row in rows]


@pytest.mark.parametrize(("words", "said"), [("IGNORE INTO", 1), ("INTO", 0)])
def test_rows_that_triggers_copied_before_they_were_left_out_are_said(words: str, said: int) -> None:
    table, log = load(
        "-- MySQL dump 10.13\nCREATE TABLE d (a int PRIMARY KEY) ENGINE=InnoDB;\nCREATE TABLE log (a int);\n"
        "CREATE TRIGGER t AFTER INSERT ON d FOR EACH ROW INSERT INTO log (a) VALUES (NEW.a);\n"
        f"INSERT INTO d VALUES (1), (2);\nINSERT {words} d VALUES ({2 if said else 4}), (3);\n",
        "t.sql",
    )
    assert (len(table.rows), len(log.rows)) == (4 - said, 4)
    assert [one["count"] for one in table.receipt["warnings"] if "rows too many" in one["reason"]] == [1] * said


@pytest.mark.parametrize(
    ("value", "said"), [("999.99", 0), ("1000", 1), ("'-1234.5'", 1), ("1.239", 1), ("NULL", 0), ("-0.5", 0)]
)
def test_numbers_with_more_digits_than_their_column_declares_are_kept_and_said(value: str, said: int) -> None:
    head = "-- MySQL dump 10.13\nCREATE TABLE d (a int, m decimal(5,2)) ENGINE=InnoDB;\n"
    table = load_one(f"{head}INSERT INTO d VALUES (1, 2.5), (2, {value});\n", "t.sql")
    assert str(table.rows[1][1]).rstrip("0").rstrip(".") in value.replace("NULL", "None")
    assert [one["column"] for one in table.receipt["warnings"] if "decimal(5,2)" in one["reason"]] == ["c2"] * said


def test_triggers_that_fill_each_others_tables_are_followed_one_step() -> None:
    first, second = load(
        "CREATE TABLE t (a int); CREATE TABLE u (a int);\n"
        "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW INSERT INTO u VALUES (NEW.a);\n"
        "CREATE TRIGGER y AFTER INSERT ON u FOR EACH ROW INSERT INTO t VALUES (NEW.a);\n"
        "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n",
        "t.sql",
    )
    assert (first.rows, second.rows) == ([(1,), (2,)], [(1,), (2,)])
    assert [one["reason"][:31] for one in second.receipt["warnings"]] == ["Triggers of this table (y) were"]


def test_a_table_that_is_doubled_again_and_again_ends_with_a_word() -> None:
    table = load_one(
        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n" + "INSERT INTO t SELECT a FROM t;\n" * 40, "t.sql"
    )
    assert 100_000 < len(table.rows) < 1_000_000
    assert table.receipt["warnings"]


@pytest.mark.parametrize("rows", [2, 60])
def test_a_flag_of_yes_and_no_is_no_mark_of_sql_server(rows):
    texts = ["('O\\'Brien','N')", "('Smith, N','Y')"] * (rows // 2)
    table = load_one("INSERT INTO p (name, active) VALUES " + ",".join(texts) + ";\n", "p.sql")
    assert table.rows[:2] == [("O'Brien", False), ("Smith, N", True)]
    assert (len(table.rows), table.decided("dialect")["value"]) == (rows, "SQL")
    national = load_one("INSERT INTO p (a, b) VALUES (N'x', N'y'), (N'z', 1);\n", "p.sql")
    assert national.decided("dialect")["value"] == "SQL Server"


def test_what_a_backslash_means_is_assumed_where_nothing_says_it():
    table = load_one("INSERT INTO p (path) VALUES ('C:\\\\tmp'), ('D:\\\\x');\n", "p.sql")
    assert table.decided("escape")["confidence"] == "assumed"
    assert load_one("INSERT INTO p (path) VALUES ('tmp');\n", "p.sql").decided("escape")["confidence"] == "likely"


def test_a_script_may_begin_with_a_comment_behind_a_hash():
    table = load_one("# dump of 2024\nINSERT INTO t1 (a, b) VALUES (1, 'x');\n# the end\n")
    assert (table.names, table.rows) == (["a", "b"], [(1, "x")])


def test_days_between_hashes_have_the_month_first():
    rows = "INSERT INTO c (id, since) VALUES (1, #3/1/2024 10:30:00 PM#);\nINSERT INTO c (id, since) VALUES (2, {});\n"
    assert load_one(rows.format("#12/31/2023 9:05:00 AM#")).rows[1][1].isoformat() == "2023-12-31T09:05:00"
    assert load_one(rows.format("#12/31/2023#")).rows == [(1, "2024-03-01 22:30:00"), (2, "2023-12-31")]
    assert load_one(rows.format("#soon#")).rows[1] == (2, None)


def test_what_is_declared_true_or_false_is_so_where_all_are_true():
    copy = "CREATE TABLE p (id integer, active boolean);\nCOPY p (id, active) FROM stdin;\n1\tt\n2\tt\n\\.\n"
    assert load_one("-- PostgreSQL database dump\n" + copy).rows == [(1, True), (2, True)]


def test_a_word_between_quotes_is_no_missing_value():
    rows = "(1, 'n/a', '5', '01067', 'NULL'), (2, '', 'NULL', '10115', NULL), (3, NULL, NULL, '99999', '-')"
    table = load_one(f"INSERT INTO p (id, name, n, zip, note) VALUES {rows};\n", "p.sql")
    assert table.rows == [
        (1, "n/a", "5", "01067", "NULL"),
        (2, "", "NULL", "10115", None),
        (3, None, None, "99999", "-"),
    ]
