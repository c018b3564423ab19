"""The words by which editors of six languages head the parts of a page, tell fees and name days. Pure.

Headings and fees are read in all languages at once; days in English and the city's own, as "so" is a Sunday in German and a
Saturday in Czech, and "do" a Thursday or "until".
"""

import re

HEADINGS = {
    "fees": r"gebühr|kosten\b|was kostet|preise?\b|entgelt|fees?\b|costs?\b|poplat|\bcen[ay]\b|ceník|kolik (?:to )?stojí|opłat|\bkoszt|cennik"
    r"|\bdíj|illeték|költség|mennyibe kerül|\bтакс|\bцена\b|колко струва",
    "documents": r"unterlagen|mitzubringen|mitbringen|dokument(?:e|y|ů|um|umok)?\b|nachweise|required documents|what to bring|\bdoklad|co s sebou|co přinést"
    r"|přílohy|załącznik|co (?:zabrać|przygotować|przynieść)|\biratok|okmányok|okiratok|mellékletek|mit (?:kell )?(?:hoz|vin)|документи|какво да нос",
    "processing_time": r"bearbeitungs(?:zeit|dauer)|dauer der bearbeitung|wie lange dauert|processing time|doba (?:vy|zprac)|lhůt\w+ (?:pro |k )?(?:vyříz|vydán)"
    r"|jak dlouho|czas (?:załatwi|realizac|oczekiw|rozpatrz)|termin (?:załatwi|realizac|rozpatrz)|jak długo|ügyintézési (?:idő|határidő)"
    r"|meddig tart|mennyi ideig|срок (?:за|на) (?:обраб|изпълн|изда|извърш)|колко време",
    "deadlines": r"\bfrist|anmeldeschluss|deadline|\blhůt|termín (?:podá|přihl|odevz)|do kdy|\bterminy\b|\btermin (?:skład|zgłosz|złoż)|do kiedy|határid|\bсрок",
    "legal_basis": r"rechtsgrundlage|rechtliche grundlage|gesetzliche grundlage|legal basis|právní|legislativ|podstaw\w prawn|jogalap|jogszabály"
    r"|правно основание|нормативн|правна уредба",
    "requirements": r"voraussetzung|wer kann|wer darf|berechtigt|personenkreis|anspruch|requirement|who can|podmínk|předpoklad|kdo (?:může|smí|je oprávněn)"
    r"|warunk|wymaga|kto może|uprawnion|feltétel|jogosult|ki (?:igényel|kérhet|intézhet)|услови|изискван|кой (?:може|има право)",
    "procedure": r"verfahren|ablauf|antragstellung|\bantrag\b|antrag auf|so funktioniert|\bschritt \d|ihr weg|hinweise zum verfahren"
    r"|abholung|neuantrag|verlängerung|nach der einreise|how to apply|procedure|postup|průběh|jak (?:to|vyřídit|požádat|podat|na to)|podání žádosti"
    r"|vyzvednutí|převzetí|przebieg|procedur|krok po kroku|jak (?:załatwić|złożyć)|sposób|odbiór|\bmenete|folyamat|eljárás|hogyan|igénylés|átvétel"
    r"|процедур|начин на|ред за|как (?:се|да|протича)|стъпк|подаване|получаване",
}

FREE = (
    r"gebührenfrei|kostenfrei|kostenlos|keine gebühr|keine kosten|fallen keine|free of charge|no fee|zdarma|bezplatn|bez poplatk|bezpłatn|nieodpłatn"
    r"|bez opłat|za darmo|ingyenes|díjmentes|illetékmentes|безплатн|без такса|не се (?:дължи|заплаща|събира)"
)

MONEY = {
    "EUR": r"Euro\b|€|EUR\b|евро\b|eur[aoó]\b",
    "CZK": r"Kč|CZK\b|korun\w*",
    "PLN": r"zł(?:ot\w+)?\b|PLN\b",
    "HUF": r"Ft\b|HUF\b|forint\w*",
}
OTHER_MONEY = r"лв\b|лев[аи]?\b|BGN\b"
"""What no city is paid in any more, and some old pages still tell."""

ABOUT = (
    r"\bzwischen\b|\bvon\s+[\d€]|\betwa\b|\bca\b|\bcirca\b|\bungefähr\b|\bmindestens\b|\bhöchstens\b|\bplus\b|\bzuzüglich\b|\bzusätzlich\b"
    r"|in der regel|grundsätzlich|aufpreis|prozent|erhöhen|hälfte|frankiert"
    r"|\bmezi\b|\bpřibližně|\basi\b|\bcca\b|\bnejméně|\bnejvýše|\bminimálně|\bmaximálně|příplat|procent|polovin|zpravidla"
    r"|\bmiędzy\b|\bokoło\b|\bok\.|\bco najmniej|\bnajwyżej|\bminimalnie|\bmaksymalnie|dopłat|dodatkow|połow|zazwyczaj"
    r"|\blegalább\b|\blegfeljebb\b|\bkörülbelül\b|\bkb\b|között|\bplusz\b|pótdíj|százalék|általában"
    r"|\bмежду\b|\bоколо\b|най-малко|най-много|\bминимум|\bмаксимум|\bплюс\b|допълнител|процент|обикновено"
)
"""An amount beside one of these is not the amount that somebody pays."""
FROM_TO = r"ab|bis|bis zu|od|do|от|до"
BETWEEN = r"bis|-|–|und|oder|až|do|nebo|a|i|lub|és|vagy|до|и|или"

FORMS = (
    r"formular|formulář|antrag\b|erklärung|vollmacht|mandat|checkliste|fragebogen|vordruck|žádost|tiskopis|prohlášení|plná moc"
    r"|wniosek|\bdruk\b|oświadczeni|pełnomocnictw|űrlap|nyomtatvány|kérelem|nyilatkozat|meghatalmazás|формуляр|заявление|декларация|пълномощно|бланка"
)
ONLINE = (
    r"^(?:online|онлайн)\b|^antragstellung$|online[- ](?:antrag|dienst|service|anmeldung|ummeldung|abmeldung)|\bonline (?:beantragen|\w*melden)"
    r"|(?:podat|vyřídit|vyplnit|požádat)\b.{0,30}\bonline|online (?:žádost|podání|wniosek|formul|igényl|ügyint)|przez internet|заяв\w+ онлайн"
)

DAYS = {
    "en": "mon monday; tu tue tues tuesday; we wed wednesday; th thu thur thurs thursday; fri friday; sat saturday; sun sunday",
    "de": "mo montag; di dienstag; mi mittwoch; do donnerstag; fr freitag; sa samstag sonnabend; so su sonntag",
    "cs": "po pondělí; út úterý; st středa; čt čtvrtek; pá pátek; so sobota; ne neděle",
    "pl": "pn pon poniedziałek; wt wtorek; śr środa; cz czw czwartek; pt piątek; sb sob so sobota; nd ndz niedz niedziela",
    "hu": "h hé hétfő; k ke kedd; sz sze szerda; cs csü csütörtök; p pé péntek; szo szombat; v va vas vasárnap",
    "bg": "пн пон понеделник; вт вто вторник; ср сря сряда; чт чет четвъртък; пт пет петък; сб съб събота; нд нед неделя",
}
DAILY = {
    **dict.fromkeys(("täglich", "daily", "denně", "codziennie", "naponta", "ежедневно"), range(7)),
    **dict.fromkeys(("werktags", "weekdays", "hétköznap"), range(5)),
}
UNTIL = {"en": "to until", "de": "bis", "cs": "až do", "pl": "do", "hu": "", "bg": "до"}
FILLERS = frozenset(
    [
        "und",
        "and",
        "von",
        "from",
        "uhr",
        "h",
        "a",
        "od",
        "hod",
        "hodin",
        "i",
        "oraz",
        "godz",
        "és",
        "óra",
        "и",
        "от",
        "ч",
        "часа",
    ]
)


def weekdays(language: str) -> dict[str, int]:
    """What the days are called in English and in `language`; German where that is English."""
    found: dict[str, int] = {}
    for names in (DAYS["en"], DAYS.get(language if language != "en" else "de", DAYS["de"])):
        found |= {name: day for day, group in enumerate(names.split(";")) for name in group.split()}
    return found


def until(language: str) -> frozenset[str]:
    """The words between two days or two hours."""
    return frozenset(f"{UNTIL['en']} {UNTIL.get(language if language != 'en' else 'de', '')}".split())


def amount(currency: str) -> re.Pattern[str]:
    """A sum in `currency` with "whole" and "cents"; thousands stand apart with a dot, in other money than euros with a blank, too."""
    gap = r"\." if currency == "EUR" else "[. ]"
    return re.compile(
        rf"(?:(?:€|{currency})\s*)?(?<![\d.,])(?P<whole>\d{{1,3}}(?:{gap}\d{{3}})+|\d{{1,6}})"
        rf"(?:[.,](?P<cents>\d{{2}}|[-–—]{{1,2}}))?\s*(?:{MONEY[currency]})",
        re.IGNORECASE,
    )


def other_amount(currency: str) -> re.Pattern[str]:
    """A sum in money that the city does not take."""
    signs = "|".join([sign for code, sign in MONEY.items() if code != currency] + [OTHER_MONEY])
    return re.compile(rf"\d[.,–—-]*\s*(?:{signs})", re.IGNORECASE)


def uncertain(currency: str) -> re.Pattern[str]:
    """Beside this, a sum is not the one that is paid: "from", "to", "about", or one of two.

    Nor is a sum in euros behind a figure and a blank: "1 000 euros" are a thousand, in "zone 2 100 euros" a hundred.
    """
    sign = MONEY[currency]
    apart = rf"|\d \d{{3}}(?:[.,](?:\d{{2}}|[-–—]{{1,2}}))?\s*(?:{sign})" if currency == "EUR" else ""
    return re.compile(
        rf"\b(?:{FROM_TO})\s+(?:€\s*\d|[\d., ]+\s*(?:{sign}))|\d\s*(?:{sign})?\s*(?:{BETWEEN})\s+\d|\d\s*Ft-(?:tól|ig)|{ABOUT}"
        rf"|\d[-–—]\d[\d., ]*(?:{sign}){apart}",
        re.IGNORECASE,
    )
