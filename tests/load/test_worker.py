"""A real worker ends when it is told to, in the midst of delivery too: one letter finished, the others given back."""

from __future__ import annotations

import signal

from tests.load.probes.letters import due
from tests.load.stage import await_that, open_stage


def test_sigterm_in_the_midst_of_delivery() -> None:
    with open_stage("sqlite", web=0, clocks=1) as stage:
        stage.sink.pause = 0.4
        with stage.preparing():
            for number in range(6):
                due(number)
        await_that(lambda: bool(stage.sink.received), 30, "no letter arrived")
        [worker] = stage.clocks
        worker.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
        rows = stage.tables.rows("SELECT state, attempts, message_id FROM letter")
        sent = {row["message_id"] for row in rows if row["state"] == "sent"}
        assert sent == {each.id for each in stage.sink.received}
        assert 1 <= len(sent) <= 3
        assert {(row["state"], row["attempts"]) for row in rows} == {("sent", 1), ("due", 0)}
        beat = stage.tables.rows("SELECT outcome, done FROM heartbeat WHERE job = 'letters'")
        assert [(row["outcome"], row["done"]) for row in beat] == [("done", len(sent))]
