"""document.py URL fitting|any: the API's document with what it cannot know: the clients, features and columns of this
server's workspace. So that requests made of it reach what answers, not the door. Reads LIMPIDE_API_KEY.

`fitting` narrows columns to values that a lender has, for requests that must be taken; `any` leaves them their types
alone, for requests that must be refused only where the document says so. Routes that are not named here stay as the
document has them.
"""

import json
import os
import sys
import urllib.request

url, fitting = sys.argv[1], sys.argv[2] == "fitting"


def get(path):
    headers = {"Authorization": "Bearer " + os.environ["LIMPIDE_API_KEY"]}
    with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers)) as answer:
        return json.load(answer)


def post(path, body):
    headers = {"Authorization": "Bearer " + os.environ["LIMPIDE_API_KEY"], "Content-Type": "application/json"}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


document = get("/api/v1/openapi.json")
clients = [int(number) for number in os.environ["CLIENTS"].split()]
of_one = f"/api/v1/clients/{clients[0]}"
contributions = get(f"{of_one}/explanation")["contributions"]
features = [one["feature"] for one in contributions[:10]]
filters = [one["name"] + "=same" for one in get(f"{of_one}/similar")["known_filters"]]
may_change = [field["field"] for field in post(f"{of_one}/ways", {})["fields"]]

# Columns of the recipe's application, with values that a lender's have.
number, text = {"type": ["number", "null"]}, {"type": ["string", "null"]}
if fitting:
    columns = {
        "AMT_CREDIT": {"type": "number", "minimum": 1000, "maximum": 4000000},
        "AMT_ANNUITY": {"type": "number", "minimum": 1000, "maximum": 200000},
        "NAME_CONTRACT_TYPE": {"enum": ["Cash loans", "Revolving loans", None]},
        "FLAG_OWN_CAR": {"enum": ["Y", "N", None]},
    }
else:
    columns = {"AMT_CREDIT": number, "AMT_ANNUITY": number, "NAME_CONTRACT_TYPE": text, "FLAG_OWN_CAR": text}
application = {"type": "object", "properties": columns, "additionalProperties": False}
known = [one for one in contributions if one["value"] is not None][:10]
bounds = {"from": "minimum", "to": "maximum", "above": "exclusiveMinimum", "below": "exclusiveMaximum"}


def taken(name, value):
    """What the catalogue says of a feature's values: no schema of the document holds it."""
    if isinstance(value, str) and not fitting:
        return text
    allowed = get(f"/api/v1/model/features/{name}")["allowed"] or {}
    if allowed.get("texts"):
        return {"enum": [*allowed["texts"], None]}
    if isinstance(value, str):
        return {"enum": [value, None]}
    ends = {word: allowed[end] for end, word in bounds.items() if allowed.get(end) is not None}
    return {**number, "minimum": -1e9, "maximum": 1e9, **ends} if ends or fitting else number


values = {one["feature"]: taken(one["feature"], one["value"]) for one in known}

schemas = document["components"]["schemas"]
schemas["PostedValues"]["properties"]["features"] = {
    "type": "object",
    "properties": values,
    "additionalProperties": False,
}
# A new application's rows must name the client of the address.
schemas["ProposalBody"]["properties"] = {}
# Lines and Parquet are nothing that can be made of a schema.
del document["paths"]["/api/v1/batches"]
schemas["Edits"]["properties"]["edits"] = application
schemas["PostedRows"]["properties"]["tables"] = {
    "type": "object",
    "required": ["application"],
    "properties": {"application": {"type": "array", "items": application, "minItems": 1, "maxItems": 1}},
    "additionalProperties": False,
}
if fitting:
    # Needed where a decision goes against the model's advice: what no schema says.
    schemas["DecisionBody"]["required"] = ["verdict", "reason"]
    schemas["DecisionBody"]["properties"]["reason"]["type"] = "string"
schemas["WaysBody"]["properties"]["only"]["items"] = {"enum": may_change}

# Words that a query may hold, where the document has any text; and what goes only with something else: pages are
# walked by what the page before gave, bands have a lower end below the upper.
words = {
    "decision": ["granted", "refused", "review"],
    "whose": ["all", "mine"],
    "sort": ["number", "-probability", "distance"],
}
left_out = {("/api/v1/clients", name) for name in ("after", "filter", "to")}
left_out |= {("/api/v1/reviews", "after"), ("/api/v1/model/features", "after")}
left_out |= {("/api/v1/advisers/agreement", name) for name in ("from", "to")}

for path, methods in document["paths"].items():
    for operation in methods.values():
        parameters = operation.get("parameters", [])
        operation["parameters"] = [one for one in parameters if (path, one["name"]) not in left_out]
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            match parameter["name"]:
                case "id" if fitting and "/clients/" in path:
                    schema["enum"] = clients
                case name if name in words:
                    schema["enum"] = words[name]
                case "feature" | "with" | "name":
                    schema["enum"] = features
                case "filter":
                    schema["items"]["enum"] = filters
                    if fitting:
                        schema["maxItems"] = 1
                # The others go with a filter, or with none: what no schema says.
                case "among":
                    parameter["schema"] = {"enum": ["similar"]}
                    parameter["required"] = True
if not fitting:
    # Other clients' numbers are no fault: one route keeps all numbers, at the others a client stands in the path.
    paths = {}
    for path, methods in document["paths"].items():
        if "/clients/{id}/" in path and not path.endswith("/score"):
            path = path.replace("{id}", str(clients[0]))
            for operation in methods.values():
                operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "id"]
        paths[path] = methods
    document["paths"] = paths
json.dump(document, sys.stdout)
