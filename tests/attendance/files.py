"""Small invented Zoom webinar reports, one line at a time."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
REAL_2020 = DATA / "zoom_webinar_2020_real_anonymised.csv"
#: Padded with commas, with custom questions, one of them answered on two lines.
INVENTED_2025 = DATA / "zoom_webinar_2025_invented.csv"
#: Without registration.
INVENTED_2026 = DATA / "zoom_webinar_2026_invented.csv"

HEAD_2020 = """\
Attendee Report,
Report Generated:,"Oct 21, 2026 8:50 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
"Grow your own, together",328-972-509,"Oct 20, 2026 12:55 PM",65,3,0,2,5,2
Host Details,
Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
Yes,Hana Host,hana@example.org,"Oct 20, 2026 12:55:00","Oct 20, 2026 14:00:00",65,United States of America
"""
PANELISTS_2020 = """\
Panelist Details,
Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
"""
ATTENDEES_2020 = """\
Attendee Details,
Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
"""
OTHERS_2020 = """\
Other Attended,
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
"""


def came(name: str, join: str, leave: str, minutes: int | str = "", day: str = "Oct 20, 2026") -> str:
    """A line of the attendee table: somebody whose address is their name, there from one clock time to another."""
    return (
        f'"Yes","{name}","Example","{name.lower()}@example.org","Oct 1, 2026 09:00:00","approved",'
        f'"{day} {join}","{day} {leave}","{minutes}","Canada"\n'
    )


def missed(name: str) -> str:
    """A line of the attendee table: somebody who registered and did not come."""
    return (
        f'"No","{name}","Example","{name.lower()}@example.org","Oct 1, 2026 09:00:00","approved",'
        '"--","--","--","--"\n'
    )


def spoke(name: str, join: str, leave: str) -> str:
    """A line of the panelist table."""
    return f'Yes,{name},{name.lower()}@example.org,"Oct 20, 2026 {join}","Oct 20, 2026 {leave}",1,Canada\n'


def dialed(name: str, join: str, leave: str) -> str:
    """A line of the table of others, who have no address."""
    return f'"{name}","Oct 20, 2026 {join}","Oct 20, 2026 {leave}",1,"Canada"\n'


def report_2020(*attendees: str, panelists: str = "", others: str = "", head: str = HEAD_2020) -> str:
    """A whole report in the layout of 2020; the first attendee stands on line 12 when there are no panelists."""
    return head + PANELISTS_2020 + panelists + ATTENDEES_2020 + "".join(attendees) + OTHERS_2020 + others
