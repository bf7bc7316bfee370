"""Names, organizations and places from which invented people are put together."""

from __future__ import annotations


def _words(text: str, mark: str = " ") -> list[str]:
    return text.split(mark)


FIRST = _words(
    "Aaliyah Abigail Adrian Aisha Alan Alejandra Alice Amara Amir Ana Andre Angela Anthony April Arjun Ashley Ava Beatriz "
    "Ben Bianca Brandon Brenda Brian Caleb Camila Carla Carlos Carmen Cecilia Charles Chloe Christina Claire Daniel "
    "Danielle David Deborah Denise Derek Diana Diego Donna Dwayne Elena Eli Elijah Elizabeth Emily Emma Eric Esther Ethan "
    "Eva Felix Fatima Frank Gabriel Gloria Grace Hannah Hector Helen Henry Ian Imani Isaac Isabel Jada James Janet Jasmine "
    "Jason Javier Jennifer Jessica Joan Joel Jonah Jordan Jose Joy Juan Julia Justin Karen Kayla Keisha Kenji Kevin Kim "
    "Laura Lauren Leah Leon Leticia Lila Linda Lionel Lucas Lucia Luis Malik Marcus Margaret Maria Mario Mark Martha Mary "
    "Maya Megan Mei Michael Miguel Mina Monica Nadia Naomi Natalie Nathan Nia Nicole Noah Nora Olivia Omar Oscar Pamela "
    "Patricia Paul Priya Rachel Ramona Raul Rebecca Renee Rita Robert Rosa Ruth Ryan Samantha Samuel Sandra Sara Sean "
    "Sharon Simon Sofia Stephanie Susan Tanya Teresa Thomas Tiffany Tomas Tyler Valerie Vanessa Veronica Victor Vincent "
    "Wanda Wendy William Xavier Yasmin Yolanda Yusuf Zachary Zoe"
)

LAST = _words(
    "Abbott Acosta Adams Aguilar Ahmed Alexander Allen Alvarez Anderson Andrews Arnold Avila Bailey Baker Banks Barnes "
    "Begay Bell Bennett Bishop Black Boyd Bradley Brooks Brown Bryant Burke Burns Butler Byrd Campbell Carlson Carpenter "
    "Carter Castillo Castro Chan Chavez Chen Clark Cole Coleman Collins Contreras Cook Cooper Cruz Cunningham Daniels Davis "
    "Dean Delgado Diaz Dixon Douglas Duncan Edwards Ellis Espinoza Estrada Evans Ferguson Fernandez Fields Fisher Fleming "
    "Flores Ford Foster Fox Franklin Freeman Garcia Gardner Gibson Gill Gomez Gonzalez Gordon Graham Grant Gray Green "
    "Griffin Guerrero Gupta Gutierrez Hall Hamilton Hansen Harper Harris Harrison Hart Hayes Henderson Henry Hernandez "
    "Herrera Hicks Hill Holmes Howard Hudson Hughes Hunt Hunter Ibarra Jackson Jacobs James Jenkins Jensen Jimenez Johnson "
    "Jones Jordan Joseph Kelly Kennedy Khan Kim King Knight Lane Larson Lawrence Lee Lewis Little Long Lopez Lucas Lynch "
    "Maldonado Marshall Martin Martinez Mason Matthews McCoy McDonald Medina Mendoza Meyer Miller Mills Mitchell Montgomery "
    "Moore Morales Moreno Morgan Morris Murphy Murray Myers Nelson Newman Nguyen Nichols Obrien Oliver Olson Ortega Ortiz "
    "Owens Padilla Palmer Park Parker Patel Patterson Payne Pena Perez Perkins Perry Peters Peterson Phillips Pierce Porter "
    "Powell Price Ramirez Ramos Reed Reyes Reynolds Rice Richardson Riley Rios Rivera Roberts Robinson Rodriguez Rogers "
    "Rojas Romero Rose Ross Ruiz Russell Ryan Salazar Sanchez Sanders Sandoval Santiago Santos Schmidt Schultz Scott Shah "
    "Shaw Silva Simmons Simpson Singh Smith Snyder Soto Spencer Stephens Stevens Stewart Stone Sullivan Tanaka Taylor "
    "Thomas Thompson Torres Tran Tucker Turner Valdez Vargas Vasquez Vega Wade Wagner Walker Wallace Walsh Wang Ward Warren "
    "Washington Watson Weaver Webb Weber Wells West Wheeler White Williams Willis Wilson Wong Wood Woods Wright Wu Yang "
    "Yazzie Young Zamora Zhang"
)

_PLACES = _words(
    "Cedar Ridge|Harbor Light|Two Bridges|Millbrook|Juniper|Alder|Northgate|Big Sky|Lakeshore|High Desert|Riverbend|"
    "Border|Sunrise|Beacon Hill|Great Plains|Mercy Falls|Gateway|Copper Valley|Willow Creek|Summit Bridge|Tri-County|"
    "Open Door|Red Willow|Pine Hollow|Stonewater|Blue Heron|Maple Grove|Clearview|Ridgeline|Bayfront|Fox Hollow|Elm Street|"
    "Salt Flat|Iron Range|Quiet Cove|Magnolia|Prairie Rose|Granite Pass|Silver Birch|Oak Haven|Turning Leaf|Lost River|"
    "Palmetto Bay|Cane Creek|Wild Plum|Evergreen|Tidewater|Canyon Edge|Morning Star|Old Mill",
    "|",
)

_KINDS: dict[str, list[str]] = {
    "Provider organization": [
        "Behavioral Health", "Recovery Services", "Counseling Center", "Family Services", "Community Clinic", "Wellness Center",
    ],
    "Federal government": ["Federal Regional Office"],
    "State government": ["State Office of Recovery Supports"],
    "Local government": ["County Human Services", "City Health Department"],
    "Health plan": ["Health Plan"],
    "Academic institution": ["State College", "University School of Social Work"],
    "Professional association": ["Provider Alliance", "Counselors Association"],
    "Philanthropy": ["Foundation"],
    "Technology company": ["Health Software"],
    "Community member or person with lived experience": ["Peer Network"],
}  # fmt: skip

#: Organizations by the sector they belong to; people of other sectors give none.
ORGANIZATIONS = {
    sector: [f"{place} {kind}" for kind in kinds for place in (_PLACES if len(kinds) > 1 else _PLACES[::3])]
    for sector, kinds in _KINDS.items()
}

#: How often each sector and job role is given.
SECTOR_SHARES: dict[str, float] = {
    "Provider organization": 52,
    "Federal government": 3,
    "State government": 11,
    "Local government": 7,
    "Health plan": 4,
    "Academic institution": 8,
    "Professional association": 5,
    "Philanthropy": 1.5,
    "Technology company": 2,
    "Community member or person with lived experience": 4.5,
    "Other": 2,
}
ROLE_SHARES: dict[str, float] = {
    "Executive leader": 17,
    "Clinical leader or supervisor": 19,
    "Clinician": 20,
    "Peer specialist or community health worker": 13,
    "Human resources or workforce development": 10,
    "Policy or government affairs": 7,
    "Researcher or educator": 6,
    "Student or trainee": 3,
    "Consultant": 3,
    "Other": 2,
}

#: State or territory, its share, and the first three digits of some of its ZIP codes.
_STATES = (
    "AL 15 352 361|AK 3 995 997|AZ 22 850 857|AR 9 722 727|CA 96 900 921 941 958|CO 27 802 809|CT 13 061 065|DE 4 198|"
    "DC 18 200|FL 52 331 328 336|GA 28 303 314|HI 5 968|ID 6 837|IL 38 606 627|IN 20 462 468|IA 11 503 524|KS 9 672 662|"
    "KY 13 402 405|LA 12 701 708|ME 7 041|MD 31 212 208|MA 28 021 016|MI 33 482 495|MN 25 554 558|MS 7 392|MO 20 631 641|"
    "MT 6 591|NE 7 681|NV 8 891|NH 6 031|NJ 24 071 086|NM 10 871|NY 62 100 112 122 146|NC 35 276 282|ND 3 581|OH 42 432 441|"
    "OK 13 731 741|OR 19 972 974|PA 42 191 152|RI 5 029|SC 14 292|SD 3 571|TN 19 372 381|TX 66 770 752 787 782|UT 9 841|"
    "VT 4 054|VA 29 232 223|WA 27 981 992|WV 6 253|WI 20 532 537|WY 2 820|AS 0.4 967|GU 0.8 969|MP 0.3 969|PR 4 009|"
    "VI 0.8 008|FM 0.2 969|MH 0.2 969|PW 0.1 969|XX 5"
)
STATE_SHARES: dict[str, float] = {}
ZIP_STARTS: dict[str, list[str]] = {}
for _line in _STATES.split("|"):
    _state, _share, *_starts = _line.split()
    STATE_SHARES[_state], ZIP_STARTS[_state] = float(_share), _starts

DOMAINS = ("example.org", "example.com", "example.net")

#: The zone of a state's largest part, where it is not Eastern.
ZONES = {
    **dict.fromkeys(
        ["AL", "AR", "IA", "IL", "KS", "LA", "MN", "MO", "MS", "ND", "NE", "OK", "SD", "TN", "TX", "WI"],
        "America/Chicago",
    ),
    **dict.fromkeys(["CO", "ID", "MT", "NM", "UT", "WY"], "America/Denver"),
    **dict.fromkeys(["CA", "NV", "OR", "WA"], "America/Los_Angeles"),
    "AZ": "America/Phoenix",
    "AK": "America/Anchorage",
    "HI": "Pacific/Honolulu",
    "PR": "America/Puerto_Rico",
    "VI": "America/Puerto_Rico",
    "GU": "Pacific/Guam",
}
