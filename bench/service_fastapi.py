"""The other side of bench/service.py: FastAPI, LightGBM and shap doing what the API does.

Reads a folder that bench/service.py made: the model as LightGBM's text, all clients' encoded rows, and what people
call the features. Started by the bench as `uvicorn service_fastapi:app`.
"""

import json
import os
from pathlib import Path

import lightgbm
import numpy
import shap
from fastapi import FastAPI, Header, HTTPException

FOLDER = Path(os.environ["SERVICE_BENCH"])
KEY = os.environ["SERVICE_KEY"]
MEANT = json.loads((FOLDER / "meant.json").read_text())
ROWS = numpy.load(FOLDER / "rows.npy")
PLACE = {client: place for place, client in enumerate(MEANT["clients"])}
CONCEPT = numpy.array(MEANT["concept_of_column"])
REASONS = 4

booster = lightgbm.Booster(model_file=str(FOLDER / "model.txt"), params={"num_threads": 1})
explainer = shap.TreeExplainer(booster)
app = FastAPI()


def row_of(client, authorization):
    if authorization != f"Bearer {KEY}":
        raise HTTPException(401, "no valid key was sent")
    place = PLACE.get(client)
    if place is None:
        raise HTTPException(404, "no such client")
    return ROWS[place : place + 1]


def scored(client, margin):
    probability = 1 / (1 + numpy.exp(-margin))
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
    return scored(client, float(booster.predict(row, raw_score=True)[0]))


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
    return answer
