"""Encodings: what bytes prove, what is weighed, and what an earlier conversion lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from support.reading import load_one, preview_of

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers.errors import NotATable


def towns(*names: str) -> str:
    return "id,town,pieces\n" + "".join(f"{i},{town},{i * 3}\n" for i, town in enumerate(names * 6))


SPOKEN = {
    "cp1252": towns("München", "Köln", "Besançon", "São Paulo", "Málaga", "“quoted” – €"),
    "cp1250": towns("Győr", "Pécs", "Székesfehérvár", "Łódź", "Kraków", "Gdańsk", "Wrocław", "Świdnica"),
    "cp1251": towns("Москва", "Казань", "Новосибирск", "Санкт-Петербург", "Екатеринбург"),
    "koi8-r": towns("Москва", "Казань", "Новосибирск", "Санкт-Петербург", "Екатеринбург"),
    "cp866": towns("Москва", "Казань", "Новосибирск", "Санкт-Петербург", "Екатеринбург"),
    "cp1253": towns("Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο"),
    "cp1254": towns("İstanbul", "Eskişehir", "Iğdır", "Çanakkale", "Şanlıurfa", "Muğla"),
    "cp932": towns("東京", "大阪", "札幌市", "カタカナ", "ひらがな"),
    "gb18030": towns("北京市", "上海市", "广州市", "深圳市"),
    "big5": towns("台北市", "高雄市", "臺中市", "新竹縣"),
    "cp949": towns("서울특별시", "부산광역시", "인천광역시", "대전"),
    "mac-roman": towns("München", "Köln", "Besançon", "Málaga", "Orléans"),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_the_text_of_every_encoding_is_kept(name: str) -> None:
    text = SPOKEN[name]
    table = load_one(text.encode(name))
    assert [row[1] for row in table.rows] == [line.split(",")[1] for line in text.splitlines()[1:]]
    assert "not valid UTF-8" in table.decided("encoding")["evidence"]


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"])
def test_marks_and_zero_bytes_prove_an_encoding(name: str) -> None:
    text = SPOKEN["cp1251"] if name in ("utf-16", "utf-32", "utf-8-sig") else SPOKEN["cp1252"]
    table = load_one(text.encode(name))
    assert table.rows[0][1] == text.splitlines()[1].split(",")[1]
    assert table.decided("encoding")["confidence"] == "certain"


@pytest.mark.parametrize("late", ["Zoë", "20 °C", "£5", "O’Neil", "a – b", "naïve"])
def test_one_value_at_the_end_of_a_long_file_is_enough(late: str) -> None:
    table = load_one(b"a,b\n" + b"plain,1\n" * 60_000 + f"{late},2\n".encode("cp1252"))
    assert table.rows[-1] == (late, 2)


def test_a_wrong_byte_in_utf_8_is_read_as_windows_and_said() -> None:
    data = SPOKEN["cp1251"].encode() + "99,caf\xe9,1\n".encode("latin-1")
    table = load_one(data)
    assert table.rows[-1] == (99, "café", 1)
    assert table.rows[0][1] == "Москва"
    (said,) = table.receipt["warnings"]
    assert (said["line"], said["raw"]) == (data.count(b"\n"), "99,café,1")
    assert data[said["byte"]] == 0xE9


def test_punctuation_that_an_earlier_conversion_lost_is_brought_back_and_said() -> None:
    text = "name,years\n" + "a,1\n" * 50 + "“B”,2009–2010\n"
    lost = text.encode("cp1252").decode("latin-1").encode()
    table = load_one(lost)
    assert table.rows[-1] == ("“B”", "2009–2010")
    assert {one["line"] for one in table.receipt["warnings"]} == {52}
    assert "earlier conversion" in table.decided("encoding")["evidence"]


def test_the_place_of_a_bad_row_is_that_of_the_file_that_came_in() -> None:
    text = towns("München", "Köln")
    for name in ("utf-16", "cp1252", "utf-32-be"):
        data = text.encode(name) + "bad;1\n".encode(
            name.removesuffix("-be") if name == "utf-16" else name
        ).removeprefix(b"\xff\xfe")
        data += text.encode("utf-16-le" if name == "utf-16" else name)
        (odd,) = load_one(data).receipt["quarantine"][:1]
        at = data[odd["byte"] :]
        assert at.startswith("bad".encode("utf-16-le" if name == "utf-16" else name)), name


KANJI = "名前,都市,金額\n山田太郎,東京,1000\n佐藤花子,大阪,2000\n鈴木一郎,名古屋,3000\n"


def test_kanji_alone_are_japanese() -> None:
    table = load_one(KANJI.encode("euc_jp"))
    assert table.names == ["名前", "都市", "金額"]
    decision = table.decided("encoding")
    assert (decision["value"], decision["choices"][0]) == ("euc-jp", "gb18030")


@pytest.mark.parametrize("end", ["\x85", "\n"])
def test_ebcdic_is_named(end: str) -> None:
    text = "name;city;n\n" + "".join(f"Person {i};Town;{i}\n" for i in range(9))
    table = load_one(text.replace("\n", end).encode("cp037"))
    assert table.names == ["name", "city", "n"]
    assert table.rows[8] == ("Person 8", "Town", 8)
    decision = table.decided("encoding")
    assert (decision["value"], decision["confidence"]) == ("cp037", "assumed")
    assert "EBCDIC" in decision["evidence"]


def test_words_with_capitals_inside_are_only_assumed() -> None:
    table = load_one("a;b\nциЦХ;яЖху\nсЖуДжу;Яхи\n".encode("koi8-r"))
    assert table.decided("encoding")["confidence"] == "assumed"


def test_a_person_may_say_the_encoding() -> None:
    data = "a,b\nm\xfcsli,1\n".encode("latin-1")
    table = load_one(data, options={"encoding": "cp850"})
    assert table.decided("encoding")["confidence"] == "told"
    assert table.rows[0][0] == data[4:9].decode("cp850")
    with pytest.raises(NotATable, match="no encoding named"):
        load_one(data, options={"encoding": "klingon"})
    with pytest.raises(NotATable, match="no encoding of text"):
        load_one(data, options={"encoding": "base64"})
    with pytest.raises(NotATable):
        load_one(data, options={"encoding": "idna"})


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Москва стоит на реке и в лесу.\nКазань дальше.\n",
        "Ελλάδα και Θεσσαλονίκη\nΠάτρα\n",
        "מספר שם כתובת\nירושלים\n",
        "城市 人口\n北京市 二千一百万\n上海市 二千四百万\n",
        "서울특별시 부산광역시\n인천광역시\n",
        "กรุงเทพ เชียงใหม่\nภูเก็ต\n",
    ],
)
def test_zero_bytes_among_letters_of_other_alphabets_prove_an_encoding(text: str, name: str) -> None:
    found = encodings.of_head(text.encode(name), len(text.encode(name)))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "head",
    [b"a,b,c\n\0,2,3\n", b"123\0", b'["a\0a"]', bytes(range(256)) * 4, "имя,Москва\n\0,2\n".encode("cp1251") * 9],
)
def test_zero_bytes_that_strayed_into_other_text_prove_nothing(head: bytes) -> None:
    assert encodings.of_head(head, len(head)) is None


def test_utf_16_without_a_mark_can_be_told():
    text = "name,n\nÖl,1\n"
    for order in ("le", "be"):
        assert load_one(text.encode(f"utf-16-{order}"), options={"encoding": "utf-16"}).rows == [("Öl", 1)]
    load_one(b"a,b\n1,2\n", options={"encoding": "utf-16"})  # a wrong choice, but one that is offered


def test_few_bytes_that_make_sense_as_western_text_are_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    for text in ("a\ncafé\n", "t\n21 °C\n", "p\n£5\n", "n\nO’Neil\n"):
        path.write_bytes(text.encode("cp1252"))
        assert encodings.detected(path, 4).name == "cp1252"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (("Nord", "West", "Ost"), "cp1252"),
        (("Müller", "Schäfer", "Groß", "Krämer"), "cp1252"),
        (("Hélène", "Noël", "Durand", "Élan"), "cp1252"),
        (("Dvořák", "Šimek", "Černý", "Žižka"), "cp1250"),
    ],
)
def test_the_euro_sign_beside_numbers_is_no_letter_of_another_alphabet(words: tuple[str, ...], encoding: str) -> None:
    lines = "".join(f"{words[n % len(words)]};{n},50 €\n" for n in range(200))
    table = load_one(f"Name;Betrag\n{lines}".encode(encoding))
    assert table.decided("encoding")["value"] == encoding
    assert table.rows[1][0] == words[1]
    assert table.schema[1]["unit"] == "EUR"


def test_letters_of_another_alphabet_beside_numbers_stay_letters() -> None:
    lines = "".join(f"{('Ленина', 'Садовая', 'Мира')[n % 3]};{n}А\n" for n in range(100))
    table = load_one(f"Улица;Дом\n{lines}".encode("cp866"))
    assert table.rows[5] == ("Мира", "5А")


def test_a_preview_says_what_was_decided_so_far() -> None:
    found = preview_of(SPOKEN["cp1251"].encode("cp1251"))
    decided = {one["key"]: one["value"] for one in found["decisions"]}
    assert (decided["encoding"], decided["delimiter"], decided["header_rows"]) == ("cp1251", "comma", "first row")
    assert found["rows"][0][1] == "Москва"


WORDS = {
    "da": "Æblegrød, Ålborg, København, Læsø, Sønderjylland, Færøerne, område, øl, smørrebrød, hæfte, åben, lørdag",
    "de": "Straße, Größe, Fläche, März, Österreich, Übersicht, Zürich, weiß, können, Gebühr, Prüfung, Lösung",
    "es": "Año, Niño, Dirección, España, Málaga, número, teléfono, código, región, también, pequeño, según",
    "fr": "Besançon, qualité, élève, forêt, hôtel, très, août, reçu, où, numéro, société, Rhône, été",
    "it": "Città, perché, più, già, martedì, età, società, università, qualità, è, là, così",
    "pt": "São Paulo, João, endereço, região, código, não, município, às, avô, população, informações",
    "sv": "Malmö, Göteborg, Umeå, år, förnamn, kön, bråk, åtgärd, lägenhet, övrigt, månad, Räntesats",
    "cs": "Příjmení, město, věk, počet, Brno-střed, Děčín, účet, žena, číslo, šířka, výška, rok měření",
    "hu": "Győr, Székesfehérvár, összeg, időpont, fő, számla, születési hely, cím, vármegye, jegyző, különbség",
    "pl": "Łódź, Gdańsk, imię, nazwisko, płeć, miejscowość, województwo, ilość, środa, wartość, żona, źródło",
    "ro": "Județ, București, localități, populație, suprafață, știre, învățământ, sănătate, școală, după, către",
    "et": "Tõrva, Võru, šokolaad, žanr, päev, öö, kuupäev, sünniaeg, füüsika, õpilane, küla, Šveits, tšekk",
    "tr": "İstanbul, Muğla, Iğdır, şehir, doğum, yaş, öğrenci, ağırlık, işlem, gün, çalışan, sağlık",
    "lt": "Šiauliai, Panevėžys, Klaipėda, gyventojų, amžius, žmonės, suma iš viso, įmonė, metų, būsto",
    "ru": "Москва, Екатеринбург, фамилия, год рождения, количество, сумма, область, район, итого, число",
    "el": "Αθήνα, Θεσσαλονίκη, όνομα, ηλικία, διεύθυνση, πόλη, ημερομηνία, σύνολο, ποσό, περιφέρεια",
}
WRITTEN = {
    "da de es fr it pt sv": ("cp1252", "iso-8859-15", "cp850", "mac-roman"),
    "de es fr it sv": ("cp437",),
    "cs hu pl": ("cp1250", "iso-8859-2", "cp852", "mac-latin2"),
    "ro": ("cp1250", "iso-8859-2"),
    "et lt": ("cp1257", "iso-8859-13", "cp775"),
    "tr": ("cp1254", "iso-8859-9", "cp857"),
    "ru": ("cp1251", "koi8-r", "iso-8859-5", "cp866", "mac-cyrillic"),
    "el": ("cp1253", "iso-8859-7", "cp737"),
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [(one, each) for names, each_of in WRITTEN.items() for one in names.split() for each in each_of],
)
def test_a_dozen_words_of_a_language_are_read_in_what_they_were_written_in(language: str, encoding: str) -> None:
    words = WORDS[language].replace("ș", "ş").replace("ț", "ţ").replace("Ș", "Ş").split(", ")
    text = "id,word,value\n" + "".join(f"{i},{word},{i * 7}\n" for i, word in enumerate(words))
    table = load_one(text.encode(encoding))
    assert [row[1] for row in table.rows] == words


WESTERN = [
    "P101,5 mm²\nP102,10 mm²\nP103,M8\n",
    "Urk,13 km²\nAlmere,129 km²\n",
    "P101,22 µF\nP102,10 µF\nP103,4k7\n",
    "2024-01-25,LÖN\n2024-01-26,ICA\n2024-01-27,LÖN\n",
    "9,NÎMES\n11,BÉZIERS\n12,ORLÉANS\n",
    "1,KÖLN\n2,BERLIN\n",
    "Nº 1,Sofá\nNº 2,Cajón\nNº 3,Silla\n",
    "A,12 m³\nB,14 m³\n",
    "A,±0.25\nB,±0.31\n",
    "A,Gerät\nT [°C],5\n",
]


@pytest.mark.parametrize("text", WESTERN)
def test_a_few_western_letters_and_signs_are_read_as_such(text: str) -> None:
    data = ("code,what\n" + text).encode("cp1252")
    assert data.decode(load_one(data).decided("encoding")["value"]) == data.decode("cp1252")


@pytest.mark.parametrize(("name", "words"), [
    ("cp1250", ["Łódź", "Kraków", "Gdańsk", "Poznań"]),
    ("koi8-r", ["Москва", "Казань", "Тула", "Омск"]),
    ("cp1251", ["Москва", "Казань", "Тула", "Омск"]),
    ("cp1253", ["Αθήνα", "Πάτρα", "Βόλος", "Χανιά"]),
    ("cp932", ["東京都", "大阪府", "京都府", "北海道"]),
])  # fmt: skip
def test_a_few_words_of_other_alphabets_stay_theirs(name: str, words: list[str]) -> None:
    table = load_one(("id;city\n" + "".join(f"{at};{word}\n" for at, word in enumerate(words))).encode(name))
    assert [row[1] for row in table.rows] == words


@pytest.mark.parametrize(("name", "word"), [
    ("cp1250", "Kovač"),
    ("cp1250", "Marjanović"),
    ("cp1250", "Győr"),
    ("cp1254", "sayı"),
    ("cp1257", "Vytė"),
    ("cp850", "Chloé"),
    ("cp437", "Etelä-Sudan"),
    ("cp852", "Manažér"),
    ("mac-roman", "Belgique, pièces"),
    ("cp1252", "Borås"),
    ("cp1252", "Curaçao"),
])  # fmt: skip
def test_one_word_tells_its_language_and_so_its_encoding(name: str, word: str) -> None:
    data = f"id;name\n1;Test\n2;{word}\n".encode(name)
    assert data.decode(load_one(data).decided("encoding")["value"]) == data.decode(name)


def test_names_of_several_languages_in_one_column_are_western_and_sure() -> None:
    names = ["Müller", "Hélène", "Muñoz", "Sørensen", "João", "Åkesson", "Niccolò"]
    table = load_one(("id;name\n" + "".join(f"{at};{name}\n" for at, name in enumerate(names))).encode("cp1252"))
    assert [row[1] for row in table.rows] == names
    assert table.decided("encoding")["confidence"] == "likely"


def test_what_another_encoding_explains_nearly_as_well_is_only_assumed() -> None:
    decision = load_one("id;day\n1;martedì\n2;venerdì\n".encode("cp1252")).decided("encoding")
    assert (decision["confidence"], "cp1252" in [decision["value"], *decision["choices"]]) == ("assumed", True)


def test_words_in_ascii_tell_of_the_language_of_the_others() -> None:
    words = ["Budapest", "Miskolc", "Szeged", "Debrecen", "Kecskemet", "idő"]
    table = load_one(("id;city\n" + "".join(f"{at};{word}\n" for at, word in enumerate(words))).encode("cp1250"))
    assert table.rows[-1][1] == "idő"


def test_bytes_that_make_no_sense_in_any_encoding_are_only_assumed() -> None:
    draw = Random(1)
    data = b"a;b\n" + b"\n".join(bytes(draw.choices([*range(97, 123), *range(160, 256)], k=8)) for _ in range(300))
    assert load_one(data).decided("encoding")["confidence"] == "assumed"
