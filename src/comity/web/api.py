"""The same as JSON for programs, under ``/api/v1``: what the pages show, from the same workers, with OpenAPI 3.1.

A program shows the token of this instance as ``Authorization: Bearer``; the page ``/api`` tells it to who is let in.
Errors are told in one of two shapes, whatever went wrong: ``error`` in words, or ``problems`` of a file by line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from comity.brief import Brief
from comity.findings import DRAWS, CannotAnswerError, Finding, Input, OptionError, registry
from comity.scenario import ScenarioError
from comity.scenario.library import case_text, shipped_names
from comity.web import answers
from comity.web.answers import Asked
from comity.web.folder import ChangedOutsideError, Folder, FolderError, sha256
from comity.web.lanes import BusyError, Lane, WorkerLostError

Shelf = Literal["mine", "shipped"]
_MOST_DRAWS = 50_000
_MOST_SETTINGS = 200
_JSON = "application/json"


class CaseName(BaseModel):
    """Where a case is: of the folder (``mine``) or shipped, and its name there."""

    shelf: Shelf
    name: str


class CaseText(BaseModel):
    """The text of a case, and the hash that saving over it has to name."""

    shelf: Shelf
    name: str
    text: str
    sha256: str


class NewCase(BaseModel):
    """A case to be made in the folder."""

    name: str = Field(min_length=1, max_length=400)
    text: str


class ChangedCase(BaseModel):
    """A new text, and the hash of the one that it was made from."""

    text: str
    began_with: str = Field(pattern="^[0-9a-f]{64}$")


class Saved(BaseModel):
    """The hash of what the file holds now."""

    name: str
    sha256: str


class Question(BaseModel):
    """One question that a case can be asked."""

    name: str
    chapter: str
    question: str
    method: str
    needs: list[str]


class FileProblem(BaseModel):
    """One thing that is wrong in a file."""

    line: int
    column: int
    field: str
    message: str
    remedy: str


class Problems(BaseModel):
    """What is wrong in a file; nothing where it is right."""

    problems: list[FileProblem]


class Refusal(BaseModel):
    """Why there is no answer, in words."""

    error: str


_TOLD: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "What was asked for cannot be meant."},
    401: {"description": "No token of this instance.", "content": {"text/plain": {}}},
    404: {"model": Refusal, "description": "There is no such case."},
    422: {"model": Problems | Refusal, "description": "The file has problems, or the case lacks what was asked."},
    500: {"model": Refusal, "description": "The computation ended for want of memory."},
    503: {"model": Refusal, "description": "More is asked than can be answered soon; Retry-After says when."},
}
Settings = Annotated[
    list[str] | None,
    Query(alias="set", max_length=_MOST_SETTINGS, description="A number of the case set to another: PATH=NUMBER."),
]
Audience = Annotated[Literal["own", "shared"], Query(description="shared: computed without the private cells.")]
Seed = Annotated[int, Query(ge=0, le=2**31 - 1)]
Draws = Annotated[int, Query(ge=0, le=_MOST_DRAWS, description="Redraws over the ranges of the inputs.")]


def api(folder: Folder, lane: Lane) -> FastAPI:
    """The application of the API.

    Args:
        folder: whose cases it reads and writes.
        lane: the worker that answers.

    Returns:
        An ASGI application, to be mounted behind the guard.
    """
    app = FastAPI(
        title="Comity",
        version="1",
        description="Cooperation problems in, briefs out: the workbench for programs.",
        docs_url=None,
        redoc_url=None,
        responses=_TOLD,
    )
    _tell_errors(app)

    def opened(shelf: Shelf, name: str) -> bytes:
        if shelf == "mine":
            return folder.read(name)
        if name not in shipped_names():
            raise FolderError(f"no shipped scenario is called {name}")
        return case_text(name)

    async def asked(
        shelf: Shelf, name: str, audience: Literal["own", "shared"], settings: list[str] | None, seed: int, draws: int
    ) -> Asked:
        content = await asyncio.to_thread(opened, shelf, name)
        return Asked(content, name, audience, _numbers(settings), seed, draws)

    @app.get("/cases", summary="Every case of the folder, and every shipped one")
    async def cases() -> list[CaseName]:
        mine = await asyncio.to_thread(folder.files)
        found = [CaseName(shelf="mine", name=file.name) for file in mine]
        return [*found, *(CaseName(shelf="shipped", name=name) for name in shipped_names())]

    @app.get("/cases/{shelf}/{name:path}", summary="The text of a case")
    async def case(shelf: Shelf, name: str) -> CaseText:
        content = await asyncio.to_thread(opened, shelf, name)
        text = content.decode("utf-8", "replace")
        return CaseText(shelf=shelf, name=name, text=text, sha256=sha256(content))

    @app.post("/cases", status_code=201, summary="Make a case in the folder")
    async def make(new: NewCase) -> Saved:
        content = new.text.encode("utf-8", "replace")
        name = await asyncio.to_thread(folder.create, new.name, content)
        return Saved(name=name, sha256=sha256(content))

    @app.put(
        "/cases/mine/{name:path}",
        summary="Write over the text that one began with",
        responses={409: {"model": CaseText, "description": "The file was changed meanwhile; this is what it holds."}},
    )
    async def save(name: str, changed: ChangedCase) -> Saved:
        content = changed.text.encode("utf-8", "replace")
        problems = await lane.run(answers.problems_of, content, name)
        if problems:
            raise _ProblemsError(problems)
        return Saved(name=name, sha256=await asyncio.to_thread(folder.save, name, content, changed.began_with))

    @app.post(
        "/check",
        summary="What is wrong in a text",
        openapi_extra={"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}, "required": True}},
    )
    async def check(request: Request) -> Problems:
        return _problems(await lane.run(answers.problems_of, await request.body(), "text"))

    @app.get("/analyses", summary="Every question that a case can be asked")
    async def analyses() -> list[Question]:
        return [
            Question(
                name=each.name,
                chapter=each.chapter,
                question=each.question,
                method=each.method.full,
                needs=[*each.reads.needs, *(" or ".join(group) for group in each.reads.one_of)],
            )
            for each in registry().analyses.values()
        ]

    @app.get(
        "/briefs/{shelf}/{name:path}",
        summary="The whole brief, the same bytes as comity brief --format json",
        responses={200: {"model": Brief}},
    )
    async def brief(
        shelf: Shelf,
        name: str,
        audience: Audience = "own",
        settings: Settings = None,
        seed: Seed = 0,
        draws: Draws = DRAWS,
    ) -> Response:
        what = await asked(shelf, name, audience, settings, seed, draws)
        return Response(await lane.run(answers.whole_file, what, "json"), media_type=_JSON)

    @app.get(
        "/findings/{shelf}/{name:path}",
        summary="The answers to some questions",
        responses={200: {"model": list[Finding]}},
    )
    async def findings(
        shelf: Shelf,
        name: str,
        analysis: Annotated[list[str], Query(min_length=1, max_length=20, description="A question, by its name.")],
        audience: Audience = "own",
        settings: Settings = None,
        seed: Seed = 0,
        draws: Draws = DRAWS,
    ) -> Response:
        what = await asked(shelf, name, audience, settings, seed, draws)
        return Response(await lane.run(answers.findings_file, what, tuple(analysis)), media_type=_JSON)

    @app.get(
        "/inputs/{shelf}/{name:path}",
        summary="Every number that a case rests on",
        responses={200: {"model": list[Input]}},
    )
    async def inputs(shelf: Shelf, name: str, audience: Audience = "own", settings: Settings = None) -> Response:
        what = await asked(shelf, name, audience, settings, 0, DRAWS)
        return Response(await lane.run(answers.inputs_file, what), media_type=_JSON)

    return app


class _ProblemsError(Exception):
    """A text that is not right, with what is wrong in it."""

    def __init__(self, problems: tuple[tuple[int, int, str, str, str], ...]) -> None:
        self.problems = problems
        super().__init__(len(problems))


def _problems(found: tuple[tuple[int, int, str, str, str], ...]) -> Problems:
    keys = ("line", "column", "field", "message", "remedy")
    return Problems(problems=[FileProblem(**dict(zip(keys, each, strict=True))) for each in found])  # type: ignore[arg-type]


def _numbers(settings: list[str] | None) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for word in settings or ():
        path, equals, number = word.rpartition("=")
        try:
            found[path] = float(number)
        except ValueError:
            equals = ""
        if not equals or not path:
            raise OptionError(f"set is PATH=NUMBER, not {word[:80]!r}")
    return tuple(sorted(found.items()))


def _tell_errors(app: FastAPI) -> None:
    """Every error that a program can mend, in the shapes that the API declares."""

    def tell(kind: type[Exception], status: int, words: Callable[[Any], str] = str) -> None:
        async def told(request: Request, error: Exception) -> Response:
            headers = {"retry-after": "5"} if status == 503 else None
            return JSONResponse({"error": words(error)}, status, headers)

        handler: Callable[[Request, Exception], Awaitable[Response]] = told
        app.add_exception_handler(kind, handler)

    async def changed(request: Request, error: Exception) -> Response:
        assert isinstance(error, ChangedOutsideError)
        if error.found is None:
            return JSONResponse({"error": f"{error.name} is gone"}, 404)
        text = error.found.decode("utf-8", "replace")
        held = CaseText(shelf="mine", name=error.name, text=text, sha256=sha256(error.found))
        return JSONResponse(held.model_dump(), 409)

    async def of_a_file(request: Request, error: Exception) -> Response:
        if isinstance(error, ScenarioError):
            found = tuple((each.line, each.column, each.path, each.message, each.remedy) for each in error.problems)
        else:
            assert isinstance(error, _ProblemsError)
            found = error.problems
        return JSONResponse(_problems(found).model_dump(), 422)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": str(error.detail)}, error.status_code)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        words = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors())
        return JSONResponse({"error": words}, 400)

    tell(FolderError, 404)
    tell(OptionError, 400)
    tell(CannotAnswerError, 422)
    tell(BusyError, 503, lambda error: "more is asked than can be answered soon")
    tell(WorkerLostError, 500, lambda error: "the computation ended before it had an answer")
    app.add_exception_handler(ChangedOutsideError, changed)
    app.add_exception_handler(ScenarioError, of_a_file)
    app.add_exception_handler(_ProblemsError, of_a_file)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
