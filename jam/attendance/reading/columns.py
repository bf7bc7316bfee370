"""What the columns of a table hold, by their names in the languages and spellings in which reports were seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from jam.attendance.reading.cells import heading, present

#: Names by what a column holds: in lower case, without accents, units and marks; `|` parts them.
_WORDS = {
    "name": "name|full name|fullname|user name|username|display name|displayname|participant|participant name|attendee"
    "|attendee name|attendees|nome|nome completo|nome participante|nom|nom complet|nombre|nombre completo|vollstandiger name"
    "|naam|volledige naam|imie i nazwisko|nazwa|teilnehmer|participante|namn|navn|nimi|meno|student|student name|person"
    "|nameofattendee|people|who|nombre y apellidos|name original name|nome nome originale|nombre nombre original"
    "|nom nom d origine|nom nom original|name originalname|name ursprunglicher name|nome nome original"
    "|nombre de usuario|nombre de usuario nombre original|nome utente|nom d utilisateur|benutzername|名前 元の名前|名前|氏名|名称 原名|名稱 原名|姓名 原名|姓名"
    "|이름 원래 이름|이름|имя|имя настоящее имя"
    "|nom d utilisateur nom original|nome utente nome originale|nome de usuario nome original|nome do usuario|nome de usuario"
    "|benutzername originalname|gebruikersnaam|nazwa uzytkownika|ユーザー名|ユーザー名 元の名前"
    "|nama|nama lengkap",
    "first": "first name|firstname|first|given name|forename|vorname|prenom|voornaam|primeiro nome|firstnameofattendee"
    "|nombre de pila|primer nombre|imie|名",
    "last": "last name|lastname|last|surname|family name|nachname|cognome|apellido|apellidos|achternaam|sobrenome"
    "|nom de famille|lastnameofattendee"
    "|nazwisko|姓|фамилия|surnames",
    "email": "email|e mail|mail|user email|useremail|email address|e mail address|emailaddress|attendee email"
    "|participant email|registrant email|mail address|address|adresse e mail|e mail adresse|mailadresse|correo"
    "|correo electronico|courriel|endereco de email|indirizzo e mail|indirizzo email|e post|emailofattendee|contact email"
    "|email dell utente|email id|e mail do usuario|email do usuario|e mail do participante|correo electronico del usuario"
    "|correo del usuario|e mail del usuario|e mail de l utilisateur|email de l utilisateur|adresse e mail de l utilisateur"
    "|benutzer e mail|e mail des benutzers|e mail adresse des benutzers|e mail dell utente|e mail van gebruiker|e mailadres"
    "|gebruikers e mail|adres e mail|e mail uzytkownika|adres e mail uzytkownika"
    "|e mail de usuario|correo electronico de usuario|adresse e mail de l utilisateur|ユーザーメール|ユーザーのメール|メールアドレス|メール"
    "|用户电子邮件|用户邮箱|使用者電子郵件|사용자 이메일|이메일|электронная почта|электронная почта пользователя",
    "upn": "participant id upn|upn|id do participante upn|teilnehmer id upn|id de participant upn|id del participante upn"
    "|id partecipante upn|deelnemer id upn|participantid upn|identyfikator uczestnika upn",
    "join": "join time|joined|joined at|time joined|join|first join|first joined|join date|join date time|joined time|entered"
    "|entry time|arrived|arrival|arrival time|check in|checkin|check in time|time in|log in|login|login time|start|started"
    "|attendeefirstjointime|jointime|session join time|beitrittszeit|beitreten|beigetreten|erster beitritt|zeitpunkt des beitritts"
    "|ora di ingresso|ora di entrata|prima partecipazione|ora di accesso|hora de ingreso|hora de entrada|hora de union"
    "|primera union|primera entrada|heure d arrivee|heure de connexion|heure d entree|premiere connexion|premiere participation"
    "|horario de entrada|primeiro ingresso|primeira entrada|ingresso|deelnametijd|eerste deelname|godzina dolaczenia"
    "|pierwsze dolaczenie|hora de inicio de sesion|first seen|in"
    "|hora para unirse|ingressar na hora|hora de ingresso|参加時刻|参加時間|入室時刻|加入时间|加入時間|참가 시간|가입 시간|время входа"
    "|tijd van deelname|tijdstip van deelname"
    "|jam masuk|waktu bergabung|waktu masuk|hora do ingresso|hora de unirse",
    "leave": "leave time|left|left at|time left|leave|last leave|last left|leave date|time exited|exited|exit|exit time"
    "|departed|departure|departure time|check out|checkout|check out time|time out|log out|logout|logout time|end|ended"
    "|attendeelastleavetime|leavetime|session leave time|verlassenszeit|verlassen|letztes verlassen|zeitpunkt des verlassens"
    "|ora di uscita|ultima uscita|hora de salida|ultima salida|heure de depart|heure de deconnexion|dernier depart"
    "|horario de saida|hora de saida|ultima saida|saida|vertrektijd|laatste vertrek|godzina opuszczenia|ostatnie opuszczenie|ostatnie wyjscie|godzina wyjscia"
    "|last seen|out"
    "|hora para salir|sair na hora|退出時刻|退出時間|退室時刻|离开时间|離開時間|나간 시간|퇴장 시간|время выхода"
    "|tijd van vertrek|tijdstip van vertrek"
    "|jam keluar|waktu keluar",
    "duration": "duration|duration minutes|duration mins|duration min|minutes|mins|min|minutes attended|attended minutes"
    "|attendance minutes|attendance duration|attendance time|time attended|time in session|time in session minutes|total duration"
    "|total duration minutes|total time|total minutes|in meeting duration|in session duration|in session duration minutes"
    "|session duration|minutes in session|minutes present|time present|time there|time spent|length of attendance|length"
    "|watch time|viewing time|minutes watched|attendeetotaltimeinsession|durata|durata minuti|durata riunione|duracion"
    "|duracion minutos|duracion en la reunion|duree|duree minutes|duree de la reunion|dauer|dauer minuten"
    "|dauer der besprechung|anwesenheitsdauer|duracao|duracao minutos|duracao na reuniao|duracao da reuniao|duur"
    "|duur minuten|czas trwania|czas udzialu w spotkaniu|minutos|minuti|minuten|total de minutos|attended for|durata totale minuti"
    "|duracion total|duracion total minutos|duracao total|duracao total minutos|duree totale|duree totale minutes|gesamtdauer"
    "|gesamtdauer minuten|durata totale|totale duur minuten|calkowity czas trwania minuty|czas trwania minuty|所要時間 分|合計時間 分|時間 分"
    "|时长 分钟|持续时间 分钟|持續時間 分鐘|기간 분|продолжительность минуты|tiempo en la sesion|tiempo en la sesion minutos"
    "|zeit in sitzung minuten|zeit in der sitzung minuten|sitzungszeit minuten|temps en session minutes|temps dans la session minutes"
    "|tempo nella sessione minuti|tempo in sessione minuti|tempo na sessao minutos|tijd in sessie minuten|czas w sesji minuty|セッション時間 分"
    "|durasi|durasi menit|tempo em sessao minutos",
    "seconds": "seconds|duration seconds|duration sec|duration secs|time in session seconds|attendance seconds"
    "|attendancetimeinseconds|total seconds|duration in seconds|secs|sekunden",
    "hours": "hours|duration hours|hours attended|duration hrs",
    "attended": "attended|attendance|present|came|status|attendance status|teilgenommen|asistio|a participe|was there"
    "|ha partecipato|partecipato|participou|compareceu|ha asistido|deelgenomen|uczestniczyl|参加|出席|참가|участвовал",
    "role": "role|attendeerole|rolle|ruolo|rol|funcao|funcion|rola|user role|attendee type",
    "guest": "guest|ospite|invitado|invite|gast|convidado|is guest|external"
    "|es invitado|ゲスト|访客|訪客|게스트|гость",
    "waiting": "in waiting room|in sala d attesa|en la sala de espera|en sala de espera|im warteraum|dans la salle d attente"
    "|en salle d attente|na sala de espera|waiting room"
    "|salle d attente|sala de espera|待機室|等候室|대기실",
    "registered": "registration time|registered at|registered|registration date|registration date time|registered on"
    "|registrationdate"
    "|hora de inscripcion|hora de registro|fecha de inscripcion|registrierungszeit|anmeldezeit|heure d inscription"
    "|ora di registrazione|ora di iscrizione|hora de inscricao|horario de inscricao|inschrijvingstijd|登録時刻|登録時間|登録日時",
    "approval": "approval status|registration status"
    "|estado de aprobacion|genehmigungsstatus|statut d approbation|stato di approvazione|status de aprovacao|status da aprovacao|承認状態",
    "country": "country|country region name|country region"
    "|nombre de pais region|pais region|land region|nom du pays de la region|nome paese regione|nome do pais regiao|国 地域名"
    "|nome do pais da regiao|nombre del pais region",
    "registrant": "registrant id|registrantid|registrant key|registrantkey",
    "action": "user action|action|benutzeraktion|accion del usuario|azione utente|action de l utilisateur|acao do usuario"
    "|atividade|actividad|activite|aktivitat|attivita|azione dell utente|czynnosc uzytkownika|aktion",
    "stamp": "timestamp|time stamp|zeitstempel|marca de tiempo|horodatage|carimbo de data hora|utceventtimestamp"
    "|data e hora|fecha y hora|date et heure|datum und uhrzeit|data e ora|data i godzina|horodateur|marca temporal",
}
#: “Nombre” beside “Apellidos” is a first name, “Name” beside “Vorname” a last name.
_HALF_A_NAME = {"name", "nombre", "nome", "nom", "naam", "navn", "namn"}
_OTHER_HALF = {"vorname", "prenom", "voornaam"}
#: Letters whose marks are no accents.
_STROKES = str.maketrans("łøđħı", "lodhi")
_MARKS = re.compile(r"[^\w]+|_+")
#: How Zoom's meeting reports name the people of theirs, in any language: “Name (original name)”.
_ANCHOR = re.compile(r"^(?!user name)[^()]{2,20}\([^()]{2,25}\)$")
_ORIGINAL = re.compile(r"orig|ursprung|oryg|原|元の|원래|oorspronk|настоящ|исходн")


def plain(cell: str) -> str:
    """A column's name without accents, marks and case."""
    text = unicodedata.normalize("NFKD", heading(cell))
    return _MARKS.sub(" ", "".join(each for each in text if not unicodedata.combining(each))).strip()


_MEANING = {
    word if word.isascii() else plain(word): field
    for field, words in _WORDS.items()
    for word in words.split("|")
}


def meaning(cell: str) -> str | None:
    """What a column of this name holds; None where the name says nothing."""
    return _MEANING.get(plain(cell).translate(_STROKES))


def anchor(cells: Sequence[str]) -> int | None:
    """Where “Name (original name)” stands, whatever the language."""
    for at, cell in enumerate(cells):
        text = unicodedata.normalize("NFKC", heading(cell))  # brackets may be as wide as an ideograph
        if _ANCHOR.match(text) and _ORIGINAL.search(text):
            return at
    return None


def columns(cells: Sequence[str], start: int = 0) -> dict[str, int]:
    """Where each thing stands, by the first column that holds it from `start` on."""
    found: dict[str, int] = {}
    for at in range(start, len(cells)):
        field = meaning(cells[at])
        if field and field not in found:
            found[field] = at
    if "name" in found and plain(cells[found["name"]]) in _HALF_A_NAME:
        if "last" in found and "first" not in found:
            found["first"] = found.pop("name")
        elif "first" in found and "last" not in found and plain(cells[found["first"]]) in _OTHER_HALF:
            found["last"] = found.pop("name")
    return found


def telling(found: dict[str, int]) -> bool:
    """Whether columns tell of presence: somebody's address or name, and minutes or a time of joining."""
    whose = found.keys() & {"email", "upn", "name", "first", "last"}
    return bool(whose) and bool(found.keys() & {"join", "duration", "seconds", "hours"})


def fingerprint(cells: Sequence[str]) -> str:
    """What tells one layout from another: the names of its columns, whatever their case and padding."""
    names = [plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return sha256("\x1f".join(names).encode()).hexdigest()


def named(cells: Sequence[str]) -> int:
    """How many cells have something in them."""
    return sum(present(cell) is not None for cell in cells)
