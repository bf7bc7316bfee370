"""Reports whose titles and column names came in the language of whoever saved them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jam.attendance.figures import figures
from jam.attendance.reading import read
from jam.attendance.reading.found import PlatformFigures, Section
from jam.attendance.reading.times import Order, seconds_of, wall_time

DAY = date(2026, 10, 20)
at = datetime.fromisoformat


@pytest.mark.parametrize(
    "names",
    [
        "Nombre (nombre original),E-mail del usuario,Hora para unirse,Hora para salir,Duración (minutos),Invitado",
        "Nombre (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Duración (minutos),Invitado",
        "Nome (nome original),E-mail,Ingressar na hora,Hora de saída,Duração (minutos),Convidado",
        "Nom (nom original),Adresse e-mail de l’utilisateur,Heure d’arrivée,Heure de départ,Durée (minutes),Invité",
        "名前 (元の名前),ユーザーメール,参加時刻,退出時刻,所要時間（分）,ゲスト",
        "名前（元の名前）,ユーザーメール,参加時刻,退出時刻,所要時間（分）,ゲスト",
        "이름(원래 이름),사용자 이메일,참가 시간,나간 시간,기간(분),게스트",
    ],
)
def test_participants_of_a_zoom_meeting(names: str) -> None:
    report = read(
        f"{names}\nAna Díaz,ana@example.org,2026/10/20 13:00:00,2026/10/20 13:40:00,40,No\n".encode(), day=DAY
    )
    assert report.format == "zoom-meeting"
    assert [
        (row.name, row.email_norm, row.join_wall, row.leave_wall, row.minutes) for row in report.rows
    ] == [("Ana Díaz", "ana@example.org", at("2026-10-20T13:00"), at("2026-10-20T13:40"), 40)]


@pytest.mark.parametrize(
    ("waiting", "yes"),
    [("Salle d’attente", "Oui"), ("Na sala de espera", "Sim"), ("En sala de espera", "Sí")],
)
def test_waiting_is_no_presence_in_any_language(waiting: str, yes: str) -> None:
    report = read(
        f"Nom (nom original),E-mail,Heure d’arrivée,Heure de départ,Durée (minutes),{waiting}\n"
        f"Ana,ana@example.org,20/10/2026 12:50,20/10/2026 13:00,10,{yes}\n".encode(),
        day=DAY,
    )
    assert [(row.section, row.was_there) for row in report.rows] == [(Section.WAITING, False)]


SPANISH = """Informe de asistentes
Informe generado:,20/10/2026 20:31:08
Tema,ID de seminario web,Hora de inicio real,Duración real (minutos),N.º inscritos,N.º cancelados,Espectadores exclusivos,Usuarios totales,Vistas simultáneas máximas,Habilitar inscripción
Cultiva lo tuyo,895 1527 8676,20/10/2026 12:55:00,65,3,0,2,4,1,Sí
Detalles del anfitrión
Asistió,Nombre de usuario (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región
Sí,Hana Host,hana@example.org,20/10/2026 12:55:00,20/10/2026 14:00:00,65,No,España
Detalles de panelista
Asistió,Nombre de usuario (nombre original),Correo electrónico,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,Nombre de país/región
Sí,Pia Ponente,pia@example.org,20/10/2026 12:58:00,20/10/2026 14:00:00,62,Sí,España
Detalles de asistente
Asistió,Nombre de usuario (nombre original),Nombre,Apellido,Correo electrónico,Hora de inscripción,Estado de aprobación,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Es invitado,¿Dónde trabaja?,Nombre de país/región
Sí,Ana D.,Ana,Díaz,ana@example.org,01/10/2026 10:00:00,aprobado,20/10/2026 13:00:00,20/10/2026 13:30:00,30,Sí,Escuela,España
Sí,Ana Díaz,Ana,Díaz,ana@example.org,,,20/10/2026 13:25:00,20/10/2026 13:55:00,30,Sí,,España
No,--,Bo,Ruiz,bo@example.org,01/10/2026 10:00:00,aprobado,--,--,--,--,Escuela,--
Otros asistentes
Nombre de usuario,Hora de entrada,Hora de salida,Tiempo en la sesión (minutos),Nombre de país/región
15551234567,20/10/2026 13:05:00,20/10/2026 13:10:00,5,España
"""


@pytest.mark.parametrize("data", [SPANISH.encode("utf-8-sig"), SPANISH.replace(",", ";").encode("cp1252")])
def test_a_spanish_webinar_report_keeps_its_tables_apart(data: bytes) -> None:
    report = read(data, day=DAY)
    found = figures(report, "America/New_York")
    assert (report.format, report.topic, report.webinar_id, report.starts_at_wall, report.generated_wall) == (
        "zoom-webinar", "Cultiva lo tuyo", "895 1527 8676", at("2026-10-20T12:55"), at("2026-10-20T20:31:08"),
    )  # fmt: skip
    assert report.platform == PlatformFigures(registered=3, viewers=2, total_users=4, peak=1)
    assert [(row.section, row.name, row.attended) for row in report.rows] == [
        (Section.HOST, "Hana Host", True),
        (Section.PANELIST, "Pia Ponente", True),
        (Section.ATTENDEE, "Ana D.", True),
        (Section.ATTENDEE, "Ana Díaz", True),
        (Section.ATTENDEE, "Bo Ruiz", False),
        (Section.OTHER, "15551234567", None),
    ]
    # Ana was there from 13:00 to 13:55: the overlap counts once.
    assert (found.attendees, found.registrants, found.panelists, found.undecided, found.attendee_minutes) == (
        1, 2, 1, 1, 55.0,
    )  # fmt: skip
    assert report.rows[2].answers == {"¿Dónde trabaja?": "Escuela"}
    assert report.refused == ()


GERMAN = """Teilnehmerbericht
{first}
Teilgenommen,Benutzername (Originalname),E-Mail,Beitrittszeit,Verlassenszeit,Zeit in Sitzung (Minuten)
Ja,Hana,hana@example.org,20.10.2026 12:55:00,20.10.2026 14:00:00,65
Teilnehmerdetails
Teilgenommen,Benutzername (Originalname),E-Mail,Beitrittszeit,Verlassenszeit,Zeit in Sitzung (Minuten)
Ja,Uwe,uwe@example.org,20.10.2026 13:00:00,20.10.2026 13:30:00,30
"""


@pytest.mark.parametrize("first", ["Details zum Host", "Angaben zur einladenden Person"])
def test_a_german_webinar_report_without_registration(first: str) -> None:
    report = read(GERMAN.format(first=first).encode(), day=DAY)
    assert [(row.section, row.name, row.join_wall) for row in report.rows] == [
        (Section.HOST, "Hana", at("2026-10-20T12:55")),
        (Section.ATTENDEE, "Uwe", at("2026-10-20T13:00")),
    ]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("Nombre;Apellidos;Correo electrónico;Minutos\nAna;Díaz;a@example.org;30\n", "Ana Díaz"),
        ("Name;Surname;Minutes\nAna;Lee;30\n", "Ana Lee"),
        ("Name;Vorname;E-Mail;Dauer (Minuten)\nMüller;Ann;a@example.org;30\n", "Ann Müller"),
        ("Nom;Prénom;Courriel;Durée (minutes)\nNoël;Léa;a@example.org;30\n", "Léa Noël"),
        ("Name;First name;Minutes\nAnn Lee;Ann;30\n", "Ann Lee"),
        ("Name;First name;Last name;Minutes\nDr. Ann Lee;Ann;Lee;30\n", "Dr. Ann Lee"),
    ],
)
def test_both_halves_of_a_name(table: str, name: str) -> None:
    assert [row.name for row in read(table.encode(), day=DAY).rows] == [name]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0 days 01:52:25", 6745), ("1 day, 1:00:00", 90_000), ("8 days, 1:00:00", None), ("2:03", 7380)],
)
def test_lengths_with_days(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


#: As Zoom wrote it in 2021: padded titles, joining under two names, and a head with the time in words.
PORTUGUESE = """Relatório de Participante,
Relatório Gerado:,"out. 21, 2026 1:41 da tarde"
Tópico,ID do Webinar,Hora de Início Real,Duração Real (minutos),# Inscrito,# Cancelado,Visualizadores específicos,Total de usuários,Máximo de visualizações simultâneas
Plante o seu,850 9954 9479,"out. 20, 2026 12:53 da tarde", 65, 3, 0,2,4,0
Detalhes do anfitrião,
Participou,Nome de usuário (nome original),E-mail,Horário de entrada,Horário de saída,Tempo em Sessão (minutos),Nome do país/da região
Sim,Hana,hana@example.org,"Oct 20, 2026 12:53:47","Oct 20, 2026 14:00:00",67,Brasil
Detalhes do Palestrante,
Participou,Nome de usuário (nome original),E-mail,Horário de entrada,Horário de saída,Tempo em Sessão (minutos),Nome do país/da região
Sim,Cy,cy@example.org,"Oct 20, 2026 12:55:00","Oct 20, 2026 14:00:00",65,Brasil
Detalhes dos Participantes,
Participou,Nome de usuário (nome original),Nome,Sobrenome,E-mail,Horário de inscrição,Status da Aprovação,Hora do Ingresso,Horário de saída,Tempo em Sessão (minutos),Nome do país/da região
Sim,Ann D.,Ann,Díaz,ann@example.org,"Oct 1, 2026 15:24:17",aprovado,"Oct 20, 2026 13:00:00","Oct 20, 2026 13:30:00",30,Brasil,
Sim,Ann D.,Ann,Díaz,ann@example.org,,,"Oct 20, 2026 13:40:00","Oct 20, 2026 13:55:00",15,Brasil
Não,Bo Reis,Bo,Reis,bo@example.org,"Oct 1, 2026 08:38:29",aprovado,--,--,--,,
"""


def test_a_portuguese_webinar_report_with_two_words_for_joining() -> None:
    report = read(PORTUGUESE.encode("utf-8-sig"), day=DAY)
    found = figures(report, "America/New_York")
    assert (report.topic, report.starts_at_wall, report.generated_wall) == (
        "Plante o seu", at("2026-10-20T12:53"), at("2026-10-21T13:41"),
    )  # fmt: skip
    assert report.platform == PlatformFigures(registered=3, viewers=2, total_users=4, peak=0)
    assert [(row.section, row.name, row.email_norm, row.attended) for row in report.rows] == [
        (Section.HOST, "Hana", "hana@example.org", True),
        (Section.PANELIST, "Cy", "cy@example.org", True),
        (Section.ATTENDEE, "Ann D.", "ann@example.org", True),
        (Section.ATTENDEE, "Ann D.", "ann@example.org", True),
        (Section.ATTENDEE, "Bo Reis", "bo@example.org", False),
    ]
    assert (found.attendees, found.registrants, found.attendee_minutes, report.refused) == (1, 2, 45.0, ())


def test_names_of_columns_that_jam_does_not_know_are_found_by_what_stands_below() -> None:
    strange = (
        PORTUGUESE.replace("Hora do Ingresso", "Zzz um").replace("Horário de saída", "Zzz dois").replace("Participou", "Zzz")
    )  # fmt: skip
    known, found = read(PORTUGUESE.encode(), day=DAY), read(strange.encode(), day=DAY)
    assert found.rows == known.rows
    assert found.refused == ()


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("20/10/2026 à 09:01:31", "09:01:31"),
        ("out. 20, 2026 8:53 da manhã", "08:53"),
        ("20/10/2026 1:41:00 p. m.", "13:41"),
        ("20/10/2026, 1:41 de la tarde", "13:41"),
        ("2026年10月20日 午後 1:41:05", "13:41:05"),
        ("2026. 10. 20. 오전 9:29:07", "09:29:07"),
        ("2026/10/20 上午 9:29", "09:29"),
    ],
)
def test_halves_of_the_day_in_words(text: str, clock: str) -> None:
    assert wall_time(text, Order.DAY_FIRST) == at(f"2026-10-20T{clock}")


FRENCH_2021 = """*Résumé de la réunion
Nombre total de participants\t2
Titre de la réunion\tLe Jam
Heure de début de la réunion\t09/10/2026 à 13:00:00

Nom complet\tHeure d'arrivée\tHeure de départ\tDurée\tE-mail\tRôle
Léa Noël\t09/10/2026 à 13:01:02\t09/10/2026 à 13:59:02\t58\xa0m\tlea@example.org\tOrganisateur
Uwe\t09/10/2026 à 13:10:00\t09/10/2026 à 14:12:00\t1\xa0h 2\xa0m\tuwe@example.org\tPrésentateur
"""


def test_a_french_report_of_teams_of_2021_with_days_that_may_be_months() -> None:
    report = read(FRENCH_2021.encode("utf-16"), day=date(2026, 10, 9))
    assert report.order_sure
    assert [(row.email_norm, row.join_wall, row.minutes) for row in report.rows] == [
        ("lea@example.org", at("2026-10-09T13:01:02"), 58),
        ("uwe@example.org", at("2026-10-09T13:10"), 62),
    ]
    assert not read(FRENCH_2021.encode("utf-16"), day=date(2026, 12, 1)).order_sure


def test_a_list_of_teams_of_2020_in_portuguese() -> None:
    report = read(
        (
            "Nome Completo\tAtividade\tData e hora\n"
            "Ana Lima\tEntrou\t20/10/2026 13:00:00\nBo\tIngressou antes\t20/10/2026 13:05:00\nAna Lima\tSaiu\t20/10/2026 13:30:00\n"
        ).encode("utf-16"),
        day=DAY,
    )
    assert [(row.name, row.join_wall, row.leave_wall) for row in report.rows if row.join_wall] == [
        ("Ana Lima", at("2026-10-20T13:00"), at("2026-10-20T13:30")),
        ("Bo", at("2026-10-20T13:05"), None),
    ]


def test_a_polish_report_of_teams() -> None:
    report = read(
        (
            "1. Podsumowanie\nLiczba uczestniczących\t1\n\n2. Uczestnicy\n"
            "Imię i nazwisko\tPierwsze dołączenie\tOstatnie wyjście\tCzas udziału w spotkaniu\tAdres e-mail\tIdentyfikator uczestnika (UPN)\tRola\n"
            "Ola\t10/20/26, 1:02:00 PM\t10/20/26, 2:20:08 PM\t1 godz. 18 min 8 s\tola@example.org\tshared@example.org\tOrganizator\n"
        ).encode("utf-16"),
        day=DAY,
    )
    assert [(row.name, row.email_norm, row.join_wall) for row in report.rows] == [
        ("Ola", "ola@example.org", at("2026-10-20T13:02"))
    ]


def test_an_indonesian_table() -> None:
    report = read(b"nama,jam masuk,jam keluar,durasi,email\nAni,13:00,13:40,40,ani@example.org\n", day=DAY)
    assert [(row.name, row.email_norm, row.join_wall) for row in report.rows] == [
        ("Ani", "ani@example.org", at("2026-10-20T13:00"))
    ]
