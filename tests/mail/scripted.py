"""A mail server that says at each stage what it is told to, or closes the connection there."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field

#: Said instead of a reply: the connection is closed.
DROP = "drop"

_USUAL = {
    "CONNECT": "220 scripted",
    "EHLO": "250 HELP",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    ".": "250 OK",
    "RSET": "250 OK",
    "QUIT": "221 bye",
}


@dataclass
class Scripted:
    """The server. `says` replaces the usual reply to a verb, `.` being the end of the data; `offers` are its extensions."""

    says: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    #: What was taken in, answered or not; how often somebody connected.
    taken: list[str] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    def start(self) -> None:
        """Listen on a port of its own."""
        script = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                script.connections += 1
                if not self.say("CONNECT"):
                    return
                while line := self.rfile.readline():
                    verb = line.decode().split(None, 1)[0].upper()
                    if not self.say(verb) or verb == "QUIT":
                        return
                    if verb == "DATA" and script.reply("DATA").startswith("354"):
                        body = b""
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            body += line
                        script.taken.append(body.decode())
                        if not self.say("."):
                            return

            def say(self, verb: str) -> bool:
                reply = script.reply(verb)
                if reply == DROP:
                    return False
                lines = ["250-scripted", *(f"250-{each}" for each in script.offers)] if verb == "EHLO" else []
                self.wfile.write("".join(f"{each}\r\n" for each in [*lines, reply]).encode())
                return not reply.startswith("421")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def reply(self, verb: str) -> str:
        """What it says to a verb."""
        return self.says.get(verb) or _USUAL.get(verb, "500 what?")
