"""What the invented Jams and ECHO sessions are about. Every person and organization in it is made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """A talk and who gives it."""

    title: str
    speaker: str
    post: str


@dataclass(frozen=True)
class Topic:
    """One Jam. `levers` and `focus` name terms of the first vocabularies."""

    title: str
    summary: str
    levers: tuple[str, ...]
    focus: str
    talks: tuple[Talk, ...]


POLICY = "Regulation and policy"
PAYMENT = "Payment"
CLINICAL = "Clinical model"
EXPANSION = "Workforce expansion"
CULTURE = "Organizational culture"
QUALITY = "Quality and accountability"
TECHNOLOGY = "Technology"

COMMUNITY = "Community alignment"
EFFICIENCY = "Creation of efficiencies"
INTEGRATION = "Technology integration"
CAREERS = "Career pathways and compensation"

#: In the order in which they were held, since May 2024.
TOPICS = (
    Topic(
        "Seven levers, one shortage: where to push first",
        "Every organization feels the shortage; few agree on where to start. You will see the seven levers of change "
        "on one page, hear how two regions picked theirs, and leave with a half-hour exercise for your own team.",
        (POLICY, EXPANSION),
        COMMUNITY,
        (
            Talk(
                "How a region chose two levers and left five alone",
                "Marguerite Oyelaran",
                "director, Three Rivers Workforce Table",
            ),
            Talk(
                "The half-hour exercise", "Desmond Achterberg", "facilitator, Cedar Ridge Behavioral Health"
            ),
        ),
    ),
    Topic(
        "Paying peers for the work they already do",
        "Peers answer calls at night, sit in emergency rooms and drive people home, often on a wage that does not cover "
        "rent. Two providers show the pay bands they built and what they cost. You will learn which services can be "
        "billed, which cannot, and how to argue for the difference.",
        (PAYMENT, EXPANSION),
        CAREERS,
        (
            Talk(
                "A pay band with four steps",
                "Rosalind Teague",
                "peer services director, Harbor Light Recovery",
            ),
            Talk(
                "What the plan agreed to pay for",
                "Ignacio Valdovinos",
                "network manager, Prairie Health Plan",
            ),
        ),
    ),
    Topic(
        "One license, many states: what interstate compacts change on Monday morning",
        "Compacts promise that a counselor can follow a client across a state line. You will learn what an applicant "
        "really has to send, how long the first ones waited, and what supervisors should write into job offers now.",
        (POLICY,),
        EFFICIENCY,
        (
            Talk(
                "From application to first telehealth visit in 41 days",
                "Philippa Nakagawa",
                "counselor, Two Bridges Counseling",
            ),
            Talk("What a licensing board needs from you", "Corwin Bellamy", "board administrator"),
        ),
    ),
    Topic(
        "Half the paperwork: a clinic that timed every form",
        "A clinic of 60 people put a stopwatch next to every form for two weeks, then removed 31 of them. You will see "
        "the list, the ones a surveyor asked about, and how the freed hours became appointments.",
        (QUALITY, CULTURE),
        EFFICIENCY,
        (
            Talk(
                "Two weeks with a stopwatch",
                "Annika Rosenthal",
                "quality lead, Millbrook Community Mental Health",
            ),
            Talk(
                "What the surveyor said",
                "Tobias Ferreira-Lund",
                "compliance officer, Millbrook Community Mental Health",
            ),
        ),
    ),
    Topic(
        "Supervision that keeps people: an hour a week, protected",
        "New clinicians leave supervisors more often than jobs. Hear how one agency protected a weekly hour for every "
        "clinician in their first two years, and what turnover did in the 18 months after. You will get the agenda they "
        "use and the sentence that defends the hour in a budget meeting.",
        (CULTURE, CLINICAL),
        CAREERS,
        (
            Talk("The protected hour", "Yolanda Whitcombe", "clinical director, Juniper Family Services"),
            Talk("What supervisees say", "Emmett Okonjo", "counselor in his second year"),
        ),
    ),
    Topic(
        "High school to help line: a county's first youth apprenticeships",
        "Nine juniors answered a text line under supervision last spring; seven came back as staff. You will learn what "
        "the school board asked, how hours count toward a credential, and what it costs per apprentice.",
        (EXPANSION,),
        CAREERS,
        (
            Talk(
                "Nine apprentices, one spring",
                "Lucinda Marchetti",
                "program manager, Alder County Human Services",
            ),
            Talk("What I told my parents", "Jaylen Prudhomme", "apprentice, now on staff"),
        ),
    ),
    Topic(
        "When the schedule is the problem: four-day weeks in crisis services",
        "A mobile crisis team moved to four ten-hour days and kept its response time. You will see the rota, the two "
        "weeks that went wrong, and how to tell whether your volume allows it.",
        (CULTURE, CLINICAL),
        EFFICIENCY,
        (
            Talk(
                "A rota that people stay for",
                "Bettina Sorensen-Wade",
                "crisis services manager, Northgate Crisis Network",
            ),
            Talk("Measuring response time honestly", "Khalil Abernathy", "analyst, Northgate Crisis Network"),
        ),
    ),
    Topic(
        "The year in workforce: what held, what slipped, what to try next",
        "Before the holidays we look back without a slide deck of wins. Three people tell you what they started in "
        "January, what is still alive, and what they would not do again.",
        (QUALITY,),
        COMMUNITY,
        (
            Talk(
                "Three stories, ten minutes each",
                "Marguerite Oyelaran",
                "director, Three Rivers Workforce Table",
            ),
            Talk(
                "What the numbers can and cannot say", "Khalil Abernathy", "analyst, Northgate Crisis Network"
            ),
        ),
    ),
    Topic(
        "Loan repayment without the maze",
        "Programs that repay student loans exist in every state, and most eligible people never apply. You will see a "
        "two-page guide that doubled applications at a rural center, and learn which dates to put on the wall now.",
        (POLICY, PAYMENT),
        CAREERS,
        (
            Talk("A guide of two pages", "Hollis Brandvold", "human resources, Big Sky Rural Health"),
            Talk("Mistakes that cost a year", "Renata Okafor-Smythe", "loan counselor"),
        ),
    ),
    Topic(
        "Notes that write themselves, and who checks them",
        "Ambient note tools are in pilot rooms everywhere. A provider of 200 clinicians shares a year of figures: "
        "minutes saved, errors found, and the clients who said no. You will leave with a consent script and a checklist "
        "for a fair trial.",
        (TECHNOLOGY, QUALITY),
        INTEGRATION,
        (
            Talk(
                "A year of ambient notes, measured",
                "Devika Ramaswamy",
                "chief information officer, Lakeshore Behavioral Health",
            ),
            Talk("The client who said no", "Orla Fitzhugh", "peer advocate"),
        ),
    ),
    Topic(
        "Growing your own in a town of 4,000",
        "Nobody is moving there, so they trained who was there: a bus driver, two teachers, a deputy. You will learn "
        "how a frontier clinic filled five posts from inside the county and what the college had to bend.",
        (EXPANSION,),
        COMMUNITY,
        (
            Talk("Five posts, five neighbors", "Wade Tsosie-Miller", "director, High Desert Counseling"),
            Talk("Bending the college timetable", "Carlotta Espinoza", "dean, Mesa Verde Community College"),
        ),
    ),
    Topic(
        "Team-based care on paper and at 8 a.m.",
        "A chart with boxes is not a team. See a morning huddle of eleven minutes, who speaks, and what is decided. You "
        "will learn how one clinic moved a third of visits to other members of the team without lowering quality.",
        (CLINICAL, QUALITY),
        EFFICIENCY,
        (
            Talk(
                "Eleven minutes every morning",
                "Preston Adeyemi",
                "medical director, Riverbend Integrated Care",
            ),
            Talk("Who may do what in your state", "Salome Hartigan", "policy associate"),
        ),
    ),
    Topic(
        "Community health workers on the payroll, not on the grant",
        "Grants end in September and so do jobs. Two programs moved their community health workers to permanent "
        "lines. You will see the three funding streams they combined and the memo that convinced finance.",
        (PAYMENT, EXPANSION),
        CAREERS,
        (
            Talk("Three streams, one salary", "Graciela Montalvo", "director, Border Health Promoters"),
            Talk("The memo", "Niall Castellanos", "chief financial officer, Sunrise Wellness Center"),
        ),
    ),
    Topic(
        "Exit interviews nobody wants to read",
        "An agency read 212 of them aloud to its board. You will hear what came up again and again, what changed in the "
        "following quarter, and how to ask so that people tell you the truth before they leave.",
        (CULTURE,),
        EFFICIENCY,
        (
            Talk("212 reasons", "Imani Dufresne", "chief people officer, Beacon Hill Services"),
            Talk("The stay interview", "Soren Kallgren", "supervisor, Beacon Hill Services"),
        ),
    ),
    Topic(
        "Rates that know the cost of a vacancy",
        "An empty post costs more than a filled one, but no rate sheet says so. A state and an association show the "
        "cost study they did together. You will learn which figures to collect now, before your next rate review.",
        (PAYMENT, POLICY),
        CAREERS,
        (
            Talk(
                "A cost study in six months",
                "Augusta Villanueva",
                "president, Great Plains Provider Alliance",
            ),
            Talk("What a rate setter can use", "Leopold Strand", "rate analyst, state Medicaid agency"),
        ),
    ),
    Topic(
        "Peers and clinicians at one table: rules for a good meeting",
        "Peers are invited to the treatment meeting and then not asked. Hear the five rules a hospital unit put on the "
        "wall, and how patients noticed before the staff did. You will practice one of them with us.",
        (CULTURE, CLINICAL),
        COMMUNITY,
        (
            Talk("Five rules on a wall", "Octavia Renfrew", "lead peer specialist, Mercy Falls Hospital"),
            Talk("What changed for doctors", "Hyun-woo Castleberry", "psychiatrist, Mercy Falls Hospital"),
        ),
    ),
    Topic(
        "Interpreters as colleagues",
        "Language access is staffed as an afterthought and paid by the minute. A network hired eleven interpreters and "
        "trained them in behavioral health. You will learn what it did to no-shows and to the interpreters' own careers.",
        (EXPANSION, QUALITY),
        COMMUNITY,
        (
            Talk("Eleven hires", "Thuy-Linh Bergstrom", "language access manager, Gateway Community Clinics"),
            Talk("Interpreting a first session", "Farid Mansouri-Cole", "interpreter"),
        ),
    ),
    Topic(
        "Telehealth from the school nurse's office",
        "Forty-two schools, three clinicians, one tablet per nurse. You will see the room, the consent form and the "
        "Tuesday timetable, and hear what the nurses asked for before they said yes.",
        (TECHNOLOGY, CLINICAL),
        INTEGRATION,
        (
            Talk(
                "A room, a form, a timetable",
                "Winifred Castaneda",
                "school health lead, Copper Valley Schools",
            ),
            Talk("Being there without being there", "Anselm Kirkbride", "social worker"),
        ),
    ),
    Topic(
        "Credentials that travel: one peer certificate across four states",
        "Four states compared their peer certificates line by line and found 80 percent the same. You will learn how "
        "they agreed on the rest, and what your state could sign with little effort.",
        (POLICY, EXPANSION),
        CAREERS,
        (
            Talk("Line by line", "Delphine Arceneaux", "certification manager"),
            Talk("I moved and kept my job", "Marcus Oyelowo-Grant", "certified peer specialist"),
        ),
    ),
    Topic(
        "Care for the people who care: what the evidence supports",
        "Yoga on Thursdays does not fix a caseload of ninety. You will get a plain tour of what is known to reduce "
        "burnout, what is not, and three changes that cost nothing but a decision.",
        (CULTURE, QUALITY),
        EFFICIENCY,
        (
            Talk(
                "What helps, what does not, how we know",
                "Rosamund Achebe-Lindt",
                "researcher, University of Lake Moraine",
            ),
            Talk("Caseload limits in practice", "Cyrus Halvorsen", "program director, Willow Creek Center"),
        ),
    ),
    Topic(
        "Hiring in nine days",
        "The average offer took 47 days, and the best applicants were gone by day 20. Human resources of three agencies "
        "show what they cut. You will leave with a timeline to put beside your own.",
        (EXPANSION,),
        EFFICIENCY,
        (
            Talk("From 47 days to nine", "Bernadette Quillfeather", "talent manager, Summit Bridge Health"),
            Talk(
                "Background checks without the wait",
                "Elias Thornquist",
                "human resources, Summit Bridge Health",
            ),
        ),
    ),
    Topic(
        "Measuring what a workforce does, not only how large it is",
        "Counting heads says little about access. You will learn four measures that three counties now share, each with "
        "a definition that fits on a card, and how they settled the arguments.",
        (QUALITY,),
        COMMUNITY,
        (
            Talk("Four measures on a card", "Ingeborg Salter", "epidemiologist, Tri-County Health"),
            Talk("How we settled the arguments", "Clement Adeyinka", "data steward, Tri-County Health"),
        ),
    ),
    Topic(
        "Recovery housing staff: the forgotten front line",
        "House managers work nights alone with little training. A statewide network built a 40-hour course with them, "
        "not for them. You will see the course and hear what residents notice.",
        (EXPANSION, CLINICAL),
        CAREERS,
        (
            Talk(
                "Forty hours, built together",
                "Dashiell Monroe-Vance",
                "training lead, Open Door Recovery Residences",
            ),
            Talk("The night shift", "Queenie Abelard", "house manager"),
        ),
    ),
    Topic(
        "Contracts with health plans that reward retention",
        "What if a plan paid a provider more for keeping its staff? Two did. You will hear what they measured, where "
        "the money came from, and what both sides would change in the next contract.",
        (PAYMENT, QUALITY),
        CAREERS,
        (
            Talk("Paying for a team that stays", "Horatio Lindqvist", "vice president, Prairie Health Plan"),
            Talk(
                "The provider's side", "Niall Castellanos", "chief financial officer, Sunrise Wellness Center"
            ),
        ),
    ),
    Topic(
        "Tribal health programs lead: training at home",
        "Sending people away for a degree loses half of them. A tribal college and two health programs teach at home, "
        "with elders in the classroom. You will learn how the field hours are organized and what partners should ask first.",
        (EXPANSION, CULTURE),
        COMMUNITY,
        (
            Talk("A classroom at home", "Verna Whitebird-Ellis", "instructor, Red Willow Tribal College"),
            Talk("What to ask first", "Thaddeus Runningwater", "health director"),
        ),
    ),
    Topic(
        "Practice support in your pocket: text coaching for new clinicians",
        "Between supervision hours, questions pile up. A text line answered by senior staff handled 1,900 of them in a "
        "year. You will see the ten most frequent, and how privacy is kept.",
        (TECHNOLOGY, CLINICAL),
        INTEGRATION,
        (
            Talk("1,900 questions", "Persephone Galloway", "clinical educator, Juniper Family Services"),
            Talk("Ten answers worth writing down", "Emmett Okonjo", "counselor"),
        ),
    ),
    Topic(
        "Second careers: teachers, medics and nurses who come to us",
        "A third of applicants under one program had another career first. You will learn what they bring, what they "
        "should not have to repeat, and how one college credits experience.",
        (EXPANSION, POLICY),
        CAREERS,
        (
            Talk("Credit for a life", "Carlotta Espinoza", "dean, Mesa Verde Community College"),
            Talk("From ambulance to outreach", "Roland Bexley-Ortiz", "outreach worker"),
        ),
    ),
    Topic(
        "Sharing staff across agencies without losing them",
        "Two agencies, forty miles apart, share a prescriber, a trainer and a night line. You will see the agreement "
        "they signed and the three clauses they added after the first winter.",
        (CLINICAL, PAYMENT),
        EFFICIENCY,
        (
            Talk(
                "The agreement and its three clauses",
                "Gwendolyn Strathmore",
                "executive director, Pine Hollow Services",
            ),
            Talk("One prescriber, two towns", "Absalom Nguyen-Reyes", "nurse practitioner"),
        ),
    ),
    Topic(
        "Violence at work: reporting that leads to something",
        "Most incidents are never reported, because nothing follows. A hospital and a street team show a report of "
        "ninety seconds and the weekly meeting that reads every one. You will learn what came of the first hundred.",
        (CULTURE, QUALITY),
        EFFICIENCY,
        (
            Talk("Ninety seconds", "Constance Obuya", "safety officer, Mercy Falls Hospital"),
            Talk("Reading a hundred reports", "Fabian Leclair", "street outreach lead"),
        ),
    ),
    Topic(
        "Scheduling help that clinicians trust",
        "Software that fills cancelled slots can fill a day to breaking. Hear how a clinic set limits with its staff "
        "before switching it on, and what happened to waiting times. You will get their list of limits.",
        (TECHNOLOGY,),
        INTEGRATION,
        (
            Talk(
                "Limits first", "Devika Ramaswamy", "chief information officer, Lakeshore Behavioral Health"
            ),
            Talk("A day that ends on time", "Beatrix Holloway", "therapist"),
        ),
    ),
    Topic(
        "State academies: who teaches, who pays, who stays",
        "Five states run a workforce academy of their own. You will compare them on one page: what a place costs, who "
        "pays, and how many graduates work in public behavioral health two years later.",
        (POLICY, EXPANSION),
        CAREERS,
        (
            Talk(
                "Five academies on one page",
                "Rosamund Achebe-Lindt",
                "researcher, University of Lake Moraine",
            ),
            Talk("Two years later", "Ingeborg Salter", "epidemiologist, Tri-County Health"),
        ),
    ),
    Topic(
        "What a living wage does to a waiting list",
        "An agency raised its lowest wage by a fifth and watched its waiting list for a year. You will see the figures "
        "month by month, including the ones that got worse, and how the raise was paid for.",
        (PAYMENT, CULTURE),
        CAREERS,
        (
            Talk("Twelve months of figures", "Imani Dufresne", "chief people officer, Beacon Hill Services"),
            Talk(
                "How the raise was paid for",
                "Augusta Villanueva",
                "president, Great Plains Provider Alliance",
            ),
        ),
    ),
    Topic(
        "Family caregivers as part of the workforce",
        "Parents and partners do more hours than any clinic, unpaid and untrained. Two states now pay and train some of "
        "them. You will learn who qualifies, what the training holds, and what caregivers asked to leave out.",
        (POLICY, EXPANSION),
        COMMUNITY,
        (
            Talk("Who qualifies, and for what", "Salome Hartigan", "policy associate"),
            Talk("My son's care team", "Marisela Vandermeer", "mother and trained caregiver"),
        ),
    ),
    Topic(
        "Interns who stay: the last four weeks of a placement",
        "Whether an intern comes back is decided at the end. You will see a plan for the last four weeks that raised "
        "acceptance from a third to two thirds, and the letter that goes out on the final day.",
        (EXPANSION, CULTURE),
        CAREERS,
        (
            Talk(
                "Four weeks, week by week", "Yolanda Whitcombe", "clinical director, Juniper Family Services"
            ),
            Talk("Why I said yes", "Tamsin Oduya", "social worker in her first year"),
        ),
    ),
    Topic(
        "Crisis teams without badges: staffing the first response",
        "A city of 300,000 sends a clinician, a medic and a peer. You will learn how shifts are filled, what training "
        "they share in week one, and what the police department asked to keep.",
        (CLINICAL, POLICY),
        COMMUNITY,
        (
            Talk("Three people in one van", "Fabian Leclair", "street outreach lead"),
            Talk(
                "Week one together",
                "Bettina Sorensen-Wade",
                "crisis services manager, Northgate Crisis Network",
            ),
        ),
    ),
    Topic(
        "Safe questions about AI: a policy your staff will read",
        "Your staff already use chat tools. A policy of one page says what may never be typed, what may, and whom to "
        "ask. You will take the page home and hear which sentence caused the most debate.",
        (TECHNOLOGY, POLICY),
        INTEGRATION,
        (
            Talk("One page", "Clement Adeyinka", "data steward, Tri-County Health"),
            Talk("The sentence we argued about", "Orla Fitzhugh", "peer advocate"),
        ),
    ),
)

#: A month's policy update; they take turns.
POLICY_UPDATES = (
    "Federal update: what was proposed and what it would mean for hiring",
    "State sessions: bills on scope of practice to watch",
    "Comment periods that close this month, and how to write in",
    "Licensing news: compacts, reciprocity and new titles",
    "Budget season: where workforce money stands",
    "Medicaid update: services that peers may bill",
)


@dataclass(frozen=True)
class EchoTopic:
    """One ECHO session; its case is an organization's workforce challenge."""

    subject: str
    didactic: str
    case: str
    lever: str


#: In the order in which each cohort takes them up.
ECHO = (
    EchoTopic(
        "Making the case for peer roles",
        "What a peer adds to a team",
        "A center with six open peer posts",
        EXPANSION,
    ),
    EchoTopic(
        "Supervision across distance", "Supervising by video", "Two supervisors for nine rural sites", CULTURE
    ),
    EchoTopic(
        "Paying for outreach hours",
        "Braiding funds without losing track",
        "An outreach team whose grant ends in June",
        PAYMENT,
    ),
    EchoTopic(
        "First-year turnover",
        "The first ninety days",
        "A clinic that lost eleven of fourteen new hires",
        CULTURE,
    ),
    EchoTopic(
        "Team roles and scope",
        "Working at the top of a license",
        "A team where everybody does intake",
        CLINICAL,
    ),
    EchoTopic(
        "Partnering with a college",
        "Field placements that lead to jobs",
        "A county without a training program",
        EXPANSION,
    ),
    EchoTopic(
        "Caseloads and quality",
        "Setting a limit and keeping it",
        "A program with ninety clients per clinician",
        QUALITY,
    ),
    EchoTopic(
        "Technology that saves time",
        "Choosing one tool, dropping two",
        "A provider with three record systems",
        TECHNOLOGY,
    ),
    EchoTopic(
        "Keeping what we learned", "From pilot to habit", "An agency whose champion is leaving", QUALITY
    ),
    EchoTopic(
        "Licenses across state lines",
        "What a compact changes, and what it does not",
        "A provider at a state border",
        POLICY,
    ),
    EchoTopic(
        "Hours that no payer covers",
        "Paying for supervision",
        "A center that pays supervisors from donations",
        PAYMENT,
    ),
    EchoTopic(
        "Saying what care costs",
        "Rates that follow the work",
        "An association before its first rate talks",
        POLICY,
    ),
)
