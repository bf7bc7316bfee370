"""Names of people, places and organizations: by lists of common ones, and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jam.cases.identifier_kinds import Finding, Kind
from jam.cases.identifier_lexicon import is_english
from jam.cases.identifier_words import AMBIGUOUS, CITIES, COMMON_IN_NAMES, GIVEN, NEITHER, STATES, SURNAMES

#: A capitalized word, as names are written: O'Brien, McCoy, Jean-Luc, Núñez.
_CAP = r"(?:(?:O[’']|Mc|Mac|D[’']|De|La|Le)?[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:[-’'][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)*)"
_INITIAL = r"(?:[A-Z]\.)"
_FULL = rf"{_CAP}(?: (?:{_INITIAL}|{_CAP}|de|del|la|van|von|der|bin|al)){{0,2}}"

_TITLE = (
    r"(?:Drs?|Mr|Mrs|Ms|Mx|Miss|Prof|Professor|Rev|Reverend|Father|Fr|Sister|Pastor|Rabbi|Imam|Bishop|Judge|Justice|Sheriff|Senator|Sen"
    r"|Governor|Gov|Representative|Rep|Mayor|Commissioner|Congresswoman|Congressman|Captain|Capt|Sgt|Sergeant|Lt|Lieutenant|Officer|Principal"
    r"|Superintendent|Chairman|Chairwoman|Nurse|Coach|Elder|Chief|Aunt|Uncle|Hon|Doctor)\.?"
)
_CREDENTIAL = (
    r"(?:LCSW(?:-\w)?|LMSW|LISW(?:-\w)?|LICSW|LSW|LMHC|LPC(?:-\w)?|LPCC|LCPC|LMFT|LCMHC|LAC|LADC|CADC|CASAC|CAC|RN|LPN|APRN|PMHNP|NP|PA|MD|DO"
    r"|Ph\.?D\.?|PsyD|MSW|MPH|MBA|MHA|CPRS|CPSS|BCBA|DNP|EdD|MA|MS|BA|BSW|Esq\.?|Jr\.?|Sr\.?)"
)
_ROLE = (
    r"(?:(?:chief|vice|deputy|assistant|associate|senior|lead|clinical|medical|executive|program|HR|human resources|team|office|operations|finance|nursing"
    r"|billing|site|case|quality|training|front desk|peer|night|day|interim|former|new|our|my) ){0,4}"
    r"(?:CEO|CFO|COO|CMO|CNO|CIO|president|director|officer|manager|supervisor|coordinator|administrator|psychiatrist|psychologist|therapist|counselor"
    r"|clinician|nurse|practitioner|specialist|social worker|recruiter|intern|trainee|receptionist|chair|chairman|superintendent|principal|colleague"
    r"|coworker|boss|founder|owner|employee|client|patient|consultant|navigator|aide|technician|assistant|lead|wife|husband|son|daughter"
    r"|brother|sister|mother|father|friend|mentor|mentee|attorney|lawyer|accountant)"
)
_SPEAKS = (
    r"(?:said|says|told|tells|asked|asks|left|leaves|resigned|retired|retires|quit|joined|works|worked|runs|ran|leads|led|supervises|supervised"
    r"|trains|trained|started|manages|managed|hired|handles|covers|covered|thinks|believes|felt|feels|wrote|writes|reported|reports|who|and I"
    r"|moved|transferred|burned out|went|gave|walked|threatened|suggested|recommended|explained|mentioned|agreed|offered|took over)"
)

_CUED = (
    re.compile(rf"\b(?P<it>{_TITLE} (?:{_INITIAL} ?){{0,3}}{_FULL})"),
    re.compile(rf"\b(?P<it>(?:{_TITLE} )[A-Z]\.?)(?![\w’'])"),
    re.compile(rf"(?P<it>\b{_CAP}(?: (?:{_INITIAL}|{_CAP})){{0,3}} {_CAP}),? {_CREDENTIAL}\b"),
    re.compile(rf"\b(?i:{_ROLE}),? (?:is |was |named |called |\()?(?P<it>{_CAP}(?: (?:{_INITIAL} )?{_CAP})?)\b"),
    re.compile(
        rf"\b(?i:named|named after|called|signed,?|sincerely,?|regards,?|thanks,?|contact|attn:?|attention:?|cc:?|from:|to:|name:|supervised by"
        rf"|reports to|replaced by|written by|prepared by|submitted by|led by|run by|trained by|covered by|my name is|I am|I[’']m)\s+"
        rf"(?P<it>{_CAP}(?: (?:{_INITIAL} )?{_CAP})?)\b"
    ),
    re.compile(rf"(?P<it>\b{_CAP} (?:{_INITIAL} )?{_CAP}),? (?:our|the|my|a|an|who) (?:\w+ ){{0,2}}?(?i:{_ROLE})\b"),
    re.compile(rf"(?<=[a-z,;:] )(?P<it>{_CAP}(?: {_CAP})?) {_SPEAKS}\b"),
    re.compile(rf"(?P<it>\b{_CAP} {_CAP}) {_SPEAKS}\b"),
    re.compile(rf"(?<![\w.])(?P<it>(?:[A-Z]\. ?){{1,2}}{_CAP})\b"),
    re.compile(r"(?<![\w.&])(?P<it>(?!U\.S|U\.K|D\.C|E\.R|H\.R|A\.M|P\.M|I\.T|R\.N|B\.A|M\.A|M\.D|B\.S|M\.S|J\.D|D\.O|L\.P|N\.P|P\.A|P\.O)[A-Z]\.[A-Z]\.(?:[A-Z]\.)?)(?!\w)"),
)  # fmt: skip

_WORD = re.compile(_CAP)
#: One or two capitalized words right after a name.
_MORE = re.compile(rf" (?:{_INITIAL} )?(?P<it>{_CAP})\b")

_INSTITUTION = (
    r"(?:Hospitals?|Clinics?|Centers?|Colleges?|Universit(?:y|ies)|Schools?|Elementary|Academy|Institute|Foundation|Church|Ministries|Health Systems?|Health"
    r"|Healthcare|Medical Center|Services|Counseling|Wellness|Recovery|Associates|Coalition|Alliance|Council|Partners|Network|Homes?|House|Shelter"
    r"|Jail|Prison|Correctional Facility|Penitentiary|Police Department|Sheriff[’']s (?:Office|Department)|Library|Casino|Mills?|Plant|Times|Herald|Gazette|Tribune"
    r"|Union|Trust|Fund|Tribe|Nation|Reservation|School District|District|Department|Authority|Inc\.?|LLC|Corporation|Co\.|Group|Systems?|Solutions|Memorial)"
)
_ORGANIZATION = re.compile(
    rf"\b(?P<it>(?:(?:St|Mt|Ft)\. )?{_CAP}(?:[’']s)?(?: (?:{_CAP}(?:[’']s)?|&|and|of|for|the|at)){{0,6}}? {_INSTITUTION}"
    rf"(?: (?:of|for) (?:the )?{_CAP}(?: {_CAP}){{0,4}}|(?: {_INSTITUTION}){{1,3}})?)(?![\w’'])|\b(?P<of>University of {_CAP}(?: {_CAP}){{0,4}}(?: at {_CAP}(?: {_CAP}){{0,4}})?)"
)
#: Everybody knows these and they point at nobody.
_EVERYBODYS = re.compile(
    r"National Council|National Health Service|Joint Commission|Health Resources|Substance Abuse and Mental|Centers for (?:Medicare|Disease)"
    r"|Department of (?:Health|Labor|Justice|Education|Veterans|Mental|Human|Children|Public|Behavioral)|Veterans (?:Affairs|Health)|Indian Health"
    r"|National Institutes?|Project ECHO|Workforce Solutions|Human Resources|Mental Health (?:First|Services|Center|Clinic|Court|Block)|Affordable Care"
    r"|Public Service|Bureau of Labor|American (?:Psychiatric|Psychological|Medical|Nurses|Indian)|Kaiser|Robert Wood|Pew|Meadows"
    r"|Health Management|College for Behavioral|Certified Community|Community (?:Mental|Behavioral|Health|College)|Federally Qualified|Social Services"
)
_SMALL = frozenset({"of", "for", "the", "and", "at", "&"})

_STATE = "|".join(sorted(STATES, key=len, reverse=True))
_PLACE = rf"(?:(?:(?:St|Ste|Mt|Ft|Pt)\.|Saint|Mount|Fort|Port|Lake|New|San|Santa|Los|Las|La|El|North|South|East|West|Upper|Lower|Little|Grand|Big) )?{_CAP}(?: {_CAP})?"
_GEOGRAPHY = (
    re.compile(rf"\b(?P<it>{_CAP}(?:(?:, {_CAP}){{0,6}},? and {_CAP}| {_CAP}| [A-Z]{{2}})? (?:Count(?:y|ies)|Parish(?:es)?|Borough|Township|Census Area|Municipality|Reservation|Rancheria|Pueblo))\b"),
    re.compile(rf"\b(?i:cit(?:y|ies)|towns?|villages?|count(?:y|ies)|hamlet|boroughs?|parish|neighborhoods?|suburbs?|community|communities|reservation|port) of (?P<it>{_PLACE})"),
    re.compile(rf"\b(?P<it>{_PLACE}),? (?:{_STATE}|(?:{'|'.join(STATES.values())})\b)(?![\w-])"),
    re.compile(
        r"\b(?P<it>\d{1,6}(?:-\d+)?[A-Z]? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? )?(?:[A-Z][\w’'.-]*|\d+(?:st|nd|rd|th))(?: [A-Z][\w’'.-]*){0,3}? "
        r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Way|Highway|Hwy|Place|Pl|Parkway|Pkwy|Circle|Cir|Terrace|Square|Sq|Pike|Loop|Trail)\b\.?"
        r"(?:,? (?:Suite|Ste\.?|Apt\.?|Unit|Floor|Room|Rm\.?|#) ?[\w-]+)?)"
    ),
    re.compile(r"\b(?P<it>P\.? ?O\.? ?Box \d+)\b", re.IGNORECASE),
    re.compile(r"\b(?P<it>(?:US |U\.S\. |State |County |SR-?|CR-?)?(?:Highway|Hwy\.?|Route|Rte\.?|Interstate|County Road|State Road) ?-?\d{1,4}[A-Z]?|I-\d{1,3})\b"),
    re.compile(rf"\b(?P<it>{_CAP}(?: {_CAP})? (?:Street|Avenue|Boulevard|Road|Highway|Parkway|Turnpike|River|Creek|Lake|Valley|Mountains?|Mesa|Island|Islands|Peninsula|Bay|Canyon|Falls|Heights|Hills|Beach|Metro|Delta|Basin|Plateau|Foothills))\b"),
    re.compile(r"\b(?:ZIP|zip|zip ?codes?|ZIP ?codes?|postal code)s?(?: codes?)?(?: is| of| area|:|=| starting with| beginning with)* ?(?P<it>\d{5}(?:-\d{4})?|\d{3}(?:xx|\*\*))(?!\d)"),
    re.compile(rf"\b(?:{'|'.join(STATES.values())}|{_STATE}),? (?P<it>\d{{5}}(?:-\d{{4}})?)(?!\d)"),
    re.compile(r"(?<![\w-])(?P<it>\d{5}-\d{4})(?![\w-])"),
    re.compile(
        rf"\b(?P<it>(?i:(?:far |rural )?(?:north|south|east|west|central|northern|southern|eastern|western|northeast(?:ern)?|northwest(?:ern)?|southeast(?:ern)?|southwest(?:ern)?"
        rf"|upstate|downstate|coastal|north central|south central|mid|downtown|metro|metropolitan|greater))[ -](?:{_STATE}))\b"
    ),
    re.compile(rf"\b(?i:near|outside(?: of)?|around|downtown|in downtown|commut\w+ (?:to|from)|driv\w+ (?:to|from|into)|drove to|(?:hours?|miles?|minutes?)(?: drive)? (?:from|of|outside|away from|to|north of|south of|east of|west of)|headquartered in|based in|located in|office in|offices in|clinic in|clinics in|site in|sites in|moved to|relocated to|move to|lives in|live in|living in|north of|south of|east of|west of|between|serv(?:es|ing)|across|branch in|satellite in|campus in|hospital in|here in) (?P<it>{_PLACE})"),
    re.compile(rf"\b(?i:in|from|at) (?P<it>{_PLACE})(?=[,.;:)]|$| (?:where|and we|but|because|who|is|was|has|had|office|clinic|site|area|branch|campus|location|region))"),
    re.compile(rf"\b(?P<it>{_PLACE}) (?:office|site|branch|area|metro|region|campus|location)\b"),
    re.compile(rf"\b(?:between|from) {_PLACE} (?:and|to) (?P<it>{_PLACE})\b"),
    re.compile(r"\b(?P<it>[Cc]ensus [Tt]racts? \d[\d.]*)\b"),
)  # fmt: skip
_STATE_AT = re.compile(rf"(?:{_STATE})(?! (?:Count|City|Parish|River|Falls|Beach|Springs|Heights))\b")
_CITY = re.compile(
    r"\b(?:{})\b".format("|".join(re.escape(each) for each in sorted(CITIES, key=len, reverse=True)))
)
#: Words that may end what looks like a place and belong to no place.
_STATE_WORDS = frozenset(word for each in STATES for word in each.split())
_COMMON = frozenset(word.capitalize() for word in COMMON_IN_NAMES)
_WHOLLY = frozenset(
    {*STATES, "United States", "New England", "America", "Washington", "District of Columbia", "Guam"}
)


def named(text: str) -> Iterator[Finding]:
    """Names of people, places and organizations; findings may overlap."""
    known = [*_people(text), *_places(text)]
    yield from known
    taken = bytearray(len(text))
    for each in known:
        taken[each.start : each.end] = b"\1" * (each.end - each.start)
    yield from (each for each in _unknown(text) if not any(taken[each.start : each.end]))
    for found in _ORGANIZATION.finditer(text):
        start, end = found.span()
        start = _after_small(text, start, end)
        if _tells(text[start:end]):
            yield Finding(start, end, Kind.OTHER)


def _people(text: str) -> Iterator[Finding]:
    for place, pattern in enumerate(_CUED):
        for found in pattern.finditer(text):
            start, end = _trimmed(text, *found.span("it"), titled=place < 2)
            if start < end:
                yield Finding(start, end, Kind.NAME)
    for found in _WORD.finditer(text):
        word, start, end = found[0], found.start(), found.end()
        plain = word.replace("’", "'").removesuffix("'s")
        if text.endswith((" St.", "&", "Saint "), 0, start):
            continue
        more = _MORE.match(text, end)
        follows = more is not None and not _is_no_name(more["it"])
        if plain in GIVEN and plain not in AMBIGUOUS:
            yield Finding(start, more.end() if follows and more else start + len(plain), Kind.NAME)
        elif plain in AMBIGUOUS and more is not None and more["it"] in SURNAMES:
            yield Finding(start, more.end(), Kind.NAME)
        elif (plain in AMBIGUOUS and text[end : end + 2] in ("’s", "'s") and _inside(text, start)) or (
            plain in SURNAMES and more is None and not text[end : end + 2].startswith((" &", "-"))
        ):
            yield Finding(start, end, Kind.NAME)


def _places(text: str) -> Iterator[Finding]:
    for pattern in _GEOGRAPHY:
        for found in pattern.finditer(text):
            start, end = found.span("it")
            words = text[start:end]
            if any(each.isdigit() for each in words) or words[0].islower():
                yield Finding(start, end, Kind.GEOGRAPHY)
                continue
            if words in _WHOLLY or _STATE_AT.match(text, start):
                continue
            start, end = _trimmed(text, start, end, place=True)
            words = text[start:end]
            if start < end and words not in _WHOLLY and words.split()[0] not in GIVEN:
                yield Finding(start, end, Kind.GEOGRAPHY)
    for found in _CITY.finditer(text):
        yield Finding(found.start(), found.end(), Kind.GEOGRAPHY)


def _unknown(text: str) -> Iterator[Finding]:
    """Capitalized words that are no English words, with what else is capitalized right after them."""
    for found in _WORD.finditer(text):
        start, end = found.span()
        plain = found[0].replace("’", "'").removesuffix("'s")
        if len(plain) < 3 or _is_no_name(plain) or plain in _STATE_WORDS:
            continue
        more = _MORE.match(text, end)
        follows = more is not None and not _is_no_name(more["it"])
        titled = more is not None and not follows  # “Licensed Clinical …”
        if is_english(plain) and (titled or plain.removesuffix("s") in NEITHER or not _amid(text, start)):
            continue
        yield Finding(start, more.end() if follows and more else start + len(plain), Kind.NAME)


def _before(text: str, start: int) -> str:
    """The last character before a place that is no blank."""
    while start > 0 and text[start - 1] == " ":
        start -= 1
    return text[start - 1 : start]


def _inside(text: str, start: int) -> bool:
    """Whether a place lies inside a sentence, where only names begin with a capital letter."""
    return _before(text, start) not in ("", *".!?\n:•-")


def _amid(text: str, start: int) -> bool:
    """Whether a place is amid a sentence, also one that is quoted or in brackets."""
    return _inside(text, start) and _before(text, start) not in "“\"‘'(*/–—1234567890)…>|["


def _is_no_name(word: str) -> bool:
    return word in NEITHER or word in STATES or word in _COMMON


def _trimmed(
    text: str, start: int, end: int, *, titled: bool = False, place: bool = False
) -> tuple[int, int]:
    """A span without words at its ends that belong to no name; empty when nothing is left."""
    words = [(found.start() + start, found.end() + start) for found in re.finditer(r"\S+", text[start:end])]
    generic = ("County", "Counties", "Parish", "Parishes", "Township", "Borough", "Reservation", "Pueblo")
    while words and not titled and _is_no_name(text[slice(*words[0])].rstrip(",.")):
        if place and text[slice(*words[0])] in ("New", "North", "South", "East", "West", "Fort"):
            break
        words = words[1:]
    while (
        len(words) > 1
        and _is_no_name(text[slice(*words[-1])].rstrip(",."))
        and text[slice(*words[-1])] not in generic
    ):
        words = words[:-1]
    if not words or (len(words) == 1 and text[slice(*words[0])] in (*generic, *NEITHER)):
        return start, start
    if titled and len(words) < 2:
        return start, start
    return words[0][0], words[-1][1]


def _after_small(text: str, start: int, end: int) -> int:
    """Where an organization's name begins, without words such as “Our” before it."""
    for found in re.finditer(r"\S+", text[start:end]):
        if found[0] not in (
            "The",
            "Our",
            "A",
            "An",
            "At",
            "In",
            "This",
            "When",
            "While",
            "Each",
            "Every",
            "Most",
            "As",
            "Since",
            "Before",
            "After",
            "For",
            "With",
            "From",
            "Their",
            "My",
        ):
            return start + found.start()
    return end


def _tells(name: str) -> bool:
    """Whether a name of an organization says more than what kind it is."""
    if _EVERYBODYS.search(name):
        return False
    words = re.findall(r"[\w’'.-]+", name)
    own = [
        word
        for word in words
        if word not in _SMALL and word.lower().removesuffix("'s") not in COMMON_IN_NAMES and word not in NEITHER
        and word not in _STATE_WORDS and not re.fullmatch(_INSTITUTION, word)
    ]  # fmt: skip
    return bool(own)
