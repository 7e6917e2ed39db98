"""The list of human judgements, and the form that adds one."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pipeline.inspect import labels, reading
from pipeline.web.inspector import Inspector
from pipeline.web.site import CurrentSite

_BODY = 16_384
"""Maximum size of a form in bytes."""
_SHOWN = 200

routes = APIRouter(include_in_schema=False)


@routes.get("/labels")
def judgements(request: Request, site: CurrentSite) -> Response:
    """Lists the judgements, the newest first."""
    found = labels.read(site.inspector.labels)[::-1]
    with site.inspector.reading() as sources:
        ids = sorted({one for label in found[:_SHOWN] for one in (label.a, label.b)})
        named = {one["id"]: one for one in reading.cards(sources.store, ids)}
    return site.page(request, "labels.html", labels=found[:_SHOWN], total=len(found), named=named)


@routes.post("/labels")
async def judge(request: Request, site: CurrentSite) -> Response:
    """Stores a judgement and redirects back to the two articles."""
    if int(request.headers.get("content-length") or _BODY + 1) > _BODY:
        raise HTTPException(413, "the form is too long")
    body = (await request.body()).decode("utf-8", "replace")
    form = {name: values[0] for name, values in parse_qs(body, max_num_fields=10).items()}
    if not site.token.admits(request, form.get("token", "")):
        raise HTTPException(403, "judgements are taken from this server's own pages only: load the page again")
    if form.get("answer") not in labels.ANSWERS:
        raise HTTPException(400, "the answer is yes or no")
    return await run_in_threadpool(_judged, site.inspector, form)


def _judged(inspector: Inspector, form: Mapping[str, str]) -> Response:
    with inspector.reading() as sources:
        a, b = reading.articles(sources.store, [form.get("a", ""), form.get("b", "")])
    try:
        labels.add(inspector.labels, a, b, form["answer"], int(time.time()))
    except labels.WrongLabelError as error:
        raise HTTPException(400, str(error)) from error
    return RedirectResponse("/compare?" + urlencode({"a": a.id, "b": b.id, "labelled": "true"}), status_code=303)
