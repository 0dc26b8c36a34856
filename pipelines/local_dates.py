"""Dates as pages of other languages print them: names of months, days before months in figures, Hangul and Kana signs.

What is found is given in ISO 8601, for `pipelines.dates` to read; whether 3/4/2026 is March or April is decided by the
page's language and its host's country.
"""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import re
from datetime import date

_LOOKED_AT = 200
_MONTHS = (
    "enero ene janeiro jan januar jänner janvier janv gennaio gen januari januar tammikuuta tammikuu stycznia styczeń ledna leden ianuarie január ocak januari tháng1 января янв січня ιανουαρίου ιαν يناير كانون_الثاني ינואר जनवरी gener siječnja јануар януари urtarrila januára januarja jaanuar janvārī sausio janúar มกราคม ม.ค.",
    "febrero feb fevereiro fev februar feber février févr febbraio febbr februari helmikuuta helmikuu lutego luty února únor februarie február şubat pebruari tháng2 февраля фев лютого φεβρουαρίου φεβ فبراير شباط פברואר फरवरी फ़रवरी febrer veljače фебруар февруари februára februarja veebruar februārī vasario febrúar กุมภาพันธ์ ก.พ.",
    "marzo mar março marco märz maerz mrz mars maart maaliskuuta maaliskuu marca marzec března březen martie március mart maret tháng3 марта мар березня μαρτίου μαρ مارس آذار מרץ मार्च març ožujka март märts martā kovo มีนาคม มี.ค.",
    "abril abr april avril avr aprile apr huhtikuuta huhtikuu kwietnia kwiecień dubna duben aprilie április nisan tháng4 апреля апр квітня απριλίου απρ أبريل ابريل نيسان אפריל अप्रैल travnja април apríla aprila aprill aprīlī balandžio apríl เมษายน เม.ย.",
    "mayo may maio mai maggio mag mei maj toukokuuta toukokuu maja kwietni května květen május mayıs tháng5 мая май травня μαΐου μαίου μαϊ مايو أيار מאי मई maig svibnja мај mája mai maijā gegužės maí พฤษภาคม พ.ค.",
    "junio jun junho juni juin giugno giu kesäkuuta kesäkuu czerwca czerwiec června červen iunie június haziran tháng6 июня июн червня ιουνίου ιουν يونيو حزيران יוני जून juny lipnja јун юни júna junija juuni jūnijā birželio júní มิถุนายน มิ.ย.",
    "julio jul julho juli juillet juil luglio lug heinäkuuta heinäkuu lipca lipiec července červenec iulie július temmuz tháng7 июля июл липня ιουλίου ιουλ يوليو تموز יולי जुलाई juliol srpnja јул юли júla julija juuli jūlijā liepos júlí กรกฎาคม ก.ค.",
    "agosto ago august août aout augustus augusti elokuuta elokuu sierpnia sierpień srpna srpen augusztus ağustos agustus tháng8 августа авг серпня αυγούστου αυγ أغسطس اغسطس آب אוגוסט अगस्त agost kolovoza август augusta avgusta augustā rugpjūčio ágúst สิงหาคม ส.ค.",
    "septiembre setiembre sep sept set setembro september septembre settembre sett syyskuuta syyskuu września wrzesień září septembrie szeptember eylül tháng9 сентября сен сент вересня σεπτεμβρίου σεπ سبتمبر أيلول ספטמבר सितंबर सितम्बर setembre rujna септембар септември septembra septembrī rugsėjo กันยายน ก.ย.",
    "octubre oct outubro out oktober okt octobre ottobre ott lokakuuta lokakuu października październik října říjen octombrie október ekim oktober tháng10 октября окт жовтня οκτωβρίου οκτ أكتوبر اكتوبر تشرين_الأول אוקטובר अक्टूबर अक्तूबर октобар октомври októbra oktobra oktoober oktobrī spalio október ตุลาคม ต.ค.",
    "noviembre nov novembro november novembre marraskuuta marraskuu listopadu listopad noiembrie kasım nopember tháng11 ноября ноя нояб листопада νοεμβρίου νοε نوفمبر تشرين_الثاني נובמבר नवंबर नवम्बर studenoga новембар ноември novembra novembrī lapkričio nóvember listopada พฤศจิกายน พ.ย.",
    "diciembre dic dezembro dez dezember décembre déc dicembre december joulukuuta joulukuu grudnia grudzień prosince prosinec decembrie aralık desember tháng12 декабря дек грудня δεκεμβρίου δεκ ديسمبر كانون_الأول דצמבר दिसंबर दिसम्बर desembre prosinca децембар декември decembra detsember decembrī gruodžio desember ธันวาคม ธ.ค.",
)
_NUMBER = {name.replace("_", " "): number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_MONTH = "|".join(sorted(map(re.escape, _NUMBER), key=len, reverse=True))
_CLOCK = (
    r"(?:[\s,|•·–—-]{0,4}(?:a las|à|às|as|alle ore|alle|ore|um|kl\.?|klo|o godz\.?|om|в|о|at|de|pukul|saat|u|الساعة|में)?\s{0,2}"
    r"(?P<half>오전|오후|午前|午後)?\s?(?P<hour>\d{1,2})\s?(?:[:：hH.]|Uhr|uur|시|時)\s?(?:(?P<minute>\d{2})\s?(?:분|分|min)?)?(?::(?P<second>\d{2}))?(?![\d.])(?:\s?(?P<ampm>[AaPp])\.?\s?[Mm]\b)?(?:\s?\(?(?P<zone>(?:UTC|GMT)(?:\s?[+-]\d{1,2}(?::\d{2})?)?|[+-]\d{2}:\d{2}|(?-i:[A-Z]{2,4}))\b)?)?"
)
_CLOCK_BEFORE = r"(?:(?<!\d)(?P<before_hour>\d{1,2}):(?P<before_minute>\d{2})[,\s|–-]{1,3})?"
_FORMS = (
    re.compile(rf"{_CLOCK_BEFORE}(?<!\d)(?P<day>\d{{1,2}})(?:er|º|°|\.|ª|-)?\s?(?:de |d’|d'|of |ta' )?[-/]?(?P<name>{_MONTH})\b\.?,?[\s/-]?\s?(?:de |del )?(?P<year>\d{{4}})(?!\d)(?:\s?(?:г\.?|р\.?|року))?{_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>\d{{4}})[.,]?\s(?P<name>{_MONTH})\s(?P<day>\d{{1,2}})(?!\d)\.?{_CLOCK}", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s(?P<day>\d{{1,2}}),?\s(?:de )?(?P<year>\d{{4}})(?!\d){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\stháng\s(?P<month>\d{{1,2}})(?:\snăm|,)?\s(?P<year>\d{{4}})(?!\d){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>\d{{4}})\s?(?:년|年)\s?(?P<month>\d{{1,2}})\s?(?:월|月)\s?(?P<day>\d{{1,2}})\s?(?:일|日)(?:\s?[(（].{{1,3}}[)）])?{_CLOCK}"),
    re.compile(rf"(?<![\d.])(?P<year>\d{{4}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<day>\d{{1,2}})\.?(?:\s?[(（].{{1,3}}[)）])?{_CLOCK}"),
)  # fmt: skip
_IN_FIGURES = re.compile(
    rf"{_CLOCK_BEFORE}(?<![\d.:/-])(?P<one>\d{{1,2}})\s?(?P<sign>[./-])\s?(?P<two>\d{{1,2}})\s?(?P=sign)\s?(?P<year>(?:19|20|25)\d\d)(?![\d]){_CLOCK}"
)
_AFTERNOON = {"오후", "午後"}
_NO_HOUR = 24
_MONTHS_A_YEAR = 12
_MONTH_FIRST = {"us", "ph"}
_DAY_FIRST_HOSTS = (
    ".uk",
    ".au",
    ".nz",
    ".in",
    ".ie",
    ".za",
    ".sg",
    ".hk",
    ".my",
    ".ng",
    ".ke",
    ".pk",
    ".eu",
    ".lk",
    ".gh",
)
_BUDDHIST_FROM = 2400
"""Years of Thailand are 543 ahead."""
_YEAR = re.compile(r"\d{4}")


def read_local(text: str, *, language: str = "", host: str = "") -> str:
    """Give the first date of a text in ISO 8601, with its time of day where one follows; "" for none.

    `language` is the page's (en-GB), `host` its host's name.

    >>> read_local("Publicado el 12 de mayo de 2026 a las 10:30")
    '2026-05-12 10:30'
    >>> read_local("03.04.2026"), read_local("3/4/2026", language="en-US"), read_local("3/4/2026", language="en-GB")
    ('2026-04-03', '2026-03-04', '2026-04-03')
    """
    looked_at = text[:_LOOKED_AT]
    if not _YEAR.search(looked_at):
        return ""
    found = min(
        (match for form in _FORMS if (match := form.search(looked_at)) is not None),
        key=lambda match: match.start(),
        default=None,
    )
    if found is not None:
        parts = found.groupdict()
        month = _month(parts["name"].lower(), language) if parts.get("name") else int(parts["month"])
        return _iso(int(parts["year"]), month, int(parts["day"]), parts)
    figures = _IN_FIGURES.search(looked_at)
    if figures is None:
        return ""
    one, two = int(figures["one"]), int(figures["two"])
    by_custom = two > _MONTHS_A_YEAR or _is_month_first(language.lower(), host, figures["sign"])
    is_month_first = figures["sign"] != "." and one <= _MONTHS_A_YEAR and by_custom
    month, day = (one, two) if is_month_first else (two, one)
    return _iso(int(figures["year"]), month, day, figures.groupdict())


def _month(name: str, language: str) -> int:
    return 10 if name == "listopada" and language[:2] == "hr" else _NUMBER[name]  # November in Poland


def _is_month_first(language: str, host: str, sign: str) -> bool:
    main, _, region = language.replace("_", "-").partition("-")
    if region:
        return region.rpartition("-")[2] in _MONTH_FIRST
    return sign == "/" and main in {"", "en"} and not host.endswith(_DAY_FIRST_HOSTS)


def _iso(year: int, month: int, day: int, parts: dict[str, str | None]) -> str:
    try:
        told = date(year - 543 if year > _BUDDHIST_FROM else year, month, day).isoformat()
    except ValueError:
        return ""
    place = "" if parts.get("minute") or not parts.get("before_minute") else "before_"
    hour = int(parts.get(f"{place}hour") or _NO_HOUR)
    if hour >= _NO_HOUR or not parts.get(f"{place}minute"):
        return told
    is_afternoon = parts.get("half") in _AFTERNOON or (parts.get("ampm") or "").lower() == "p"
    is_night = (parts.get("ampm") or "").lower() == "a" and hour == 12  # noqa: PLR2004
    hour += 12 * (is_afternoon and hour < 12) - 12 * is_night  # noqa: PLR2004
    second = f":{parts['second']}" if parts.get("second") else ""
    zone = f" {parts['zone']}" if parts.get("zone") else ""
    return f"{told} {hour:02}:{parts[f'{place}minute']}{second}{zone}"
