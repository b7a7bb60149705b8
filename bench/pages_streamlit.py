"""The other side of bench/pages.py: a Streamlit page that tells of a client what Limpide's page tells.

Reads a folder that bench/service.py made. The page says the decision and its probability, draws what counted and says
it in sentences, shows all of the client's values with their places among all clients, a histogram, a plot of two values,
the clients most alike by the leaves they fall in, and lets three values be changed. What is the same for every client is
loaded once (`st.cache_resource`), as Streamlit advises. Run by the bench; by hand:
`SERVICE_BENCH=FOLDER streamlit run bench/pages_streamlit.py`.
"""

import json
import math
import os
from pathlib import Path

import altair
import lightgbm
import numpy
import pandas
import streamlit

FOLDER = Path(os.environ["SERVICE_BENCH"])
REASONS, STEPS, ALIKE, POINTS, TRIED = 4, 8, 20, 2_000, 3


@streamlit.cache_resource
def loaded():
    meant = json.loads((FOLDER / "meant.json").read_text())
    rows = numpy.load(FOLDER / "rows.npy")
    booster = lightgbm.Booster(model_file=str(FOLDER / "model.txt"), params={"num_threads": 1})
    leaves = booster.predict(rows, pred_leaf=True).astype(numpy.int16)
    place = {client: place for place, client in enumerate(meant["clients"])}
    return meant, rows, booster, leaves, numpy.sort(rows, axis=0), place


def probability(booster, row):
    return 1 / (1 + math.exp(-booster.predict(row, raw_score=True)[0]))


meant, rows, booster, leaves, ordered, places = loaded()
client = int(streamlit.query_params["client"])
place = places[client]
row = rows[place : place + 1]
risk, threshold = probability(booster, row), meant["threshold"]

streamlit.title(f"Client {client}")
streamlit.metric("Risk of not repaying", f"{risk:.1%}", f"{risk - threshold:+.1%} from the threshold")
streamlit.progress(min(risk, 1.0))
streamlit.write("Refused" if risk >= threshold else "Granted")

by_column = booster.predict(row, pred_contrib=True)[0]
by_concept = numpy.bincount(numpy.array(meant["concept_of_column"]), by_column[:-1], len(meant["concepts"]))
order = numpy.argsort(-numpy.abs(by_concept))[:STEPS]
steps = pandas.DataFrame({"concept": [meant["concepts"][at] for at in order], "moves": by_concept[order]})
streamlit.altair_chart(altair.Chart(steps).mark_bar().encode(x="moves", y=altair.Y("concept", sort=None)))
values = pandas.DataFrame({"what": meant["labels"], "value": row[0], "moves": by_column[:-1]})
known = numpy.array([numpy.count_nonzero(~numpy.isnan(ordered[:, at])) for at in range(rows.shape[1])])
below = [numpy.searchsorted(ordered[:count, at], row[0, at]) for at, count in enumerate(known)]
values["higher than"] = numpy.array(below) / numpy.maximum(known, 1)
for title, against in (("Speaks against", True), ("Speaks for", False)):
    streamlit.subheader(title)
    for _, told in values.sort_values("moves", ascending=not against).head(REASONS).iterrows():
        streamlit.write(f"{told['what']}: {told['value']}, higher than for {told['higher than']:.0%} of clients")
streamlit.subheader("All that is known")
streamlit.dataframe(values)

largest, second = numpy.argsort(-numpy.abs(by_column[:-1]))[:2]
counts, edges = numpy.histogram(rows[~numpy.isnan(rows[:, largest]), largest], bins=40)
shape = pandas.DataFrame({"from": edges[:-1], "clients": counts})
own = altair.Chart(pandas.DataFrame({"from": row[0, largest : largest + 1]})).mark_rule().encode(x="from")
streamlit.altair_chart(altair.Chart(shape).mark_bar().encode(x="from", y="clients") + own)
cloud = pandas.DataFrame(rows[:: max(1, len(rows) // POINTS)][:, [largest, second]], columns=["one", "other"])
streamlit.altair_chart(altair.Chart(cloud).mark_circle().encode(x="one", y="other"))

alike = numpy.count_nonzero(leaves == leaves[place], axis=1)
alike[place] = -1
nearest = numpy.argpartition(-alike, ALIKE)[:ALIKE]
streamlit.subheader("Clients most alike")
streamlit.dataframe(pandas.DataFrame({"client": [meant["clients"][at] for at in nearest], "alike": alike[nearest]}))

tried = row.copy()
for at in numpy.argsort(-numpy.abs(by_column[:-1]))[:TRIED]:
    now = 0.0 if math.isnan(row[0, at]) else float(row[0, at])
    tried[0, at] = streamlit.number_input(meant["labels"][at], value=now, key=f"try-{at}")
streamlit.write(f"With these values: {probability(booster, tried):.1%}")
