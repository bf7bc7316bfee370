"""Word lists behind the findings: given names, surnames, cities and the words that look like names and are none.

They are short on purpose and hold what is common in the United States; what is not in them is found by what stands around it.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Given names that are hardly ever anything else.
GIVEN = _words("""
Aaliyah Aaron Abdul Abigail Adam Adriana Adrian Agnes Ahmed Aisha Alan Albert Alejandra Alejandro Alex Alexa Alexander
Alexandra Alexandria Alexis Alfred Alfredo Ali Alice Alicia Alisha Alison Allan Allen Allison Alma Alonzo Alvin Alyssa Amanda
Amelia Amina Amir Amy Ana Andre Andrea Andrew Andy Angela Angelica Angelina Anita Ann Anna Anne Annette Annie Anthony Antonio
Antoinette Ariana Arlene Armando Arnold Arthur Arturo Ashley Audrey Ava Barbara Barry Beatrice Becky Belinda Ben Benjamin Bernadette
Bernard Bernice Beth Bethany Betsy Betty Beverly Bianca Blanca Bob Bobby Bonnie Brad Bradley Brandi Brandon Brandy Breanna
Brenda Brendan Brent Brett Brian Bridget Brittany Brittney Bruce Bryan Bryant Byron Calvin Camila Camille Candace Candice Carla
Carlos Carlton Carmen Caroline Carolyn Carrie Casey Cassandra Catherine Cathy Cecilia Cedric Cesar Charlene Charles Charlie Chelsea
Cheryl Chloe Chris Christina Christine Christopher Christy Cindy Claire Clara Clarence Claudia Clayton Clifford Clifton Clyde Cody
Colin Colleen Connie Constance Consuelo Corey Courtney Craig Cristina Curtis Cynthia Daisy Damian Damon Dan Dana Daniel Daniela
Danielle Danny Darius Darlene Darnell Darrell Darren Darryl Daryl Dave David Dawson Dean Deandre Deanna Debbie Deborah Debra Deepak
Deirdre Delores Denise Dennis Denny Derek Derrick Desiree Desmond Devin Devon Diana Diane Diego Dmitri Dolores Dominic Dominique
Don Donald Donna Donnie Dora Doreen Doris Dorothy Doug Douglas Duane Dustin Dwayne Dwight Dylan Ebony Eddie Edgar Edith Eduardo Edward
Edwin Eileen Elaine Eleanor Elena Eli Elijah Elisa Elizabeth Ella Ellen Ellie Elmer Elsa Elsie Emily Emma Emmanuel Enrique Eric Erica
Erick Erik Erika Erin Ernest Ernesto Esperanza Esteban Esther Ethan Ethel Eugene Eunice Eva Evan Evelyn Fatima Felicia Felipe Felix
Fernando Florence Frances Francesca Francis Francisco Franklin Fred Freddie Frederick Gabriel Gabriela Gabriella Gabrielle Gail Gary
Genevieve Geoffrey George Gerald Geraldine Gerardo Gilbert Gina Giovanni Gladys Glenda Glenn Gloria Gonzalo Gordon Greg Gregory Greta
Gretchen Guadalupe Gustavo Gwen Gwendolyn Hannah Harold Harriet Harry Harvey Hassan Hazel Heidi Helen Henry Herbert Herman Hilda Hiroshi
Howard Hugh Hugo Ian Ibrahim Ida Ignacio Imani Ines Ingrid Irene Irma Isaac Isabel Isabella Isaiah Ismael Ivan Jacob Jacqueline
Jada Jaime Jake Jamal James Jamie Jamila Jan Jane Janelle Janet Janice Janine Jared Jasmin Jasmine Jason Javier Jean Jeanette Jeanne
Jeff Jeffery Jeffrey Jen Jenna Jennifer Jenny Jeremiah Jeremy Jermaine Jerome Jerry Jesse Jessica Jessie Jesus Jill Jim Jimmy Jo
Joan Joann Joanna Joanne Jocelyn Jodi Jody Joe Joel Joey Johanna John Johnnie Johnny Jon Jonah Jonathan Jorge Jose Joseph Josephine
Josh Joshua Josue Joyce Juan Juana Juanita Judith Judy Julia Julian Juliana Julie Julio Julius Justin Kaitlyn Kamala Kara Karen
Karina Karl Karla Kate Katelyn Katherine Kathleen Kathryn Kathy Katie Katrina Kay Kayla Keisha Keith Kelley Kelli Kellie Kelly Kelsey
Ken Kendra Kenneth Kenny Kenya Kerry Kevin Khalid Kiara Kim Kimberly Kirsten Krista Kristen Kristi Kristin Kristina Kristine Krystal
Kumar Kurt Kyle Lakisha Lamar Larry Lashonda Latasha Latisha Latonya Latoya Laura Lauren Laurie Lawrence Leah Leanne Leigh Lena Leo
Leon Leona Leonard Leroy Leslie Leticia Lewis Lillian Linda Lindsay Lindsey Lisa Liz Lois Lola Lonnie Lora Loretta Lori Lorraine Louis
Louise Lourdes Lucas Lucia Lucille Lucy Luis Luisa Luke Lydia Lynette Lynn Mabel Mackenzie Maggie Malcolm Malik Mandy Manuel Marc
Marcella Marcia Marco Marcos Marcus Margaret Margarita Maria Mariah Marian Mariana Marianne Maribel Marie Marilyn Mario Marisol
Marissa Marjorie Marlene Marsha Marta Martha Martin Marvin Mary Maryann Mateo Mathew Matt Matthew Maureen Maurice Maxine Maya Meagan
Megan Meghan Mei Melanie Melinda Melissa Melvin Mercedes Meredith Micah Michael Michele Michelle Miguel Mike Mildred Milton Mindy
Minh Miranda Miriam Mitchell Mohamed Mohammad Mohammed Moises Molly Mona Monica Monique Morgan Moses Muhammad Myra Myrtle Nadia Nadine
Nancy Naomi Natalia Natalie Natasha Nathan Nathaniel Neil Nelson Nicholas Nick Nicolas Nicole Nikki Nina Noah Noel Noelle Nora Norma
Norman Octavia Olga Oliver Olivia Omar Orlando Oscar Pablo Paige Pamela Patrice Patricia Patrick Patty Paul Paula Paulette Pauline Pedro
Peggy Perry Pete Peter Phil Philip Phillip Phyllis Preston Priscilla Priya Quentin Quinton Rachael Rachel Rafael Raj Rajesh Ralph Ramiro
Ramon Ramona Randall Randy Raquel Rashad Rashid Raul Raymond Rebecca Rebekah Regina Reginald Rene Renee Rhonda Ricardo Richard Rick
Ricky Rigoberto Rita Robert Roberta Roberto Rochelle Roderick Rodney Rodrigo Roger Roland Ron Ronald Ronnie Rosa Rosalie Rosalind
Rosario Rosemarie Rosemary Roxanne Roy Ruben Rudy Russell Ruth Ryan Sabrina Sally Salvador Sam Samantha Samuel Sandra Santiago Sara
Sarah Sasha Saul Scott Sean Sebastian Serena Sergio Seth Shane Shanice Shannon Shari Sharon Sharonda Shaun Shauna Shawn Shawna Sheila Shelby Sheldon
Shelia Shelly Sheri Sherri Sherry Shirley Sidney Silvia Simon Simone Sofia Sonia Sonya Sophia Sophie Stacey Stacy Stanley Stella
Stephanie Stephen Steve Steven Stuart Susan Susana Susie Suzanne Sylvia Tabitha Takisha Tamara Tameka Tami Tamika Tammy Tanisha Tanya
Tara Tasha Tatiana Ted Teresa Terrance Terrell Terrence Terri Terry Thelma Theodore Theresa Thomas Tiana Tiffany Tim Timothy Tina
Toby Todd Tom Tomas Tommy Toni Tony Tonya Tracey Traci Tracy Trent Trevor Tricia Trisha Troy Tyrone Ulysses Valerie Vanessa Vera
Vernon Veronica Vicki Vickie Vicky Victor Victoria Vikram Vincent Viola Vivian Walter Wanda Warren Wayne Wendy Wesley Whitney Wilbur Wilfred William
Willie Wilma Xavier Ximena Yesenia Yolanda Yusuf Yvette Yvonne Zachary Zoe
""")

#: Given names that are words, months, places or trades as well: only with something around them that says "a name".
AMBIGUOUS = _words("""
Amber Angel April Art Asia August Austin Autumn Bill Brook Brooke Brooklyn Carol Carter Chance Chase Charity Charlotte Chip
Christian Cliff Cooper Crystal Dakota Dale Dallas Dawn Denver Destiny Drew Duke Earl Faith Forest Frank Gene Georgia Ginger Glen Grace
Grant Guy Harmony Heather Herb Holly Hope Houston Hunter Iris Ivy Jack Jackson Jade Jasper Jay Jordan Joy June Justice Lance Lane Lily
Lincoln Madison Major Mark Marshall Mason Max May Melody Mercy Miles Misty Myles Olive Page Parker Pat Patience Pearl Penny Phoenix
Pierce Ray Reed Rich Robin Rose Ruby Rusty Sage Sandy Savannah Skip Sterling Sue Summer Taylor Tate Tiger Trinity Tucker
Tyler Violet Virginia Wade Walker Walter Ward Will Woody
""")

#: Surnames that are hardly ever a word, a place or a firm.
SURNAMES = _words("""
Abdullah Acosta Adams Adkins Aguilar Alvarado Alvarez Anderson Andrews Armstrong Avila Barnett Bautista Becker Benson Blackwell Boyd
Brennan Brewer Briggs Bradshaw Caldwell Camacho Campbell Cardenas Carlson Carpenter Carroll Castillo Castro Cervantes Chandler Chang
Chavez Chen Christensen Clarke Colon Contreras Cortez Crawford Cunningham Curry Daniels Davenport Davidson Davis Delgado Diaz Dominguez
Donovan Dougherty Duncan Edwards Ellis Erickson Espinoza Estrada Evans Ferguson Fernandez Figueroa Fitzgerald Fleming Fletcher Flores
Freeman Fuentes Gallagher Gallegos Garcia Gibson Gilbert Gomez Gonzales Gonzalez Goodwin Griffin Guerrero Gutierrez Guzman Hamilton
Hansen Hanson Harrington Harris Hartman Hawkins Henderson Hernandez Herrera Hoffman Holloway Huang Hubbard Hughes Ibarra Jacobs
Jacobson Jefferson Jenkins Jennings Jensen Jimenez Johnson Jones Juarez Kaur Keller Kelley Kennedy Khan Kowalski Kramer Krueger
Larson Lopez Lozano Lucero Lynch Maldonado Marquez Martinez McCarthy McDonald McKinney McLaughlin Medina Mejia Melendez Mendez Mendoza
Meyer Meyers Miranda Molina Montgomery Montoya Morales Moreno Morris Morrison Mueller Munoz Murphy Murray Myers Navarro Newman Nguyen
Nichols Nielsen Norris Nunez OBrien Obrien Ochoa Okafor Olson Ortega Ortiz Osborne Owens Pacheco Padilla Palmer Patel Patterson Pena Perez
Petersen Peterson Pham Phillips Quinn Quintero Ramirez Ramos Reyes Reynolds Richards Richardson Rios Rivera Robbins Robertson Robinson
Rodgers Rodriguez Rojas Romero Rosales Rosario Rosenberg Rubio Ruiz Salazar Salinas Sanchez Sanders Sandoval Santana Santos Schmidt
Schneider Schroeder Schultz Schwartz Serrano Shapiro Shelton Silva Simmons Simpson Singh Snyder Solis Soto Spencer Stephens Stevens
Stevenson Suarez Sullivan Swanson Thompson Torres Townsend Tran Trevino Trujillo Valdez Valencia Vargas Vasquez Vazquez Vega Velasquez
Velez Villarreal Wagner Washburn Watkins Watson Weber Weiss Wheeler Whitaker Wilkerson Wilkins Wilkinson Williams Williamson Wilson
Yang Zamora Zimmerman Zhang Zhao
""")

#: Short and other forms under which people go.
NICKNAMES = {
    "alexander": ("alex",), "alexandra": ("alex", "sandra"), "andrew": ("andy", "drew"), "anthony": ("tony",),
    "barbara": ("barb",), "benjamin": ("ben",), "catherine": ("cathy", "kate"), "charles": ("charlie", "chuck"),
    "christina": ("chris", "tina"), "christopher": ("chris",), "daniel": ("dan", "danny"), "david": ("dave",),
    "deborah": ("deb", "debbie"), "debra": ("deb", "debbie"), "donald": ("don",), "edward": ("ed", "eddie", "ted"),
    "elizabeth": ("liz", "beth", "betsy", "lizzie"), "frances": ("fran",), "francisco": ("paco",), "gerald": ("jerry",),
    "gregory": ("greg",), "james": ("jim", "jimmy", "jamie"), "jeffrey": ("jeff",), "jennifer": ("jen", "jenny"),
    "jessica": ("jess",), "john": ("jack", "johnny"), "jonathan": ("jon",), "joseph": ("joe",), "joshua": ("josh",),
    "katherine": ("kate", "kathy", "katie"), "kathleen": ("kathy",), "kenneth": ("ken",), "kimberly": ("kim",),
    "lawrence": ("larry",), "margaret": ("maggie", "meg", "peggy"), "matthew": ("matt",), "michael": ("mike",),
    "nicholas": ("nick",), "nicole": ("nicki",), "pamela": ("pam",), "patricia": ("pat", "patty", "trish"),
    "patrick": ("pat",), "peter": ("pete",), "philip": ("phil",), "rebecca": ("becky",), "richard": ("rick", "dick"),
    "robert": ("bob", "rob", "bobby"), "ronald": ("ron",), "samantha": ("sam",), "samuel": ("sam",), "stephen": ("steve",),
    "steven": ("steve",), "susan": ("sue", "susie"), "theodore": ("ted", "theo"), "theresa": ("terry",), "thomas": ("tom",),
    "timothy": ("tim",), "victoria": ("vicky",), "vincent": ("vince",), "william": ("bill", "will", "billy"),
    "zachary": ("zach",),
}  # fmt: skip

#: Cities whose names are hardly ever anything else.
CITIES = frozenset(
    each.strip()
    for each in [
        "\nAkron",
        " Albany",
        " Albuquerque",
        " Alexandria",
        " Allentown",
        " Amarillo",
        " Anaheim",
        " Anchorage",
        " Ann Arbor",
        " Asheville",
        " Athens",
        " Atlanta",
        " Augusta",
        "\nBakersfield",
        " Baltimore",
        " Bangor",
        " Baton Rouge",
        " Beaumont",
        " Bellevue",
        " Bellingham",
        " Bemidji",
        " Billings",
        " Biloxi",
        " Birmingham",
        " Bismarck",
        "\nBloomington",
        " Boise",
        " Boston",
        " Boulder",
        " Bowling Green",
        " Bozeman",
        " Brownsville",
        " Burlington",
        " Butte",
        " Canton",
        " Cape Girardeau",
        "\nCarson City",
        " Casper",
        " Cedar Falls",
        " Cedar Rapids",
        " Champaign",
        " Charleston",
        " Charlottesville",
        " Chattanooga",
        " Cheyenne",
        " Chicago",
        "\nChula Vista",
        " Cincinnati",
        " Clarksville",
        " Cleveland",
        " Colorado Springs",
        " Columbus",
        " Corpus Christi",
        " Corvallis",
        " Dayton",
        "\nDearborn",
        " Decatur",
        " Des Moines",
        " Detroit",
        " Dubuque",
        " Duluth",
        " Durango",
        " Durham",
        " East St. Louis",
        " Eau Claire",
        " El Paso",
        " Erie",
        " Escanaba",
        " Eugene",
        "\nEvansville",
        " Fairbanks",
        " Fargo",
        " Fayetteville",
        " Flagstaff",
        " Flint",
        " Fort Collins",
        " Fort Lauderdale",
        " Fort Smith",
        " Fort Wayne",
        " Fort Worth",
        " Frankfort",
        "\nFresno",
        " Gainesville",
        " Galveston",
        " Grand Forks",
        " Grand Junction",
        " Grand Rapids",
        " Great Falls",
        " Green Bay",
        " Greensboro",
        " Greenville",
        " Gulfport",
        "\nHarrisburg",
        " Hartford",
        " Hattiesburg",
        " Helena",
        " Honolulu",
        " Huntsville",
        " Indianapolis",
        " Iowa City",
        " Jacksonville",
        " Jefferson City",
        " Jersey City",
        " Joliet",
        "\nJoplin",
        " Juneau",
        " Kalamazoo",
        " Kalispell",
        " Kansas City",
        " Knoxville",
        " La Crosse",
        " Lafayette",
        " Lansing",
        " Laramie",
        " Laredo",
        " Las Cruces",
        " Las Vegas",
        "\nLexington",
        " Lincoln City",
        " Little Rock",
        " Long Beach",
        " Los Angeles",
        " Louisville",
        " Lowell",
        " Lubbock",
        " Macon",
        " Marquette",
        " Medford",
        " Memphis",
        "\nMiami",
        " Milwaukee",
        " Minneapolis",
        " Minot",
        " Missoula",
        " Modesto",
        " Morgantown",
        " Muncie",
        " Murfreesboro",
        " Nashua",
        " Nashville",
        " New Haven",
        "\nNew Orleans",
        " New York City",
        " Newark",
        " Newport News",
        " Norfolk",
        " Oakland",
        " Ogden",
        " Oklahoma City",
        " Olympia",
        " Omaha",
        " Orlando",
        " Oshkosh",
        " Owensboro",
        "\nOxnard",
        " Paducah",
        " Palm Springs",
        " Pasadena",
        " Pensacola",
        " Peoria",
        " Philadelphia",
        " Pierre",
        " Pittsburgh",
        " Pocatello",
        " Portland",
        " Poughkeepsie",
        " \nProvo",
        " Pueblo",
        " Racine",
        " Raleigh",
        " Rapid City",
        " Redding",
        " Reno",
        " Roanoke",
        " Rochester",
        " Rockford",
        " Sacramento",
        " Saginaw",
        " \nSalt Lake City",
        " San Antonio",
        " San Bernardino",
        " San Diego",
        " San Francisco",
        " San Jose",
        " Santa Ana",
        " Santa Barbara",
        " Santa Cruz",
        " Santa Fe",
        " Santa Rosa",
        "\nSavannah",
        " Schenectady",
        " Scottsdale",
        " Scranton",
        " Seattle",
        " Shreveport",
        " Sioux City",
        " Sioux Falls",
        " South Bend",
        " Spokane",
        " St. Cloud",
        " St. Louis",
        "\nSt. Paul",
        " St. Petersburg",
        " Stockton",
        " Syracuse",
        " Tacoma",
        " Tallahassee",
        " Tampa",
        " Terre Haute",
        " Toledo",
        " Topeka",
        " Tucson",
        " Tulsa",
        " Tuscaloosa",
        " Twin Falls",
        "\nUtica",
        " Waco",
        " Waterloo",
        " Wausau",
        " Wichita",
        " Wilmington",
        " Winston-Salem",
        " Worcester",
        " Yakima",
        " Youngstown",
        " Yuma",
        " Brooklyn",
        " Manhattan",
        " the Bronx",
        "\nTwin Cities",
        " Upper Peninsula",
        " Central Valley",
        " Mississippi Delta",
        " Rio Grande Valley",
        " Bay Area",
        " Inland Empire",
        " Cape Cod",
        " Long Island",
        "\nEastern Shore",
        " Iron Range",
        " Panhandle",
        " Black Belt",
        " Navajo Nation",
        " Pine Ridge",
        " Rosebud",
        " Texarkana",
        " Quad Cities",
        " Tri-Cities",
        " Hudson Valley",
        "\nFinger Lakes",
        " San Joaquin Valley",
        " Shenandoah Valley",
        " Lower East Side",
        " South Side\n",
    ]
)

STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO", "Connecticut": "CT",
    "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA",
    "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI",
    "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
    "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC",
    "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA",
    "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY", "Puerto Rico": "PR",
}  # fmt: skip

#: Capitalized words that stand where a place or a name may stand and are neither.
NEITHER = _words("""
A An The This That These Those Our Your My Their His Her Its We They You He She It I If When While Since After Before During Until
Because Although And But Or So For To In On At By From With Without Within Of As Is Are Was Were Be Been Has Have Had Do Does Did Not No
Yes All Any Both Each Every Few Many Most Much Some Several One Two Three Four Five Six Seven Eight Nine Ten Half First Second Third Last
Next What Which Who Whom Whose Why How Where There Here Then Than Now Today Also Even Only Just Still Yet Once Twice
January February March April May June July August September October November December
Monday Tuesday Wednesday Thursday Friday Saturday Sunday Spring Summer Fall Autumn Winter Christmas Thanksgiving Easter Ramadan Labor Memorial
Medicaid Medicare Congress Senate House Federal State County City Town District Tribal National American America Indian Native
Alaskan Hispanic Latino Latina Latinx Black White Asian African English Spanish French Arabic Somali Hmong Vietnamese Chinese Russian
Ukrainian Haitian Creole Portuguese Tagalog Korean Christian Jewish Muslim Catholic
Zoom Teams Outlook Excel Word Google Facebook Instagram LinkedIn Indeed Handshake Glassdoor Epic Cerner Netsmart Relias Workday Paycom
ADP Slack Power Tableau Chrome Microsoft Apple Amazon Walmart Target Costco Starbucks
Jam ECHO Workforce Partnership Project Program Cohort Session Case Team Group Board Committee Council Department Office Agency Bureau
Health Healthcare Behavioral Mental Community Center Clinic Hospital Services Service Care Certified Peer Support Specialist Recovery
Counselor Counselors Therapist Therapists Clinician Clinicians Nurse Nurses Social Worker Workers Supervisor Supervisors Director Directors
Manager Managers Executive Chief Officer Human Resources Quality Finance Payment Policy Regulation Technology Culture Clinical Model Primary
School Schools College University Education Training Academy Corps Act Rule Title Section Part Chapter Medical Emergency Crisis
Substance Use Disorder Disorders Treatment Outpatient Inpatient Residential Telehealth Assertive Intensive Integrated Motivational
Interviewing Cognitive Dialectical Trauma Informed Zero Suicide Opioid Response Block Grant Grants Loan Repayment Public Private
Students Interns Staff Employees Nobody Everybody Someone Anyone People Person Families Family Children Youth Adults Veterans
Great Recession COVID Covid Pandemic Internet Ladder Career Joint Commission Fiscal Year Quarter Phase Step Level Tier Plan Table Figure
Appendix Attachment Exhibit Question Answer Background Situation Summary Goal Goals Result Results
Workspace ZipRecruiter Craigslist Twitter TikTok YouTube WhatsApp Kronos UKG Paychex Gusto Salesforce QuickBooks PowerPoint SharePoint
Dropbox DocuSign Adobe Canva SurveyMonkey Qualtrics Calendly Doximity BetterHelp Talkspace Headway Teladoc Optum Magellan Carelon
Centene Molina UnitedHealthcare Aetna Cigna Humana Anthem Kaiser Uber Lyft DoorDash Netflix Ford Toyota Honda Subaru Chevy McDonald's
Dunkin Subway Dollar General Depot Kroger Walgreens AmeriCorps Americorps Myers-Briggs Gallup Maslach Narcan Moodle Canvas Coursera
Android Windows Mac Bluetooth Wi-Fi Wifi Skype FaceTime WebEx Webex Asana Trello Airtable Copilot ChatGPT Alexa Siri Fitbit Medicaid's
Samoan Tongan Burmese Nepali Bengali Hindi Urdu Punjabi Farsi Dari Pashto Swahili Amharic Oromo Yoruba Igbo Polish German Italian Greek
Japanese Thai Lao Khmer Cambodian Filipino Cuban Dominican Salvadoran Guatemalan Honduran Mexican Brazilian Nigerian Ethiopian Eritrean
Syrian Iraqi Iranian Afghan Navajo Cherokee Lakota Dakota Ojibwe Cree Apache Hopi Choctaw Chickasaw Inuit Yupik Hawaiian Appalachian Amish
Mennonite Mormon Protestant Baptist Methodist Lutheran Episcopal Buddhist Hindu Sikh European Canadian Southern Northern Western Eastern
Midwestern Midwest South North East West God Lord Bible Quran Earth Dear Hi Hello Thanks Sincerely Regards Best
Director's Board's Governor Legislature Legislative Session Assembly Speaker Secretary Commissioner President Chair Vice Deputy
""")

#: Words of an organization's name that many have.
COMMON_IN_NAMES = _words("""
a an and at for in of on the to & inc llc ltd corp co incorporated health healthcare behavioral behavioural mental community center
centre centers clinic clinics hospital hospitals services service care counseling counselling wellness recovery family families human
resources resource treatment addiction substance use association associates alliance coalition council county regional region state
partners partnership network system systems group center's foundation institute agency department program programs project support
youth children adult senior women men northern southern eastern western central north south east west greater area valley integrated
comprehensive medical psychiatric psychological therapy outreach solutions society league house home first new united american
national wellbeing well-being certified peer run tribal social club
""")
