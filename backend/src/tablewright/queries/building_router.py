"""Help while a question is built, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tablewright.core.formulas.complete import complete, signature_at
from tablewright.core.formulas.docs import catalogue
from tablewright.core.queries.model import Answer, Question
from tablewright.identity.access import ActorDep, Credentials
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.queries import answering, building
from tablewright.queries.gate import permit
from tablewright.queries.schemas import In

router = APIRouter(tags=["questions"])

FormulaText = Annotated[str, Field(max_length=5000)]


class ExplainIn(In):
    question: Question


class SourceOut(BaseModel):
    dataset_id: UUID
    name: str
    version_id: UUID
    version_number: int
    is_part: bool


class ExplainOut(BaseModel):
    """The sentence of what is asked, the SQL to read (not to run), and what is read."""

    words: str
    sql: str
    sources: list[SourceOut]


class MatchIn(In):
    question: Question
    join: Annotated[int, Field(ge=0, le=7)] = 0


class MatchOut(BaseModel):
    """How the rows of a join find each other."""

    left_rows: int
    left_matched: int
    left_keys_repeated: int
    right_rows: int
    right_matched: int
    right_keys_repeated: int
    pairs: int
    most_per_row: int
    multiplies: bool
    factor: float
    words: str


class JoinSuggestion(BaseModel):
    left: str
    right: str
    score: float
    multiplies: bool
    reason: str


class JoinSuggestions(BaseModel):
    items: list[JoinSuggestion]


class FormulaIn(In):
    question: Question
    """Whose columns, parameters and other formulas may be named."""
    text: FormulaText


class CompleteIn(FormulaIn):
    cursor: Annotated[int, Field(ge=0, le=5000)]


class FormulaOut(BaseModel):
    """A formula that is right: `stored` is what a question keeps, `shown` what people see."""

    stored: str
    shown: str
    type: str
    level: Literal["row", "aggregate", "window"]
    references: list[str]


class FormulaPreview(BaseModel):
    formula: FormulaOut
    answer: Answer


class CompleteOut(BaseModel):
    suggestions: list[dict[str, Any]]
    signature: dict[str, Any] | None


def _token(credentials: Credentials) -> str:
    if credentials is None:
        raise SessionOver
    return credentials.credentials


@router.post("/questions/explain", operation_id="explainQuestion")
def explain_question(body: ExplainIn, session: SessionDep, actor: ActorDep) -> ExplainOut:
    """What a question asks, in words and as SQL to read, with the names that people gave."""
    told, permitted = building.explained(session, actor, body.question)
    return ExplainOut(
        words=told.words,
        sql=told.sql,
        sources=[
            SourceOut(
                dataset_id=each.version.dataset_id,
                name=each.version.dataset_name,
                version_id=each.version.version_id,
                version_number=each.version.number,
                is_part=not each.view.is_whole,
            )
            for each in permitted.bound
        ],
    )


@router.post("/questions/match", operation_id="matchJoin")
def match_join(body: MatchIn, credentials: Credentials, now: NowDep) -> MatchOut:
    """How many rows a join matches on each side, and whether rows multiply."""
    with transaction() as session:
        permitted = permit(session, actor_of(session, _token(credentials), now), body.question)
    found = building.matched(permitted, body.join)
    return MatchOut(**asdict(found), multiplies=found.multiplies, factor=found.factor, words=found.words)


@router.get("/questions/joins", operation_id="suggestJoins")
def suggest_joins(left: UUID, right: UUID, session: SessionDep, actor: ActorDep) -> JoinSuggestions:
    """On which columns two datasets are probably joined."""
    found = building.joins_between(session, actor, left, right)
    return JoinSuggestions(items=[JoinSuggestion(**asdict(each)) for each in found])


@router.get("/formulas", operation_id="listFunctions")
def list_functions(actor: ActorDep) -> dict[str, Any]:
    """Every function with its signature, words and examples."""
    actor.require(Permission.QUESTIONS_ASK)
    return catalogue()


def _formula(found: building.FormulaChecked) -> FormulaOut:
    return FormulaOut(
        stored=found.stored,
        shown=found.shown,
        type=found.found.type.value,
        level=found.found.level,
        references=list(found.found.references),
    )


@router.post("/formulas/check", operation_id="checkFormula")
def check_formula(body: FormulaIn, session: SessionDep, actor: ActorDep) -> FormulaOut:
    """A formula as it is written: what it gives, or what is wrong, where, and what to do about it."""
    scope, _ = building.scope_of(session, actor, body.question)
    return _formula(building.checked(scope, body.text))


@router.post("/formulas/complete", operation_id="completeFormula")
def complete_formula(body: CompleteIn, session: SessionDep, actor: ActorDep) -> CompleteOut:
    """What may stand at the cursor, and the function whose arguments it is in."""
    scope, _ = building.scope_of(session, actor, body.question)
    signature = signature_at(body.text, body.cursor)
    return CompleteOut(
        suggestions=[asdict(each) for each in complete(body.text, body.cursor, scope)],
        signature=asdict(signature) if signature else None,
    )


@router.post("/formulas/preview", operation_id="previewFormula")
def preview_formula(body: FormulaIn, credentials: Credentials, now: NowDep) -> FormulaPreview:
    """A formula on ten rows, beside the columns that it uses; one that aggregates over the question's groups."""
    with transaction() as session:
        actor: Actor = actor_of(session, _token(credentials), now)
        scope, _ = building.scope_of(session, actor, body.question)
        found = building.checked(scope, body.text)
        permitted = permit(session, actor, building.preview_of(body.question, found))
    return FormulaPreview(formula=_formula(found), answer=answering.answer(permitted))
