"""The sandbox's HTTP server: Decodo under /decodo, RapidAPI under /rapidapi, images under /images."""

import argparse
import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from infra.local.sandbox import creators, wire
from infra.local.sandbox.comments import page as comments_page
from infra.local.sandbox.creators import SyntheticCreator, creator
from infra.local.sandbox.faults import Fault, FaultKind, Faults
from infra.local.sandbox.names import Name, Names
from infra.local.sandbox.pictures import bomb, picture

HANG_SECONDS = 60
DECODO_TOKEN = "c2FuZGJveDpzYW5kYm94"  # noqa: S105 - "sandbox:sandbox", accepted by nobody else
RAPIDAPI_KEY = "sandbox"
_STATUS = re.compile(r"http_(\d{3})")


def create_app() -> FastAPI:
    app = FastAPI(title="Sandbox upstream")
    faults, names = Faults(), Names()

    @app.post("/decodo/v2/scrape")
    async def scrape(request: Request, body: dict[str, Any]) -> Response:
        name = str(body.get("query", ""))
        fault = faults.take("decodo", name)
        if request.headers.get("authorization") != f"Basic {DECODO_TOKEN}":
            return JSONResponse({"message": "Unauthorized"}, 401)
        if body.get("target") != "instagram_graphql_profile":
            return JSONResponse({"message": "Unknown target"}, 400)
        if fault and (answer := await _failing(fault)):
            return answer
        owner = names.find(name)
        if owner is None:
            return JSONResponse({"message": "Profile not found"}, 404)
        return _decodo(owner, name, str(request.base_url).rstrip("/"), fault)

    @app.get("/rapidapi/get_ig_similar_accounts.php")
    async def similar(request: Request, username_or_url: str) -> Response:
        return await _rapidapi(request, "similar", username_or_url, "")

    @app.post("/rapidapi/get_ig_user_reels.php")
    async def reels(request: Request) -> Response:
        return await _rapidapi(request, "reels", *await _form(request))

    @app.post("/rapidapi/get_ig_user_posts.php")
    async def posts(request: Request) -> Response:
        return await _rapidapi(request, "posts", *await _form(request))

    @app.post("/rapidapi/ig_get_fb_profile.php")
    async def profile(request: Request) -> Response:
        return await _rapidapi(request, "profile", *await _form(request))

    @app.get("/rapidapi/get_post_comments.php")
    async def comments(request: Request, media_code: str) -> Response:
        return await _rapidapi(request, "comments", media_code, "")

    async def _rapidapi(request: Request, where: str, name: str, token: str) -> Response:
        fault = faults.take(where, name)
        if request.headers.get("x-rapidapi-key") != RAPIDAPI_KEY:
            return JSONResponse({"message": "You are not subscribed to this API."}, 403)
        if fault and (answer := await _failing(fault)):
            return answer
        if fault and fault.kind is FaultKind.EMPTY:
            return JSONResponse([] if where == "similar" else {where: [], "pagination_token": None})
        if where == "comments":
            return JSONResponse(comments_page(name))
        owner = names.find(name)
        if owner is None:
            return JSONResponse({"error": "User not found"})
        return JSONResponse(_rapidapi_body(where, owner, token, str(request.base_url).rstrip("/"), fault))

    @app.get("/images/{kind}/{name}.jpg")
    async def image(kind: str, name: str) -> Response:
        fault = faults.take("images", name)
        if fault and (answer := await _failing(fault) or _failing_image(fault)):
            return answer
        # Every fifth image is a PNG regardless of its file name, as with real hosts.
        image_format = "PNG" if sum(name.encode()) % 5 == 0 else "JPEG"
        return Response(picture(f"{kind}/{name}", image_format), media_type=f"image/{image_format.lower()}")

    @app.post("/_faults")
    async def add_fault(fault: Fault) -> dict[str, int]:
        faults.active.append(fault)
        return {"active": len(faults.active)}

    @app.delete("/_faults")
    async def clear_faults() -> dict[str, int]:
        faults.active.clear()
        faults.calls.clear()
        return {"active": 0}

    @app.post("/_names")
    async def give_name(name: Name) -> dict[str, str | None]:
        names.give(name)
        return names.given

    @app.delete("/_names")
    async def reset_names() -> dict[str, str | None]:
        names.given.clear()
        return names.given

    @app.get("/_calls")
    async def calls() -> dict[str, int]:
        return faults.calls

    return app


async def _form(request: Request) -> tuple[str, str]:
    """Return the username and the token of the page."""
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return form.get("username_or_url", ""), form.get("pagination_token", "")


def _rapidapi_body(where: str, owner: SyntheticCreator, token: str, base: str, fault: Fault | None) -> Any:
    owner, foreign = _accounts(owner, fault)
    match where:
        case "similar":
            return wire.similar(owner, base)
        case "profile":
            return wire.flat_profile(owner, base)
        case "posts":
            return wire.posts_page(owner, token, base, foreign)
    return wire.reels_page(owner, token, base, foreign)


def _accounts(owner: SyntheticCreator, fault: Fault | None) -> tuple[SyntheticCreator, SyntheticCreator | None]:
    """Return the account of the answer, and the one whose posts are among the others."""
    other = creator(f"other.{owner.account}"[:30].rstrip("."))
    kind = fault.kind if fault else None
    return (
        other if kind is FaultKind.WRONG_ACCOUNT else owner,
        other if kind is FaultKind.FOREIGN_REELS else None,
    )


def _decodo(owner: SyntheticCreator, name: str, base: str, fault: Fault | None) -> Response:
    kind = fault.kind if fault else None
    owner, foreign = _accounts(owner, fault)
    data: Any = wire.decodo_data(owner, base, foreign)
    if kind is FaultKind.NO_FOLLOWERS:
        del data["user"]["edge_followed_by"]
    if kind is FaultKind.NO_USER:
        del data["user"]
    content: Any = {"data": data, "status": "ok"}
    if kind is FaultKind.EMPTY:
        content = ""
    elif owner.pk % 2:
        content = json.dumps(content)
    result: dict[str, Any] = {"content": content, "status_code": 200, "query": name}
    if kind is FaultKind.HIDDEN_613:
        result = {"content": "", "status_code": 613, "query": name}
    if kind is FaultKind.HIDDEN_FAILED:
        return JSONResponse({"status": "failed", "results": []})
    return JSONResponse({"results": [result]})


async def _failing(fault: Fault) -> Response | None:
    """Failures that every server can have."""
    kind = fault.kind
    if kind is FaultKind.TOO_FAST:
        body = {"message": "You have exceeded the rate limit per second for your plan"}
        return JSONResponse(body, 429, {"Retry-After": fault.retry_after})
    if kind is FaultKind.MONTH_USED_UP:
        return JSONResponse({"message": "You have exceeded the MONTHLY quota for Requests on your current plan"}, 429)
    if kind is FaultKind.GARBAGE:
        return PlainTextResponse("<<<\x00 not what you asked for", media_type="application/json")
    if kind is FaultKind.HANG:
        await asyncio.sleep(HANG_SECONDS)
        return PlainTextResponse("too late", 504)
    if kind is FaultKind.CUT_OFF:
        return Response(b'{"results": [', headers={"Content-Length": "5000"}, media_type="application/json")
    if kind is FaultKind.ENDPOINT_GONE:
        return JSONResponse({"message": "Endpoint '/v0' does not exist"}, 404)
    if kind is FaultKind.DATA_NOT_FOUND:
        text = "data not found. Please try again later."
        return JSONResponse({"error": text, "results": [{"content": {"message": text}, "status_code": 200}]})
    if kind is FaultKind.ERROR_BODY:
        return JSONResponse({"error": "Something went wrong, try later"})
    if status := _STATUS.fullmatch(kind):
        return JSONResponse({"message": f"Failure {status[1]} as ordered"}, int(status[1]))
    return None


def _failing_image(fault: Fault) -> Response | None:
    async def endless() -> Any:
        for _ in range(480):
            yield bytes(64 * 1024)  # 30 MB without a Content-Length

    match fault.kind:
        case FaultKind.REDIRECT_PRIVATE:
            return RedirectResponse("http://169.254.169.254/latest/meta-data/")
        case FaultKind.REDIRECT_ELSEWHERE:
            return RedirectResponse("http://elsewhere.example/image.jpg")
        case FaultKind.HTML_AS_PNG:
            return Response(b"<html><script>alert(1)</script></html>", media_type="image/png")
        case FaultKind.HUGE:
            return StreamingResponse(endless(), media_type="image/jpeg")
        case FaultKind.BOMB:
            return Response(bomb(), media_type="image/png")
        case FaultKind.EMPTY:
            return Response(b"", media_type="image/jpeg")
    return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--still", action="store_true", help="the time stands still: counts do not grow")
    given = parser.parse_args()
    if given.still:
        at = creators.clock()
        creators.clock = lambda: at
    uvicorn.run(create_app(), host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
