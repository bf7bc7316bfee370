"""Which words are English words. A capitalized word that is none is a name of somebody or something more often than not.

The list comes with the library symspellpy: some 80,000 words that stand in books often enough (Google Books n-grams) and in the
word lists of SCOWL.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

#: Words of this field that are too new or too special for the list.
_OURS = """
    telehealth telemedicine telepsychiatry teletherapy telework onboarding offboarding upskilling reskilling burnout behavioral
    counselors counselor caseloads caseload buprenorphine naloxone naltrexone methadone suboxone narcan vivitrol fentanyl medicaid
    medicare covid covid-19 zoom webinar webinars email emails website online offline internet wifi voicemail smartphone chatbot
    paraprofessional paraprofessionals microcredential microcredentials peer-run interprofessional interdisciplinary transdiagnostic
    neurodivergent neurodiversity nonbinary transgender latinx latine biracial bipoc lgbtq nonprofit nonprofits prescriber
    prescribers psychosocial comorbid comorbidity psychoeducation biopsychosocial dashboards dashboard stipends stipend
    preceptor preceptors preceptorship practicum practicums externship externships licensure unlicensed associate's bachelor's master's
    doctorate doctoral credentialing recredentialing apprenticeships paychecks childcare daycare healthcare workforce playbook
"""


@cache
def _words() -> frozenset[str]:
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.partition(" ")[0] for line in text.splitlines()) | frozenset(_OURS.split())


def is_english(word: str) -> bool:
    """Whether each part of a word is an English word, in any of its plain forms."""
    parts = word.lower().replace("’", "'").removesuffix("'s").replace("'", "").split("-")
    return all(_known(each) for each in parts if each)


def _known(part: str) -> bool:
    words = _words()
    endings = (
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ly", ""),
    )
    return part in words or any(
        part.endswith(end) and part.removesuffix(end) + instead in words for end, instead in endings
    )
