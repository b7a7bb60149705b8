"""The other side of bench/service.py: FastAPI, LightGBM and shap doing what the API does.

Reads a folder that bench/service.py made: the model as LightGBM's text, all clients' encoded rows, what people call
the features, and a table of keys. Of each request it does what a lender needs, in the straightforward way: the key is
looked up by its hash and known for two seconds, the result is appended to a file before it is answered and moved four
times a second into a table where it is found by time and by client, the answer has a tag, the request a name and a line of
JSON in a log. With SERVICE_KEEP=1 it keeps each client's margin once it was
asked for, as Limpide does. Started by the bench as `uvicorn service_fastapi:app`.
"""

import asyncio
import contextlib
import hashlib
import json
import math
import os
import secrets
import sqlite3
import time
from pathlib import Path

import lightgbm
import numpy
import shap
from fastapi import FastAPI, Header, HTTPException, Response

FOLDER = Path(os.environ["SERVICE_BENCH"])
KEEP = os.environ.get("SERVICE_KEEP") == "1"
KNOWN_FOR = 2.0
MEANT = json.loads((FOLDER / "meant.json").read_text())
ROWS = numpy.load(FOLDER / "rows.npy")
PLACE = {client: place for place, client in enumerate(MEANT["clients"])}
CONCEPT = numpy.array(MEANT["concept_of_column"])
REASONS = 4

MOVED_EVERY = 0.25
TABLE = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS predictions (
    at_ms INTEGER, process INTEGER, place INTEGER, kind TEXT, client INTEGER, bundle TEXT, row_hash TEXT, inputs TEXT,
    probability REAL, decision TEXT, role TEXT, PRIMARY KEY (at_ms, process, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS prediction_minutes (
    client INTEGER, minute INTEGER, PRIMARY KEY (client, minute)) WITHOUT ROWID;
"""


@contextlib.asynccontextmanager
async def moving(_):
    """Moves what was answered into the table, as long as the program runs."""
    task = asyncio.create_task(keep_moving())
    yield
    task.cancel()


async def keep_moving():
    table = sqlite3.connect(FOLDER / "predictions.db", timeout=10)
    table.executescript(TABLE)
    moved = 0
    while True:
        await asyncio.sleep(MOVED_EVERY)
        rows = [(one[0], os.getpid(), place, *one[1:]) for place, one in enumerate(waiting, moved)]
        minutes = sorted({(row[4], row[0] // 60_000) for row in rows})
        with table:
            table.executemany("INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            table.executemany("INSERT OR IGNORE INTO prediction_minutes VALUES (?, ?)", minutes)
        moved += len(rows)
        waiting.clear()
        predictions.truncate(0)


booster = lightgbm.Booster(model_file=str(FOLDER / "model.txt"), params={"num_threads": 1})
explainer = shap.TreeExplainer(booster)
app = FastAPI(docs_url=None, redoc_url=None, lifespan=moving)
keys = sqlite3.connect(f"file:{FOLDER / 'keys.db'}?mode=ro", uri=True, check_same_thread=False)
known_keys = {}
# One write a record: what was answered survives the process, as in Limpide.
requests_log = open(FOLDER / f"requests-{os.getpid()}.log", "a", buffering=1 << 16)
predictions = open(FOLDER / f"predictions-{os.getpid()}.jsonl", "ab", buffering=0)
waiting = []
margins, row_hashes = {}, {}


def check_key(authorization):
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "no valid key was sent")
    hashed = hashlib.sha256(key.encode()).digest()
    now = time.monotonic()
    if known_keys.get(hashed, 0.0) > now:
        return
    found = keys.execute("SELECT scopes FROM keys WHERE hash = ?", (hashed,)).fetchone()
    if found is None or "read" not in found[0].split():
        raise HTTPException(401, "no valid key was sent")
    known_keys[hashed] = now + KNOWN_FOR


def row_of(client, authorization):
    check_key(authorization)
    place = PLACE.get(client)
    if place is None:
        raise HTTPException(404, "no such client")
    return ROWS[place : place + 1]


def row_hash(client, row):
    if not KEEP:
        return hashlib.sha256(row.tobytes()).hexdigest()[:32]
    if client not in row_hashes:
        row_hashes[client] = hashlib.sha256(row.tobytes()).hexdigest()[:32]
    return row_hashes[client]


def answered(kind, client, row, answer):
    """The answer as it travels, once it is recorded."""
    record = {
        "at_ms": time.time_ns() // 1_000_000, "kind": kind, "client": client, "bundle": MEANT["model"],
        "row_hash": row_hash(client, row), "inputs": None, "probability": answer["probability"],
        "decision": answer["decision"], "role": None,
    }
    predictions.write(json.dumps(record).encode() + b"\n")
    waiting.append(tuple(record.values()))
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return Response(body, media_type="application/json", headers={"etag": tag, "cache-control": "no-store"})


class Named:
    """Names a request, and notes it in the log."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        start = time.perf_counter()
        name = secrets.token_hex(16)
        status = 500

        async def send_named(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", name.encode()))
            await send(message)

        await self.app(scope, receive, send_named)
        route = scope.get("route")
        requests_log.write(json.dumps({
            "timestamp": time.time(), "method": scope["method"], "route": route.path if route else "(none)",
            "status": status, "ms": 1000 * (time.perf_counter() - start), "request_id": name,
            "model": MEANT["model"][:12],
        }) + "\n")


app.add_middleware(Named)


def scored(client, margin):
    probability = 1 / (1 + math.exp(-margin))
    threshold = MEANT["threshold"]
    return {
        "client": client,
        "margin": margin,
        "probability": probability,
        "decision": "refused" if probability >= threshold else "granted",
        "threshold": threshold,
        "distance": probability - threshold,
        "model": MEANT["model"],
    }


def sentence(name, value, contribution):
    known = "unknown" if numpy.isnan(value) else f"{value:g}"
    return f"{name} ({known}) {'raises' if contribution > 0 else 'lowers'} the risk."


@app.get("/api/v1/clients/{client}/score")
async def score(client: int, authorization: str = Header("")):
    row = row_of(client, authorization)
    margin = margins.get(client)
    if margin is None:
        margin = float(booster.predict(row, raw_score=True)[0])
        if KEEP:
            margins[client] = margin
    return answered("score", client, row, scored(client, margin))


@app.get("/api/v1/clients/{client}/reasons")
async def reasons(client: int, authorization: str = Header("")):
    row = row_of(client, authorization)
    contributions = numpy.asarray(explainer.shap_values(row))[0]
    margin = float(contributions.sum() + explainer.expected_value)
    concepts = numpy.bincount(CONCEPT, contributions, len(MEANT["concepts"]))
    answer = scored(client, margin)
    order = numpy.argsort(-numpy.abs(concepts), kind="stable")
    for name, sign in (("reasons", 1), ("strengths", -1)):
        chosen = [at for at in order if concepts[at] * sign > 0][:REASONS]
        answer[name] = []
        for at in chosen:
            of_concept = numpy.flatnonzero(CONCEPT == at)
            largest = of_concept[numpy.argmax(contributions[of_concept] * sign)]
            label = MEANT["labels"][largest]
            answer[name].append({
                "concept": MEANT["concepts"][at],
                "contribution": float(concepts[at]),
                "sentence": sentence(label, float(row[0, largest]), concepts[at]),
            })
    return answered("explanation", client, row, answer)
