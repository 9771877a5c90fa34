"""Names of months and weekdays, in the languages tables are written in: forms of the CLDR, and some that people write.

No name is two different months, so a month needs no language. Some short names are different weekdays in different
languages: a weekday only has to be right in one of them, since it is only checked. Czech short names of months are left
out: nobody writes dates with them, and `12 Pro 64` is a telephone.
"""

from __future__ import annotations

import unicodedata

_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sep oct nov dec
jan feb mar apr may jun jul aug sept oct nov dec
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz april mai juni juli august september oktober november dezember
jan feb mrz apr mai jun jul aug sep okt nov dez
jan feb mär apr mai jun jul aug sept okt nov dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil août sept oct nov déc
jan fév mar avr mai jun jul aoû sep oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sep oct nov dic
ene feb mar abr may jun jul ago set oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
jan feb mars apr maj juni juli aug sep okt nov des
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
sty lut mar kwi maj cze lip sie wrz paź lis gru
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
ledna února března dubna května června července srpna září října listopadu prosince
január február marec apríl máj jún júl august september október november december
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
január február március április május június július augusztus szeptember október november december
jan febr márc ápr máj jún júl aug szept okt nov dec
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
ian feb mar apr mai iun iul aug sept oct nov dec
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
oca şub mar nis may haz tem ağu eyl eki kas ara
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв фев мар апр май июн июл авг сен окт ноя дек
янв февр март апр мая июнь июль авг сент окт нояб дек
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січ лют бер квіт трав черв лип серп вер жовт лист груд
януари февруари март април май юни юли август септември октомври ноември декември
яну фев март апр май юни юли авг сеп окт ное дек
ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ
januari februari maret april mei juni juli agustus september oktober november desember
jan feb mar apr mei jun jul agu sep okt nov des
jan feb mar apr mei jun jul agt sep okt nov des
"""  # noqa: E501 - twelve months a line

_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday
mon tue wed thu fri sat sun
mon tues wed thur fri sat sun
mon tue wed thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag
montag dienstag mittwoch donnerstag freitag sonnabend sonntag
mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche
lun mar mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo
lun mar mié jue vie sáb dom
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo
segunda terça quarta quinta sexta sábado domingo
seg ter qua qui sex sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica
lun mar mer gio ven sab dom
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
ma di wo do vr za zo
måndag tisdag onsdag torsdag fredag lördag söndag
mån tis ons tors fre lör sön
mandag tirsdag onsdag torsdag fredag lørdag søndag
man tirs ons tors fre lør søn
man tir ons tor fre lør søn
ma ti on to fr lø sø
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
ma ti ke to pe la su
poniedziałek wtorek środa czwartek piątek sobota niedziela
pon wt śr czw pt sob niedz
pon wto śro czw pią sob nie
pondělí úterý středa čtvrtek pátek sobota neděle
po út st čt pá so ne
pondelok utorok streda štvrtok piatok sobota nedeľa
po ut st št pi so ne
hétfő kedd szerda csütörtök péntek szombat vasárnap
luni marți miercuri joi vineri sâmbătă duminică
lun mar mie joi vin sâm dum
pazartesi salı çarşamba perşembe cuma cumartesi pazar
pzt sal çar per cum cmt paz
понедельник вторник среда четверг пятница суббота воскресенье
пн вт ср чт пт сб вс
понеділок вівторок середа четвер пʼятниця субота неділя
понеділок вівторок середа четвер п'ятниця субота неділя
понеділок вівторок середа четвер п’ятниця субота неділя
понеделник вторник сряда четвъртък петък събота неделя
пн вт ср чт пт сб нд
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
δευ τρί τετ πέμ παρ σάβ κυρ
senin selasa rabu kamis jumat sabtu minggu
sen sel rab kam jum sab min
月 火 水 木 金 土 日
月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
星期一 星期二 星期三 星期四 星期五 星期六 星期日
星期一 星期二 星期三 星期四 星期五 星期六 星期天
周一 周二 周三 周四 周五 周六 周日
週一 週二 週三 週四 週五 週六 週日
월 화 수 목 금 토 일
thứ_hai thứ_ba thứ_tư thứ_năm thứ_sáu thứ_bảy chủ_nhật
월요일 화요일 수요일 목요일 금요일 토요일 일요일
"""


def plain_word(word: str) -> str:
    """Lower case and without accents, as names are compared: one i for Turkish, one sigma for Greek."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("ı", "i").replace("ς", "σ"))
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))


def plain_word_sql(word: str) -> str:
    """SQL: the same as `plain_word`."""
    return f"translate(strip_accents(lower({word})), 'ıς', 'iσ')"


def only_letters(word: str) -> str:
    return "".join(letter for letter in plain_word(word) if letter.isalpha() and letter != "ʼ")


MONTHS = {
    plain_word(word): number
    for line in _MONTHS.split("\n")
    if line
    for number, word in enumerate(line.split(), start=1)
}
"""The number of each month by its name, full and short, as `plain_word` makes it."""

_PLACES = 64
"""So many places of the type of names of months are a month's."""


def month_type_sql() -> str:
    """SQL: make the type whose values are the names of months, which `month_number_sql` needs."""
    names: list[str] = []
    for month in range(1, 13):
        known = [name for name, number in MONTHS.items() if number == month]
        names += [*known, *(f"{month} {place}" for place in range(_PLACES - len(known)))]
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return f"CREATE TYPE name_of_month AS ENUM ({quoted})"


def month_number_sql(word: str) -> str:
    """SQL: the number of a month by its name as `plain_word` makes it, "" where it is none.

    A type is asked, not a list of names: of that, planning hundreds of columns took minutes and gigabytes.
    """
    code = f"enum_code(TRY_CAST({word} AS name_of_month))"
    return f"coalesce(CAST({code} // {_PLACES} + 1 AS VARCHAR), '')"


WEEKDAYS = {
    number: sorted({only_letters(line.split()[number - 1]) for line in _WEEKDAYS.split("\n") if line})
    for number in range(1, 8)
}
"""The names of each weekday, letters only, by its number: Monday is 1."""

WEEKDAY_WORDS = frozenset(word.replace("_", " ") for each in _WEEKDAYS.split() for word in (each, plain_word(each)))
"""As they are written, in lower case, with and without accents."""
