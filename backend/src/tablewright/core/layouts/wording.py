"""The few words that a printed page says by itself, and how its language writes numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """One language. Placeholders are named as in `str.format`."""

    group: str
    point: str
    date: str
    yes: str
    no: str
    months: tuple[str, ...]
    quarter: str
    week: str
    contents: str
    page: str
    empty_table: str
    no_sections: str
    rows_shown: str
    columns_shown: str
    columns_part: str
    rounded: str
    utc: str
    shortened: str
    more_characters: str
    spelled_out: str
    formats_left_out: str


ENGLISH = Wording(
    group=",",
    point=".",
    date="{y:04d}-{m:02d}-{d:02d}",
    yes="Yes",
    no="No",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    quarter="Q{q} {y}",
    week="Week {w}, {y}",
    contents="Contents",
    page="Page {page} of {pages}",
    empty_table="This table has no rows.",
    no_sections="This report has no sections.",
    rows_shown="{shown} of {total} rows shown; the Excel export holds all.",
    columns_shown="{shown} of {total} columns shown; the Excel export holds all.",
    columns_part="Columns {first} to {last} of {total}",
    rounded="Numbers are rounded for print; the Excel export holds them in full.",
    utc="Times are in UTC.",
    shortened="Long texts are shortened for print; the Excel export holds them in full.",
    more_characters="… ({count} more characters)",
    spelled_out="Characters that this document’s fonts do not hold are printed as code points, such as ‹U+1F9A6›.",
    formats_left_out="The table is too large for its conditional formats.",
)
GERMAN = Wording(
    group=".",
    point=",",
    date="{d:02d}.{m:02d}.{y:04d}",
    yes="Ja",
    no="Nein",
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
    quarter="Q{q} {y}",
    week="KW {w} {y}",
    contents="Inhalt",
    page="Seite {page} von {pages}",
    empty_table="Diese Tabelle hat keine Zeilen.",
    no_sections="Dieser Bericht hat keine Abschnitte.",
    rows_shown="{shown} von {total} Zeilen gezeigt; der Excel-Export enthält alle.",
    columns_shown="{shown} von {total} Spalten gezeigt; der Excel-Export enthält alle.",
    columns_part="Spalten {first} bis {last} von {total}",
    rounded="Zahlen sind für den Druck gerundet; der Excel-Export enthält sie vollständig.",
    utc="Zeiten in UTC.",
    shortened="Lange Texte sind für den Druck gekürzt; der Excel-Export enthält sie vollständig.",
    more_characters="… ({count} weitere Zeichen)",
    spelled_out="Zeichen, die den Schriften dieses Dokuments fehlen, stehen als Codepunkt da, etwa ‹U+1F9A6›.",
    formats_left_out="Die Tabelle ist zu groß für ihre bedingten Formate.",
)
FRENCH = Wording(
    group="\u00a0",
    point=",",
    date="{d:02d}/{m:02d}/{y:04d}",
    yes="Oui",
    no="Non",
    months=("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    quarter="T{q} {y}",
    week="Semaine {w}, {y}",
    contents="Sommaire",
    page="Page {page} sur {pages}",
    empty_table="Ce tableau n’a aucune ligne.",
    no_sections="Ce rapport n’a aucune section.",
    rows_shown="{shown} lignes sur {total} affichées ; l’export Excel les contient toutes.",
    columns_shown="{shown} colonnes sur {total} affichées ; l’export Excel les contient toutes.",
    columns_part="Colonnes {first} à {last} sur {total}",
    rounded="Les nombres sont arrondis pour l’impression ; l’export Excel les contient en entier.",
    utc="Heures en UTC.",
    shortened="Les textes longs sont abrégés pour l’impression ; l’export Excel les contient en entier.",
    more_characters="… ({count} caractères de plus)",
    spelled_out="Les caractères absents des polices de ce document sont imprimés par leur code, par exemple ‹U+1F9A6›.",
    formats_left_out="Le tableau est trop grand pour ses mises en forme conditionnelles.",
)
SPANISH = Wording(
    group=".",
    point=",",
    date="{d:02d}/{m:02d}/{y:04d}",
    yes="Sí",
    no="No",
    months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
    quarter="T{q} {y}",
    week="Semana {w}, {y}",
    contents="Contenido",
    page="Página {page} de {pages}",
    empty_table="Esta tabla no tiene filas.",
    no_sections="Este informe no tiene secciones.",
    rows_shown="Se muestran {shown} de {total} filas; la exportación a Excel las contiene todas.",
    columns_shown="Se muestran {shown} de {total} columnas; la exportación a Excel las contiene todas.",
    columns_part="Columnas {first} a {last} de {total}",
    rounded="Los números están redondeados para la impresión; la exportación a Excel los contiene completos.",
    utc="Horas en UTC.",
    shortened="Los textos largos están abreviados para la impresión; la exportación a Excel los contiene completos.",
    more_characters="… ({count} caracteres más)",
    spelled_out="Los caracteres que faltan en las fuentes se imprimen como su código, por ejemplo ‹U+1F9A6›.",
    formats_left_out="La tabla es demasiado grande para sus formatos condicionales.",
)
_LANGUAGES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def wording_of(language: str) -> Wording:
    """The wording of a language tag; English where there is none yet."""
    return _LANGUAGES.get(language.split("-")[0].lower(), ENGLISH)
