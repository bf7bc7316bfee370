"""Two addresses for programs that watch Jam: is the process alive, and can it serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access
from jam.health.queries import checks
from jam.health.rules import Depth, Level

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access(PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process is alive; asks nothing else."""
    return _fresh(Response("ok\n", mimetype="text/plain"))


@blueprint.get("/readyz")
@access(PUBLIC)
def readyz() -> ResponseReturnValue:
    """Whether Jam does its work, and each thing that this rests on: 200, or 503 when something is down."""
    found = checks(Depth.PROBE)
    ready = all(each.level < Level.DOWN for each in found)
    answer = jsonify(
        ready=ready, checks={each.name: {"ok": each.level < Level.DOWN, "says": each.says} for each in found}
    )
    answer.status_code = 200 if ready else 503
    return _fresh(answer)


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
