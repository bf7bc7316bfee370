"""Identifiers that have a shape of their own: numbers, addresses, dates, and words that announce one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from jam.cases.identifier_kinds import Finding, Kind

_I = re.IGNORECASE


def _all(kind: Kind, text: str, *patterns: re.Pattern[str]) -> Iterator[Finding]:
    """Each match, or its group `it` where the pattern names one."""
    for pattern in patterns:
        group = "it" if "it" in pattern.groupindex else 0
        for found in pattern.finditer(text):
            yield Finding(found.start(group), found.end(group), kind)


_EMAIL = (
    re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    re.compile(
        r"[\w.+-]{2,64}\s?(?:\[at\]|\(at\)|\{at\}| at )\s?[\w-]{2,63}(?:\s?(?:\[dot\]|\(dot\)| dot |\.)\s?(?:org|com|net|gov|edu|us|health))+\b",
        _I,
    ),
)
_TOP = "org|com|net|gov|edu|mil|us|info|io|health|care|clinic|co|biz|ly|me|app|gle|example|test"
_URL = (
    re.compile(r"\b(?:https?|ftp)://[^\s<>\"“”)\]]+", _I),
    re.compile(r"\bwww\.[^\s<>\"“”)\]]+", _I),
    re.compile(
        rf"(?<![@\w.-])(?:[a-z0-9](?:[a-z0-9-]{{0,62}}[a-z0-9])?\.){{1,5}}(?:{_TOP})\b(?:/[^\s<>\"“”)\]]*)?(?!\.?[\w@])",
        _I,
    ),
)
#: What ends a sentence belongs to no address.
_TAIL = ".,;:!?'’*"

_GAP = r"[\s.·–-]{0,2}"
_US_PHONE = re.compile(
    rf"(?<![\w.$/-])(?:\+?1{_GAP})?(?:\(\d{{3}}\)\s?|\d{{3}}[ .·–-]{{1,2}})\d{{3}}[ .·–-]{{1,2}}\d{{4}}(?!\d)"
    r"(?:\s?(?:,\s?)?(?:ext\.?|extension|x)\s?\d{1,6})?",
    _I,
)
_VANITY = re.compile(r"(?<!\w)(?:1-)?8(?:00|88|77|66|55|44|33)-(?=[\w-]*[A-Z])[A-Z0-9]{3,}(?:-?[A-Z0-9]+)*")
_LOCAL = re.compile(
    r"\b(?:call|phone|tel|telephone|cell|mobile|text|dial|number is|reach\w* (?:me|us|her|him|them) at|line at|desk|fax)\b[^.\d\n]{0,20}"
    r"(?P<it>\d{3}[ .-]\d{4})(?!\d)",
    _I,
)
_TEN = re.compile(
    r"\b(?:call|phone|tel|telephone|cell|mobile|fax|text)\b[^.\d\n]{0,15}(?P<it>1?\d{10})(?!\d)", _I
)
_EXTENSION = re.compile(r"\b(?P<it>(?:ext\.|extension|x)\s?\d{2,6})\b", _I)
_FAX_BEFORE = re.compile(r"\b(?:e?fax(?:es|ed)?|facsimile)\b[^.\n]{0,24}$|\bF:\s?$", _I)
_FAX_AFTER = re.compile(r"\s*\(?(?:e?fax|facsimile)\b", _I)

_SSN = (
    re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}([ -–])\d{2}\1\d{4}(?![\w-])"),
    re.compile(r"(?<!\w)(?:[x*•#]{3}[- ]?[x*•#]{2}[- ]?\d{4})(?!\w)", _I),
    re.compile(
        r"\b(?:SSNs?|social security(?: numbers?| no\.?| #)?|social)\b[^.\d\n]{0,25}(?P<it>\d{3}[- ]?\d{2}[- ]?\d{4}|\d{4})(?!\d)",
        _I,
    ),
)

#: What a number may look like: digits and letters with at least one digit.
_ID = r"(?=[\w/-]*\d)[A-Za-z0-9](?:[\w/-]*[A-Za-z0-9])?"
_MARK = r"(?:\s?(?:numbers?|nos?\.?|nbr\.?|num\.?|#|ids?|codes?|IDs?))"
_IS = r"(?:\s?(?:is|was|are|:|=|#|–|—|-|\(|of|ending in|ends in|ending|ends with)){0,3}\s?#?\s?"


def _announced(words: str, mark: str = "?", it: str = _ID, length: int = 3) -> re.Pattern[str]:
    """A number after words that say what it is."""
    return re.compile(rf"\b(?:{words})\b{_MARK}{mark}{_IS}(?P<it>(?=.{{{length}}}){it})", _I)


_RECORD = (
    _announced(r"MRNs?|EMRN?|medical records?|health records?|patient records?|charts?|EHR"),
    _announced(
        r"patients?|clients?|consumer|case file|case|encounter|admission|intake|referral|incident", ""
    ),
)
_PLAN = (
    re.compile(r"\b[1-9][AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y][AC-HJ-KM-NP-RT-Y0-9]\d-?[AC-HJ-KM-NP-RT-Y]{2}\d{2}\b"),
    _announced(
        r"members?|subscribers?|beneficiar(?:y|ies)|polic(?:y|ies)|health plan|plan|group|enrollee|insurance|coverage|claims?|prior authorization|authorization",
        "",
    ),
    _announced(r"medicaid|medicare|blue cross|aetna|cigna|humana|anthem|CHIP|tricare", ""),
    re.compile(r"\b(?:medicaid|medicare)\s?#\s?(?P<it>[A-Z0-9-]{5,})", _I),
)  # fmt: skip
_ACCOUNT: tuple[re.Pattern[str], ...] = (
    _announced(r"accounts?|accts?\.?|bank|checking|savings|routing|invoices?|vendors?|credit cards?|cards?|purchase orders?|PO|ledger", ""),
    _announced(r"accounts?|acct\.?|routing|IBAN|invoice", "?", r"\d[\d-]{4,}\d", 5),
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    re.compile(r"\b(?:card|visa|mastercard|amex)\b[^.\n]{0,20}?\bending\s(?:in\s|with\s)?(?P<it>\d{4})\b", _I),
    re.compile(r"(?<![\w-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?![\w-])"),
)  # fmt: skip
_ACCOUNT += (
    _announced(r"cost cent(?:er|re)s?|GL|budget(?: line)?|funds?|loans?|customers?|checks?|wires?|transfers?|merchants?|payees?|deposits?|pensions?|payroll|utility|meter|gifts?|pledges?|billing|orders?", ""),
    re.compile(r"\b(?:Venmo|PayPal|Zelle|Cash ?App)\b[^.\n]{0,20}?(?P<it>[@$][A-Za-z][\w.-]{2,30})", _I),
    re.compile(r"\b(?:card|account|acct\.?|loan|policy)\b[^.\n]{0,25}?\b(?:ending|ends|last (?:four|4|digits)|last four digits)(?: of| in| with| are| is|:)* (?P<it>[x*•]{0,12}[ -]?\d{3,6})\b", _I),
)  # fmt: skip
_CREDENTIAL = "LCSW|LMSW|LISW|LICSW|LSW|LMHC|LPC|LPCC|LCPC|LMFT|LCMHC|LAC|LADC|CADC|CASAC|CAC|RN|LPN|APRN|PMHNP|MD|DO|PhD|PsyD|CPRS|CPSS"
_LICENCE = (
    _announced(r"(?:driver'?s?’?s? )?licen[sc]es?|licensure|lic\.|certificates?|certifications?|cert\.|registration|credential|permit|board certification"),
    re.compile(r"\b(?:NPIs?|DEA|CLIA|CAQH|UPIN)\b(?:\s?(?:numbers?|no\.?|#|ID|registration)){0,2}" + _IS + r"(?P<it>(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{5,})", _I),
    re.compile(rf"\b(?P<it>(?:{_CREDENTIAL})[ .]?(?:#|No\.?|-)?\s?(?:[A-Z]{{1,3}}[-.])?\d{{4,}}(?:-\d+)?)\b"),
)  # fmt: skip
_VEHICLE = (
    re.compile(r"\b(?=[A-HJ-NPR-Z0-9]*\d[A-HJ-NPR-Z0-9]*\d)(?=[A-HJ-NPR-Z0-9]*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}\b"),
    re.compile(
        r"\b(?:licen[sc]e plates?|number plates?|plates?|tags?|VINs?|vehicle identification)\b(?:\s?(?:numbers?|no\.?|#|IDs?))?"
        r"(?:\s?(?:is|was|reads?|:|=|-|\()){0,2}\s?[“\"']?(?P<it>(?:[A-Z]{2} )?(?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,5}){0,2})\b"
    ),
    re.compile(
        r"\b(?P<it>(?:van|car|truck|bus|vehicle|unit|ambulance|fleet vehicle|mobile unit)\s?(?:number |no\.? ?|#\s?|unit )(?=[\w-]*\d)[\w-]+)",
        _I,
    ),
    re.compile(r"\b(?:19|20)\d\d (?:Ford|Toyota|Honda|Chevy|Chevrolet|Dodge|Subaru|Nissan|Jeep|Hyundai|Kia|GMC|Ram|Buick|Mercedes)\s[A-Z][\w-]+(?: [A-Z][\w-]+)?"),
)  # fmt: skip
_DEVICE = (
    _announced(
        r"serial|S/N|SN|IMEI|ICCID|UDI|device|asset(?: tag)?|service tag|model and serial|laptop|tablet|hotspot|phone serial|equipment|inventory|MAC(?: address)?",
        it=r"(?=[\w:.-]*\d)[A-Za-z0-9][\w:.-]*[A-Za-z0-9]",
        length=4,
    ),
    re.compile(r"(?<![\w:])(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}(?![\w:])", _I),
    re.compile(r"\b35\d{13}\b"),
)
_BIOMETRIC: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:finger|thumb|palm|voice|face|hand|retina|iris)[ -]?(?:prints?|scans?|recognition|geometry|templates?|patterns?)(?: (?:scans?|images?|templates?|records?|data|on file|log-?ins?))?\b"
        r"(?! (?:background|check|clearance|requirement|card fee|fee|based|screening|process|vendor|results|law|rule))",
        _I,
    ),
    re.compile(
        r"\b(?:retinal?|iris|facial|biometric) (?:scans?|images?|recognition(?: template)?|templates?|prints?|data|records?|log-?in|identifiers?)\b",
        _I,
    ),
    re.compile(
        r"\b(?:voice recordings?|recordings? of (?:her|his|their|the \w+'s) voice|DNA (?:samples?|profiles?|tests?))\b",
        _I,
    ),
)
_PERSONAL = r"(?:her|his|their|my|our|your|each|every|\w+[’']s)"
_BODY = r"(?:finger(?:tip|print)?s?|thumb(?:print)?s?|palms?|hands?|faces?|eyes?|iris(?:es)?|retinas?|voice(?:print)?s?|gait|signature|handwriting|veins?|heartbeat)"
_BIOMETRIC += (
    re.compile(
        r"\b(?:fingerprints?|thumbprints?|palmprints?|handprints?|voiceprints?|faceprints?|retinas?)\b(?! (?:background|check|clearance|requirement|card fee|fee|based|screening|process|vendor|results|law|rule))",
        _I,
    ),
    re.compile(
        rf"\b(?:scan\w*|record\w*|recogni[sz]\w*|read\w*|match\w*|enrol\w*|unlock\w*|sampl\w*) (?:of |with |by |using )?{_PERSONAL} {_BODY}\b",
        _I,
    ),
    re.compile(
        rf"\b(?P<it>{_PERSONAL} {_BODY} (?:is|was|are|were)? ?(?:scan\w*|record(?:ed|ings?)|on file|enrolled|stored|template\w*|samples?|patterns?))\b",
        _I,
    ),
    re.compile(
        r"\b(?:Face ID|Touch ID|face unlock|biometrics?(?: (?:time ?clocks?|clocks?|readers?|punch\w*|log-?ins?|enrol\w*|templates?|hash\w*))|voice (?:samples?|biometrics?)|DNA|gait analysis)\b"
    ),
)
#: How people open doors, cupboards and time clocks with themselves, and what of a body is kept on file.
_READ_OF = r"finger|thumb|palm|hand|face|facial|iris|retinal?|voice|eye|vein|biometric"
_BIOMETRIC += (
    re.compile(
        rf"\b(?:{_READ_OF})(?:[ -]?prints?)?[ -]?(?:scan(?:s|ned|ning|ners?)?|readers?|recognition|geometry|authenticat\w{{1,5}}|verif\w{{1,7}}|log-?ins?"
        r"|sign-?ins?|punch(?:es)?|(?:time ?)?clocks?(?:-?ins?)?|templates?|enrol\w{1,7}|locks?|unlock(?:s|ed)?|match(?:es|ed|ing)?|hash(?:es)?|samples?)\b",
        _I,
    ),
    re.compile(
        r"\b(?:clock|punch|sign|log|badg|scan|unlock|open|verif|identif|check|access|authenticat)(?:s|e|es|ed|d|ged|ned|y|ies|ied|ing)?"
        r"(?: (?:in|on|out|into))?(?: [\w’'-]+){0,4}? (?:with|by|using|via|through) (?P<it>(?:(?:a|an|the|her|his|their|my|our|your|each) )?"
        r"(?:fingers?|thumbs?|palms?|faces?|voices?|eyes?|iris(?:es)?|retinas?|fingertips?|thumbprints?|fingerprints?|palm prints?))\b",
        _I,
    ),
    re.compile(
        r"\b(?:took|taken|taking|collect(?:s|ed)?|stor(?:es?|ed|ing)|captur(?:es?|ed)|rolled|submitted|keeps?|kept|enrolled|registered|hold|holds|have|has)"
        r"(?: [\w’'-]+){0,3}? (?P<it>(?:finger|thumb|palm|hand|voice|foot)[ -]?prints|(?:face|iris|retina|palm|finger) scans?|fingerprint cards?)\b",
        _I,
    ),
    re.compile(r"\b(?:live ?scan|cheek swabs?|buccal swabs?|saliva samples?|genetic (?:tests?|profiles?|data|markers?)|keystroke (?:dynamics|patterns?)|typing rhythm)\b", _I),
    re.compile(r"\b(?:voice (?:memos?|notes?|messages?|mails?)|(?:audio|voice|call|phone) recordings?)(?= (?:of|from|with|in which|where|that|left|she|he|they)\b)", _I),
)  # fmt: skip
#: “A clearer picture” is of no person.
_PICTURE = (
    r"(?<!better )(?<!clear )(?<!clearer )(?<!big )(?<!bigger )(?<!full )(?<!fuller )(?<!whole )(?<!complete )(?<!mixed )"
    r"(?<!larger )(?<!accurate )(?<!different )pictures?"
)
_PHOTO: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b\S{2,60}\.(?:jpe?g|png|heic|gif|tiff?|bmp|webp)\b", _I),
    re.compile(
        r"\b(?:(?:full[- ]face|staff|team|group|badge|attached|profile|her|his|their|our|my|enclosed|a|the|wedding|graduation) )?"
        rf"(?:photos?|photographs?|headshots?|head shots?|portraits?|{_PICTURE}|selfies?|snapshots?|mugshots?)\b"
        r"(?= (?:of|from|with|showing|shows|below|attached|on (?:the|our)|in (?:the|our|which)|is (?:attached|on)|are (?:attached|on)|taken|enclosed|we took|where))(?! of (?:the|our|a) (?:situation|problem|data|need|whole|field|workforce|market|staffing))",
        _I,
    ),
    re.compile(
        r"\b(?:attach\w*|enclos\w*|see|includ\w*|post\w*|upload\w*)\b[^.\n]{0,30}?\b(?P<it>(?:\w+ )?(?:photos?|photographs?|headshots?|portraits?|selfies?|snapshots?))\b",
        _I,
    ),
    re.compile(
        rf"\b(?:{_PERSONAL} |the |a |an )?(?:photos?|photographs?|headshots?|portraits?|{_PICTURE}|selfies?|snapshots?|mug ?shots?|yearbook|images?|video stills?|screenshots?)(?= of (?:{_PERSONAL}|him|her|them|us|me|the (?:team|staff|whole|two|three|crew|group|nurses?|clients?)|[A-Z]))",
        _I,
    ),
    re.compile(
        rf"\b{_PERSONAL} (?:\w+ )?(?:photos?|photographs?|headshots?|portraits?|pictures?|selfies?|mug ?shots?|faces?)(?= (?:is|are|was|were|on|in|hangs?|appears?|still|next|above|from|with|at)\b)",
        _I,
    ),
    re.compile(r"\b(?:IMG|DSC|PXL|DCIM|PHOTO)[_-]?\d{3,}\b", _I),
    re.compile(
        r"\b(?:ID|badge|passport|team|staff|group|profile|LinkedIn|wedding|family|school|class) (?:photos?|pictures?|portraits?|headshots?)\b",
        _I,
    ),
    # A picture that is spoken of is hardly ever one of nobody; “photo ID” and pictures of a situation are.
    re.compile(
        r"\b(?:(?:her|his|their|our|my|a|an|the|this|that|one|two|attached|enclosed|old|recent|framed|new|official) (?:[\w-]+ ){0,2})?"
        r"(?:photos|photo(?! (?:ids?|ops?|cop|editing|studio|booth|contest|release|consent|polic))|photographs?|head ?shots?|selfies?|mug ?shots?|profile pics?|pics)\b",
        _I,
    ),
    re.compile(
        r"\b(?:pictures?|images?|likeness|portraits?|faces?|names? and faces?)(?: of [\w’'-]+(?: [\w’'-]+){0,3}?)? (?:is |are |was |were |hangs? |appears? |shown |printed |posted |still )?"
        r"(?:on|in|across|above|beside) (?:the|our|a|every|its|their|his|her) (?:[\w-]+ ){0,2}(?:web ?sites?|site|billboards?|brochures?|fl[iy]ers?|newsletters?|reports?|lobby|wall|halls?"
        r"|hallway|posters?|cover|papers?|newspapers?|home ?pages?|badges?|page|buses|van|directory|yearbook|slides?|lanyards?|entrance|news)\b",
        _I,
    ),
    re.compile(r"\bpictured (?:here|left|right|above|below|with|at|in|on|second|third|center)\b|\b(?:security|surveillance|body|dash|door|ring)[ -]?(?:cam(?:era)?s?)? (?:footage|stills?|videos?|images?)\b", _I),
    re.compile(r"\b(?:videos?|clips?|footage|recordings?|screen ?shots?|stills?|screen grabs?) (?:of|showing|with) (?:her|him|them|us|me|my|our|his|their|the (?:team|staff|group|whole|clients?|interview|call|meeting|nurse|\w+ shift))\b|\bzoom screen ?shots?\b", _I),
)  # fmt: skip
#: Whom or what a sentence singles out.
_ONE = (
    r"wom[ae]n|m[ae]n|person|people|psychiatrists?|psychologists?|nurses?|practitioners?|therapists?|counsell?ors?|clinicians?|workers?|directors?|supervisors?"
    r"|managers?|doctors?|physicians?|providers?|prescribers?|specialists?|peers?|chaplains?|interpreters?|clinics?|agenc(?:y|ies)|hospitals?|cent(?:er|re)s?|programs?"
    r"|shelters?|units?|facilit(?:y|ies)|employees?|members?|organi[sz]ations?|graduates?|veterans?|executives?|chiefs?|officers?|speakers?|teachers?|pharmacists?|teams?"
)
_PUBLIC = r"mayor|sheriff|senator|judge|legislator|congress(?:man|woman)|commissioner|superintendent|bishop|governor|police chief|fire chief|tribal chair\w{0,6}|council(?:man|woman)|state representative"
_KIN = r"wife|husband|son|daughter|sister|brother|mother|father|niece|nephew|cousin|uncle|aunt|grand(?:son|daughter|mother|father)|in-law|spouse|partner"
_SINGLED = (
    re.compile(
        rf"\b(?:the|our|her|his|their|an?|is|as|state[’']s|county[’']s|region[’']s|nation[’']s|town[’']s) (?:only|sole|lone|first|oldest|youngest|longest[- ]serving|last remaining)"
        rf" (?:[\w’'-]+ ){{0,4}}?(?:{_ONE}) (?:who|that|to|with|in|within|on|ever|from|between|certified|licensed|trained|left)\b(?: [\w’'-]+){{1,6}}",
        _I,
    ),
    re.compile(
        r"\b(?:won|wins|received|receives|awarded|named|honou?red|nominated|inducted|selected)\b[^.\n]{0,50}?\b(?P<it>(?:[A-Z][\w’'-]+ ){0,4}(?:Award|Prize|Medal|Fellow(?:ship)?|Hall of Fame|[A-Z][\w’'-]+ of the Year))\b"
    ),
    re.compile(r"\b[\w’'-]+ of the (?:Year|Month|Decade)\b"),
    re.compile(
        r"\b(?:(?:featured|profiled|interviewed|appeared|quoted|covered|written up|pictured|told|was|were|been|story|piece|segment|article) (?:in|on|by|about us in) (?:the |a |our )?"
        r"(?:[\w’'-]+ ){0,3}(?:news|newspaper|paper|television|TV|radio|podcast|magazine|front page|documentary|headlines?|press)|made (?:the )?(?:\w+ )?(?:front page|news|headlines?|papers?)|went viral)\b",
        _I,
    ),
    re.compile(r"\b[A-Z][\w.’'-]+ vs?\.? [A-Z][\w.’'-]+\b"),
    re.compile(r"\b(?:Local|Lodge|Post|Troop|Precinct|District|Ward|Battalion|Engine|Station|Room|Suite|Ste\.|Apt\.?|Apartment|Bed|Locker|Cubicle|Building|Bldg\.?|Stall|Route|Bus|Badge|Shelter|House|Cottage|Pod) (?:No\.? ?|#)?\d{1,5}[A-Z]?\b"),
    re.compile(r"(?<!\w)#[A-Za-z][A-Za-z_]{2,}[A-Za-z0-9_]*"),
    re.compile(r"\b(?:badge|employee|locker|key ?card|student|volunteer|ticket|position|personnel|contract|grant|docket|permit) (?P<it>#?(?!(?:19|20)\d\d\b)\d{3,10})\b(?! (?:hours|people|dollars|positions|days|weeks|students|employees)\b)", _I),
    re.compile(r"\b(?:user ?names?|handles?|log-?ins?|screen names?|gamertags?|user IDs?|nicknames?|call signs?)(?: (?:is|was|of|are)|:| on [A-Z]\w+ is) [“\"']?(?P<it>[A-Za-z][\w.@-]{2,30})", _I),
    re.compile(r"\b(?:podcast|blog|book|memoir|channel|column|song|show|novel|newsletter|page|account|group|thesis|dissertation|article|play)(?:,)? (?:called|titled|named|entitled|under the name) (?P<it>[“\"'][^”\"'\n]{2,80}[”\"']|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,5})"),
    re.compile(r"\b(?:author of|wrote|published|starred in) (?P<it>[“\"][^”\"\n]{2,80}[”\"])"),
    re.compile(
        rf"\b(?:(?:former|retired|ex-|sitting|current|one-time) ?(?:[\w’'-]+ )?(?:{_PUBLIC}|Olympi(?:an|c \w+)|Miss [A-Z]\w+|NFL \w+|NBA \w+|astronaut|quarterback)"
        rf"|(?:{_PUBLIC})[’']s (?:{_KIN})|(?:{_KIN}) of (?:the|our|a) (?:[\w’'-]+ )?(?:{_PUBLIC})|whose (?:{_KIN}) (?:is|was|runs|owns|founded|sits|leads|chairs|works))\b",
        _I,
    ),
    re.compile(r"\b(?:(?:her|his|their|a|an|the) (?:[\w’'-]+ ){0,3}?(?:tattoos?|birthmarks?|prosthe\w{2,6}|stutter|glass eye)|guide dog|(?:identical|fraternal) twins?|twin (?:sister|brother))\b", _I),
    _announced(
        r"PINs?|passcodes?|passwords?|(?:door|gate|alarm|key|access|lock ?box|entry|meeting|conference) codes?|(?:meeting|webinar|zoom|conference|session) IDs?|locker|parking (?:space|spot|permit)|key ?cards?|fobs?|applicant|candidate|volunteer|donor|transaction|receipt|voucher|reference|ref\.|ORCID|PMID|ISBN|patent|participant|respondent|caller|unit|roster|payroll|time ?card|work order|help ?desk|request",
        it=r"(?!(?:19|20)\d\d\b)(?=[\w-]*\d)[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?",
    ),
)  # fmt: skip
_OTHER = (
    re.compile(r"\b(?:EIN|TIN|FEIN|tax ID|tax identification)\b[^.\d\n]{0,15}(?P<it>\d{2}-?\d{7})\b", _I),
    re.compile(r"(?<![\w-])\d{2}-\d{7}(?![\w-])"),
    _announced(
        r"employees?|staff|badges?|personnel|students?|passports?|grants?|awards?|contracts?|dockets?|court case|case|grievance|ticket|tracking|position|requisition|req|job|UEI|DUNS|SAM|provider|facility|site|project|file|user|login|confirmation|order|complaint|report|CCN|NCT",
        "",
    ),
    _announced(r"grants?|contracts?|docket|passport|UEI|DUNS|badge|requisition|CCN|award", it=r"(?=[\w-]*\d)[A-Z0-9][A-Z0-9-]{4,}[A-Z0-9]"),
    re.compile(r"\b(?:[HUTRP]\d{2}|[1-9][HUTR]\d{2}|[1-9]?[HU]79)\s?[A-Z]{2}-?\d{5,6}(?:-\d{2})?\b"),
    re.compile(
        r"\b(?:the|our|her|his|their|my) (?:only|first|sole|oldest|largest|biggest|smallest|youngest|longest[- ]serving|last)\b(?: [\w’'-]+){1,9}?"
        r" (?:in|within|for|across|east|west|north|south|between|ever|on) (?:the |our |this |a |all of |\d+ )?(?:entire |whole |tri-?)?"
        r"(?:[A-Z][\w’'-]+|state|counties|county|region|city|town|nation|country|tribe|reservation|valley|area|district|parish|island|coast|corner|miles?|river|world|history)\b",
    ),
    re.compile(r"\b(?:one of (?:only )?(?:two|three|four|five|a handful of|\d{1,2}))\b(?: [\w’'-]+){1,7}? in (?:the |our |this )?(?:entire |whole )?(?:state|country|nation|region|county|world|[A-Z][\w’'-]+)\b", _I),
    re.compile(r"(?<![\w@./])@[A-Za-z_][\w.]{2,30}\b(?!\.\w)"),
    re.compile(
        r"\b(?:the|our) (?:only|first|largest|oldest|sole|biggest|smallest|last remaining|last)\b(?: \w[\w’'-]*){1,9}? (?:in|of|between|within)"
        r" (?:the|our|this) (?:entire |whole |tri-?)?(?:state|county|counties|region|city|town|nation|country|tribe|valley|area|district|parish)\b",
        _I,
    ),
)  # fmt: skip


#: Whatever its words say, a long number or a mix of letters and digits is hardly ever anything but somebody's: (R) of the list.
#: Sums of money, years and their ranges, sections of law, and codes of services and diagnoses are none.
_ANY_ID = (
    re.compile(
        r"(?<![\w$€£#.,/-])#?(?=[A-Za-z0-9/-]*\d[A-Za-z0-9/-]*\d[A-Za-z0-9/-]*\d)(?=[A-Za-z0-9/-]{5,40}(?![\w/-]))"
        r"(?!(?:19|20)\d\d[-/](?:19|20)?\d\d(?!\w))(?!\d{1,3}(?:-\d{1,3}){1,2}(?!\w))(?![A-Za-z]\d{4}(?!\w))(?!9\d{4}(?!\w))(?!\d+(?:st|nd|rd|th|k|K|s|am|pm|hr|hrs|mg|ml|FTE)\b)"
        r"(?!\d{1,2}/\d{1,2}/\d{2,4})[A-Za-z0-9][A-Za-z0-9/-]{3,38}[A-Za-z0-9](?![\w%]|,\d|\.\d| ?(?:percent|dollars|people|clients|patients|visits|hours|miles|staff|residents))"
    ),
    re.compile(r"(?<![\w&#])#\s?(?P<it>\d{2,}[\w-]*)"),
    re.compile(r"\b(?:ending|ends|ended) (?:in|with)\s(?P<it>[\dxX*-]{2,}\d)\b", _I),
    re.compile(
        r"\b(?:last|first) (?:four|4|five|5|six|6|three|3)(?: digits| numbers)?(?: of (?:it|the \w+))?(?: are| is|:|,)? ?(?P<it>\d{3,6})\b",
        _I,
    ),
)


def shaped(text: str) -> Iterator[Finding]:
    """Everything that is found by its shape or by the words before it; findings may overlap."""
    yield from _all(Kind.EMAIL, text, *_EMAIL)
    for found in _all(Kind.URL, text, *_URL):
        end = found.start + len(text[found.start : found.end].rstrip(_TAIL))
        yield Finding(found.start, end, Kind.URL)
    yield from _ip(text)
    yield from _phones(text)
    for kind, patterns in (
        (Kind.SSN, _SSN), (Kind.RECORD, _RECORD), (Kind.PLAN, _PLAN), (Kind.ACCOUNT, _ACCOUNT), (Kind.LICENCE, _LICENCE),
        (Kind.VEHICLE, _VEHICLE), (Kind.DEVICE, _DEVICE), (Kind.BIOMETRIC, _BIOMETRIC), (Kind.PHOTO, _PHOTO), (Kind.OTHER, (*_OTHER, *_SINGLED)),
    ):  # fmt: skip
        yield from _all(kind, text, *patterns)
    yield from _all(Kind.OTHER, text, *_ANY_ID)


def _phones(text: str) -> Iterator[Finding]:
    spans = {found.span() for each in (_US_PHONE, _VANITY) for found in each.finditer(text)}
    spans |= {found.span("it") for each in (_LOCAL, _TEN, _EXTENSION) for found in each.finditer(text)}
    # The library knows the numbers of the whole world; it alone would miss the made-up and the misspelled ones.
    import phonenumbers  # dear to load, and only who reads a case for identifiers needs it

    matcher = phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.VALID)
    spans |= {(found.start, found.end) for found in matcher}
    for start, end in spans:
        fax = _FAX_BEFORE.search(text[max(0, start - 30) : start]) or _FAX_AFTER.match(text[end : end + 8])
        yield Finding(start, end, Kind.FAX if fax else Kind.PHONE)


_FOUR = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w.]*\d)")
_SIX = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", _I)


def _ip(text: str) -> Iterator[Finding]:
    for found in [*_FOUR.finditer(text), *_SIX.finditer(text)]:
        try:
            ipaddress.ip_address(found[0].partition("/")[0])
        except ValueError:
            continue
        if len(found[0]) > 4:  # “::” alone says nothing
            yield Finding(found.start(), found.end(), Kind.IP)
