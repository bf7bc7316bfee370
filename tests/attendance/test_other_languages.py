"""Reports whose titles and column names came in the language of whoever saved them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jam.attendance.reading import read
from jam.attendance.reading.found import Section

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
