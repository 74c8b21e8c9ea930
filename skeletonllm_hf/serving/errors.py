"""Errors of the server in the form that OpenAI's clients know, in words about the request's fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from .guard import error_body

_SHOWN = 60  # characters of a wrong value
# pydantic's types of errors -> what was expected; the rest is said in pydantic's words
_EXPECTED = {
    "list_type": "a list", "dict_type": "an object", "model_attributes_type": "an object", "model_type": "an object",
    "string_type": "a text", "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "float_type": "a number", "float_parsing": "a number", "bool_type": "true or false", "bool_parsing": "true or false",
}  # fmt: skip
_ADVICE = {
    "system": "; the model was trained without: put it into the question",
    "developer": "; the model was trained without: put it into the question",
    "image_url": "; pictures are drawn here: send the clip's file as an item of type 'skeleton' (--server of the command line does)",
}


class Busy(Exception):
    """More requests wait than may."""


def respond(
    status: int, message: str, param: str | None = None, code: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:  # fmt: skip
    """An error as a response; arguments as of `error_body`."""
    return JSONResponse(error_body(status, message, param, code), status, headers)


def answer_errors(app: FastAPI, bodies: Mapping[str, type[BaseModel]]) -> None:
    """Has all errors of an application answered in that form.

    Args:
        app: the application.
        bodies: path of a route -> its request.
    """
    fields = {name for body in bodies.values() for name in body.model_fields}

    @app.exception_handler(ValueError)
    def wrong(request: Request, error: ValueError) -> JSONResponse:
        name = str(error).partition(":")[0].partition(".")[0]
        return respond(400, str(error), name if name in fields else None)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        deepest = max(error.errors(), key=lambda one: len(one["loc"]))  # of several ways to read a field, the nearest
        place = [str(part) for part in deepest["loc"] if part != "body" and not _marks_union(part)]
        if deepest["type"] == "json_invalid":
            return respond(400, f"body: expected JSON: {deepest['ctx']['error']} at character {place[0]}")
        if not place:
            return respond(400, f"body: {_wrong_body(request.headers.get('content-type', ''))}")
        known = bodies.get(request.url.path)
        names = list(known.model_fields) if known is not None and len(place) == 1 else []
        return respond(400, f"{'.'.join(place)}: {in_words(deepest, names)}", place[0])

    @app.exception_handler(HTTPException)
    def no_route(request: Request, error: HTTPException) -> JSONResponse:
        route_name = f"{request.method} {request.url.path[:80]}"
        routes = ", ".join(f"{method} {route.path}" for route in app.routes for method in sorted(getattr(route, "methods", ())))  # type: ignore[attr-defined]  # fmt: skip
        return respond(error.status_code, f"{route_name}: expected one of {routes}", headers=error.headers)

    @app.exception_handler(Busy)
    def busy(request: Request, error: Busy) -> JSONResponse:
        return respond(503, "busy: try again in a moment", headers={"Retry-After": "1"})

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> JSONResponse:  # the server's log has the traceback
        return respond(500, "the server failed at this request; its log says why")


def in_words(error: Mapping[str, Any], names: list[str]) -> str:
    """One of pydantic's errors as "expected ..., got ...".

    Args:
        error: as `ValidationError.errors()` has it.
        names: of the parameters that are known where this one is not.
    """
    kind, given, about = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "missing":
        return "required, got none"
    if kind == "extra_forbidden":
        return "unknown" + (f"; expected some of {', '.join(names)}" if names else "")
    if kind == "literal_error":
        return f"expected {about['expected']}, got {_shown(given)}{_ADVICE.get(str(given), '')}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tag = about.get("tag")
        found = "no type" if tag is None else f"the type {_shown(tag)}{_ADVICE.get(tag, '')}"
        return f"expected an item of type 'skeleton' or 'text', got {found}"
    if kind == "greater_than_equal":
        return f"expected at least {about['ge']}, got {_shown(given)}"
    if kind == "string_too_long":
        return f"expected at most {about['max_length']:,} characters, got {len(given or ''):,}"
    if kind == "too_short":
        return f"expected at least {about['min_length']}, got {about['actual_length']}"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {_shown(given)}"
    return str(error["msg"])


def _wrong_body(content_type: str) -> str:
    if content_type.partition(";")[0].strip() != "application/json":
        sent = f"got {content_type[:_SHOWN]}" if content_type else "got none"
        return f"expected a JSON object with the header Content-Type: application/json, {sent}"
    return "expected a JSON object, got none or something else"


def _marks_union(part: object) -> bool:
    """Whether pydantic names by this part of a place one of several ways to read a field."""
    return str(part) == "constrained-str" or str(part).startswith(("list[", "tagged-union["))


def _shown(value: object) -> str:
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
