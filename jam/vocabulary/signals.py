"""What happens to vocabularies that higher rooms must hear of, inside the transaction of the change."""

from __future__ import annotations

from jam.base.signals import signal

#: A term got another name. Sent with `term: Term`.
term_renamed = signal("term-renamed")
