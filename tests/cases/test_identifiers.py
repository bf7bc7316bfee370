"""What looks like an identifier, by class; and what looks like one and is none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jam.cases.identifier_kinds import LETTER, SUGGESTIONS, WORDS, Kind, Known
from jam.cases.identifiers import look

KNOWN = Known(
    organizations=("Cedar Ridge Behavioral Health Center, Inc.", "The Ridge"),
    domains=("cedarridgebh.org",),
    towns=("Marlow Springs",),
    people=("Tamsin Okwu", "Will Harper", "Robert Delacroix"),
)


def found(text: str, known: Known = Known()) -> list[tuple[str, str]]:  # noqa: B008
    return [(each.kind.value, text[each.start : each.end]) for each in look(text, known)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("She said Dr. Halverson would go.", "name", "Dr. Halverson"),
        ("Our director, Keshia Brandt, left.", "name", "Keshia Brandt"),
        ("It was Maria Lopez who stayed.", "name", "Maria Lopez"),
        ("We hired Jo Tanaka, LCSW for nights.", "name", "Jo Tanaka"),
        ("The team asked M. Halverson again.", "name", "M. Halverson"),
        ("Two sites in Adams County closed.", "geography", "Adams County"),
        ("We moved to Cedar Falls, Iowa then.", "geography", "Cedar Falls"),
        ("The office at 410 N. Birch Street is small.", "geography", "410 N. Birch Street"),
        ("Our ZIP code is 50613 and rural.", "geography", "50613"),
        ("It is far from northern Michigan life.", "geography", "northern Michigan"),
        ("People live an hour from Lake Tahoe here.", "geography", "Lake Tahoe"),
        ("It began on March 14, 2024, at night.", "date", "March 14, 2024"),
        ("It began on 3/14 with a storm.", "date", "3/14"),
        ("Two left in May, and one after.", "date", "May"),
        ("It closed 2024-03-14 for good.", "date", "2024-03-14"),
        ("A 92-year-old client complained.", "date", "92-year-old"),
        ("Call (614) 555-0199 ext. 4 first.", "phone", "(614) 555-0199 ext. 4"),
        ("From London, +44 20 7946 0958 works.", "phone", "+44 20 7946 0958"),
        ("Call us at 555-0142 today.", "phone", "555-0142"),
        ("Send a fax to 614-555-0188 now.", "fax", "614-555-0188"),
        ("Write to jobs@clinic.example today.", "email", "jobs@clinic.example"),
        ("Write to jobs [at] clinic [dot] org today.", "email", "jobs [at] clinic [dot] org"),
        ("SSN 123-45-6789 was in the file.", "ssn", "123-45-6789"),
        ("It was MRN 00123456 in fact.", "record", "00123456"),
        ("Her member ID XZY123456 lapsed.", "plan", "XZY123456"),
        ("We paid from account number 99-4410-22.", "account", "99-4410-22"),
        ("Her license number LC-4471 expired.", "licence", "LC-4471"),
        ("Under NPI 1234567890 we bill.", "licence", "1234567890"),
        ("VIN 1HGCM82633A004352 was stolen.", "vehicle", "1HGCM82633A004352"),
        ("Its license plate 7ABC123 is known.", "vehicle", "7ABC123"),
        ("Serial number AB-99123 broke.", "device", "AB-99123"),
        ("See www.clinic.example/jobs, please.", "url", "www.clinic.example/jobs"),
        ("See clinic-of-ours.org for more.", "url", "clinic-of-ours.org"),
        ("The server 192.168.4.22 was down.", "ip", "192.168.4.22"),
        ("They took her fingerprint scan twice.", "biometric", "fingerprint scan"),
        ("I send photos of our team with it.", "photo", "photos"),
        ("Under grant H79SM081234 we hired.", "other", "H79SM081234"),
        ("We are the only detox unit in the state.", "other", "the only detox unit in the state"),
        ("Then Halvorsrud gave up early.", "name", "Halvorsrud"),
        ("They asked about KX40981Q twice.", "other", "KX40981Q"),
        ("St. Mary's Hospital took two of them.", "other", "St. Mary's Hospital"),
    ],
)
def test_each_class_is_pointed_at(text: str, kind: str, words: str) -> None:
    assert (kind, words) in [
        (one, each.removeprefix("her ").removesuffix(" of our team")) for one, each in found(text)
    ]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("biometric", ["She clocks in with her thumb.", "Our fingerprint clock-in failed.", "A palm reader opens the door.",
                       "The facial recognition time clock erred.", "They unlock it by fingerprint.", "HR has his fingerprint card."]),
        ("photo", ["Her badge photo is old.", "They ran a headshot of our director.", "A selfie went around.", "Pictured left is a nurse.",
                   "There is security camera footage of it.", "His face is on our billboard.", "We posted a video of her online."]),
        ("other", ["She is the only Deaf therapist in our county.", "He is the first psychiatrist to work here at night.",
                   "She won the Governor's Service Award.", "He was Counselor of the Year.", "We were featured on the local news.",
                   "Then AFSCME Local 1199 wrote.", "They use #PeersOfPine a lot.", "Her username is jmendoza here.",
                   "His podcast called “Shift Change” helps.", "The sheriff's wife works nights.", "He is a former state senator.",
                   "Then badge 4471 was used.", "The PIN 4471 is shared."]),
        ("account", ["They pay her on Venmo, @rosa-vance.", "The card ending in 4471 paid.", "Then check number 10442 bounced."]),
    ],
)  # fmt: skip
def test_what_people_write_of_themselves_and_their_things_is_pointed_at(kind: str, texts: list[str]) -> None:
    assert [text for text in texts if kind not in [one for one, _ in found(text)]] == []


@pytest.mark.parametrize(
    "text",
    [
        "We need a better picture of turnover in our field.",
        "The first step is to hold stay interviews; our only option is to raise pay.",
        "Staff bring a photo ID on the first day, and we pay for fingerprint background checks.",
        "They sign in by hand on paper, and supervisors have too many hands-on hours.",
        "We asked the first cohort of graduates for feedback.",
        "In grant year 2024 each employee 40 hours a week had a supervisor.",
    ],
)
def test_what_only_sounds_like_it_is_not(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Turnover fell from 42 % to 31% within 6 months, and time to hire is 120 days.",
        "We pay $58,000, or $27.50 an hour, 3 to 5 % below market.",
        "Nurses work 12-hour shifts, 24/7, with 1/2 of them part time and caseloads of 60 to 70.",
        "42 CFR 438.68, 45 CFR 164.514(b)(2), HB 1234 and Section 1115 apply.",
        "In 2023 we began; since 2019 nothing had changed. COVID-19 made it worse.",
        "We may march on. Will this work? Hope is no plan, and a bill may help.",
        "Medicaid pays 90837 less than Medicare does, and H0004 is not covered.",
        "Peer Support Specialists and Licensed Clinical Social Workers leave first.",
        "The National Council for Mental Wellbeing, SAMHSA and HRSA recommend it.",
        "In Texas and New York rates rose; West Virginia waits. We tried Indeed and Handshake.",
        "Workforce Solutions Jam and Project ECHO taught us Motivational Interviewing.",
        "The 988 line sends people to us. ICD F32.1 is common. Fingerprint background checks take 6 weeks.",
        "Community Mental Health Centers and Certified Community Behavioral Health Clinics compete.",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Here at Cedar Ridge we wait.", "own-organization", "Cedar Ridge"),
        ("Cedar Ridge Behavioral Health Center's pay is low.", "own-organization", "Cedar Ridge Behavioral Health Center"),
        ("CRBHC pays less than others.", "own-organization", "CRBHC"),
        ("At the Ridge nobody stays.", "own-organization", "Ridge"),
        ("Follow CedarRidge for more.", "own-organization", "CedarRidge"),
        ("Our site cedarridgebh.org says so.", "own-organization", "cedarridgebh.org"),
        ("marlow springs has one bus.", "own-town", "marlow springs"),
        ("Then Tamsin gave up.", "own-colleague", "Tamsin"),
        ("Nobody asked Bob about it.", "own-colleague", "Bob"),
        ("Dr. Delacroix covers weekends.", "own-colleague", "Dr. Delacroix"),
        ("It was up to Will's team.", "own-colleague", "Will"),
        ("T. Okwu signed it.", "own-colleague", "T. Okwu"),
    ],
)  # fmt: skip
def test_what_jam_knows_of_the_submitter_is_found_in_its_short_forms(
    text: str, kind: str, words: str
) -> None:
    assert (kind, words) in found(text, KNOWN)
    assert (kind, words) not in found(text)


@pytest.mark.parametrize("name", ["Lantern & Fjord Health", "Lantern and Fjord, Inc."])
def test_initials_with_an_ampersand_are_the_organizations(name: str) -> None:
    known = Known(organizations=(name,))
    for initials in ("L&F", "L & F"):
        assert found(f"At {initials} nights stay empty.", known) == [("own-organization", initials)]
    assert found("R&D has AL&F on its list.", known) == []


def test_an_address_is_an_address_also_where_it_names_the_organization() -> None:
    assert found("Write to tamsin@cedarridgebh.org.", KNOWN) == [("email", "tamsin@cedarridgebh.org")]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.text(alphabet=st.sampled_from("Aa 1.-@/:,'’()#MarchDrof\n"), max_size=300))
def test_findings_stand_in_order_inside_the_text_and_do_not_overlap(text: str) -> None:
    last = 0
    for each in look(text, KNOWN):
        assert last <= each.start < each.end <= len(text)
        last = each.end


def test_every_class_has_a_letter_of_the_regulation_or_is_the_submitters_own_and_a_suggestion() -> None:
    assert "".join(LETTER.values()) == "ABCDEFGHIJKLMNOPQR"
    assert set(WORDS) == set(SUGGESTIONS) == set(Kind)
