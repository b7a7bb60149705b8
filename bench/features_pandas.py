"""All features of a recipe in pandas, as a data scientist would write them: whole columns at a time, one groupby a
subset, pandas' own compiled aggregates. Run by features.py.

    python bench/features_pandas.py RECIPE PORTFOLIO OUT.parquet

RECIPE is a recipe's folder, PORTFOLIO the folder of an ingested portfolio's Parquet files. Tables are read once. The
recipe's expressions are turned into operations on columns as they are met; that costs less than a second in all.
"""

import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import sqlglot
from sqlglot import expressions as sql


class Columns:
    """Expressions of SQL over the columns of a frame. NaN is NULL."""

    def __init__(self, frame):
        self.frame = frame

    def of(self, text):
        return self.value(parse(text))

    def value(self, node):
        match node:
            case sql.Column():
                return self.frame[node.name]
            case sql.Literal():
                return node.this if node.is_string else float(node.this)
            case sql.Null():
                return np.nan
            case sql.Boolean():
                return node.this
            case sql.Paren():
                return self.value(node.this)
            case sql.Neg():
                return -self.value(node.this)
            case sql.Cast():
                return self.cast(self.value(node.this), node.to.this)
            case sql.Add() | sql.Sub() | sql.Mul() | sql.Div() | sql.Mod():
                left, right = self.value(node.left), self.value(node.right)
                operation = {sql.Add: "__add__", sql.Sub: "__sub__", sql.Mul: "__mul__", sql.Div: "__truediv__", sql.Mod: "__mod__"}[type(node)]
                return getattr(pd.Series, operation)(self.series(left), right)
            case sql.Nullif():
                value, missing = self.value(node.this), self.value(node.expression)
                return value.where(value != missing)
            case sql.Coalesce():
                value = self.value(node.this)
                for other in node.expressions:
                    value = value.fillna(self.value(other))
                return value
            case sql.Case():
                return self.case(node)
            case sql.Greatest() | sql.Least():
                parts = [self.series(self.value(part)) for part in [node.this, *node.expressions]]
                together = pd.concat(parts, axis=1)
                return together.max(axis=1) if isinstance(node, sql.Greatest) else together.min(axis=1)
            case sql.Pow():
                return np.power(self.value(node.this), self.value(node.expression))
            case sql.Abs() | sql.Ln() | sql.Exp() | sql.Sqrt() | sql.Floor() | sql.Ceil() | sql.Sign():
                function = {sql.Abs: np.abs, sql.Ln: np.log, sql.Exp: np.exp, sql.Sqrt: np.sqrt, sql.Floor: np.floor, sql.Ceil: np.ceil, sql.Sign: np.sign}
                return function[type(node)](self.value(node.this))
            case _:
                return self.condition(node)

    def condition(self, node):
        """A condition; what SQL calls unknown is false."""
        match node:
            case sql.Paren():
                return self.condition(node.this)
            case sql.And():
                return self.condition(node.left) & self.condition(node.right)
            case sql.Or():
                return self.condition(node.left) | self.condition(node.right)
            case sql.Not() if isinstance(node.this, sql.Is):
                return ~self.condition(node.this)
            case sql.Not():
                known = np.logical_and.reduce([self.frame[column.name].notna() for column in node.find_all(sql.Column)])
                return ~self.condition(node.this) & known
            case sql.Is():
                return self.value(node.this).isna()
            case sql.In():
                return self.value(node.this).isin([self.value(value) for value in node.expressions])
            case sql.Between():
                value = self.value(node.this)
                return (value >= self.value(node.args["low"])) & (value <= self.value(node.args["high"]))
            case sql.NEQ():
                left, right = self.value(node.left), self.value(node.right)
                return (left != right) & self.series(left).notna() & self.series(right).notna()
            case sql.EQ() | sql.GT() | sql.GTE() | sql.LT() | sql.LTE():
                operation = {sql.EQ: "eq", sql.GT: "gt", sql.GTE: "ge", sql.LT: "lt", sql.LTE: "le"}[type(node)]
                left, right = self.value(node.left), self.value(node.right)
                return getattr(self.series(left), operation)(right)
            case _:
                raise NotImplementedError(f"{type(node).__name__} in {node.sql()}")

    def cast(self, value, kind):
        if kind in (sql.DataType.Type.INT, sql.DataType.Type.BIGINT):
            return np.trunc(value.astype(float))
        return value.astype(float) if kind == sql.DataType.Type.DOUBLE else value

    def case(self, node):
        branches = node.args["ifs"]
        if node.this is None:
            conditions = [self.condition(branch.this) for branch in branches]
        else:
            subject = self.value(node.this)
            conditions = [subject == self.value(branch.this) for branch in branches]
        values = [self.value(branch.args["true"]) for branch in branches]
        default = np.nan if node.args.get("default") is None else self.value(node.args["default"])
        return pd.Series(np.select(conditions, values, default), index=self.frame.index)

    def series(self, value):
        return value if isinstance(value, pd.Series) else pd.Series(value, index=self.frame.index)


def parse(text):
    return sqlglot.parse_one(text, read="duckdb")


def select(node, tables):
    """A SELECT over one table or another SELECT: conditions, groups, the place in an order."""
    source = node.args["from_"].this if "from_" in node.args else node.args["from"].this
    if isinstance(source, sql.Subquery):
        frame = select(source.this, tables)
    else:
        frame = tables[source.name]
    if node.args.get("where"):
        frame = frame[Columns(frame).condition(node.args["where"].this)]
    if node.args.get("group"):
        return grouped(node, frame)
    new = {}
    for part in node.expressions:
        if isinstance(part, sql.Star):
            new.update({name: frame[name] for name in frame})
        elif isinstance(part, sql.Alias) and isinstance(part.this, sql.Window):
            keys = [key.name for key in part.this.args["partition_by"]]
            new[part.alias] = place(frame, keys, part.this.args["order"].expressions)
        else:
            new[part.alias_or_name] = Columns(frame).value(part.unalias())
    return pd.DataFrame(new, copy=False)


def place(frame, keys, order):
    """Each row's place, from 1, among those of its keys."""
    by, rising = ordering(order)
    inner = frame[list(dict.fromkeys(keys + by))].sort_values(keys + by, ascending=[True] * len(keys) + rising, na_position="last")
    return inner.groupby(keys, sort=False).cumcount() + 1


def ordering(order):
    parts = [part if isinstance(part, sql.Ordered) else sql.Ordered(this=part) for part in order]
    return [part.this.name for part in parts], [not part.args.get("desc") for part in parts]


AGGREGATES = {sql.Max: "max", sql.Min: "min", sql.Sum: "sum", sql.Avg: "mean"}


def grouped(node, frame):
    keys = [key.name for key in node.args["group"].expressions]
    groups = frame.groupby(keys, sort=False)

    def aggregate(part):
        match part:
            case sql.Filter():
                counted = Columns(frame).condition(part.expression.this)
                return counted.groupby([frame[key] for key in keys], sort=False).sum().astype(float)
            case sql.Count():
                return groups.size().astype(float)
            case sql.Max() | sql.Min() | sql.Sum() | sql.Avg():
                name = AGGREGATES[type(part)]
                if isinstance(part.this, sql.Column):
                    over = groups[part.this.name]
                else:
                    over = Columns(frame).value(part.this).groupby([frame[key] for key in keys], sort=False)
                return over.sum(min_count=1) if name == "sum" else getattr(over, name)()
            case sql.Cast():
                return aggregate(part.this)
            case sql.Div():
                return aggregate(part.left) / aggregate(part.right)
            case sql.Sub():
                return aggregate(part.left) - aggregate(part.right)
            case sql.Nullif():
                value = aggregate(part.this)
                return value.where(value != float(part.expression.this))
            case sql.Paren():
                return aggregate(part.this)
            case _:
                raise NotImplementedError(f"{type(part).__name__} in {part.sql()}")

    made = {part.alias: aggregate(part.unalias()) for part in node.expressions if not (isinstance(part, sql.Column) and part.name in keys)}
    return pd.DataFrame(made).reset_index()


def subset_features(frame, family, subset, client):
    """One groupby, one aggregate after the other."""
    prefix = subset["prefix"]
    groups = frame.groupby(client, sort=False)
    features = {}
    if "count" in subset:
        features[f"{prefix}_COUNT"] = groups.size().astype(float)
    for column in family["column"]:
        name = column["name"]
        everywhere = not column.get("subsets") or prefix in column["subsets"]
        aggregates = list(column.get("aggregates", [])) if everywhere else []
        for also in column.get("also", []):
            if prefix in also["subsets"]:
                aggregates += also["aggregates"]
        for aggregate in aggregates:
            over = groups[name]
            if aggregate == "trend":
                value = trend(frame, name, family["time"]["column"], client)
            elif aggregate == "sum":
                value = over.sum(min_count=1)
            else:
                value = getattr(over, aggregate)()
            features[f"{prefix}_{name}_{aggregate.upper()}"] = value
        for share in column.get("shares", []) if everywhere else []:
            value = (frame[name] == share["value"]).groupby(frame[client], sort=False).mean()
            features[f"{prefix}_{name}_{capitals(share['value'])}_SHARE"] = value
    return features


def trend(frame, name, time_, client):
    """The slope of the least-squares line over time."""
    known = frame[[client, name, time_]].dropna()
    groups = known.groupby(client, sort=False)
    x, y = known[time_] - groups[time_].transform("mean"), known[name] - groups[name].transform("mean")
    sums = pd.DataFrame({"xy": x * y, "xx": x * x}).groupby(known[client], sort=False).sum()
    return sums["xy"] / sums["xx"].where(sums["xx"] != 0)


def capitals(value):
    upper = "".join(c.upper() if c.isalnum() else "_" for c in value)
    return "_".join(part for part in upper.split("_") if part)


def read_table(path, table):
    """A table as it was known at the application."""
    frame = pd.read_parquet(path)
    for later in table.get("known_later", []):
        came_later = frame[later["date"]] > 0
        if came_later.any():
            frame.loc[came_later, later["columns"]] = np.nan
    for column in table.get("time", []):
        came_later = frame[column] > 0
        if came_later.any():
            frame = frame[~came_later]
    return frame


def family_rows(family, tables):
    rows = family["rows"].strip()
    if rows.startswith("("):
        inner = parse(f"SELECT * FROM {rows}")
        frame = select(inner, tables)
    else:
        frame = tables[rows]
    columns = Columns(frame)
    computed = {column["name"]: columns.series(columns.of(column["sql"])) for column in family["column"] if "sql" in column}
    return frame.assign(**computed) if family.get("kind") != "row" else (frame, computed)


def families(recipe, tables, client):
    order = tomllib.loads((recipe / "recipe.toml").read_text())["families"]
    application = next(iter(tables.values()))
    features = {}
    index = pd.Index(application[client])
    for name in order:
        start = time.perf_counter()
        family = tomllib.loads((recipe / "features" / f"{name}.toml").read_text())
        if not all(table in tables for table in family.get("tables", [])):
            continue
        kind = family.get("kind", "aggregate")
        if kind == "derived":
            frame = pd.DataFrame(features)
            columns = Columns(frame)
            for column in family["column"]:
                try:
                    features[column["name"]] = columns.series(columns.of(column.get("sql") or column["name"]))
                except KeyError:
                    pass  # It reads a table that is not there.
        elif kind == "row":
            frame, computed = family_rows(family, tables)
            for column in family["column"]:
                value = computed.get(column["name"])
                value = frame[column["name"]] if value is None else value
                features[column["name"]] = value.set_axis(frame[client]).reindex(index)
        else:
            frame = family_rows(family, tables)
            for subset in family["subset"]:
                part = frame
                if "where" in subset:
                    part = part[Columns(part).condition(parse(subset["where"]))]
                if "last" in subset:
                    by, rising = ordering(parse(f"SELECT 1 ORDER BY {subset['last']['order']}").args["order"].expressions)
                    part = part.sort_values([client, *by], ascending=[True, *rising], na_position="last")
                    part = part.groupby(client, sort=False).head(subset["last"]["rows"])
                for feature, value in subset_features(part, family, subset, client).items():
                    value = value.reindex(index)
                    is_count = feature.endswith("_COUNT")
                    features[feature] = value.fillna(0.0) if is_count else value
        print(f"{name} {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    return pd.DataFrame(features, index=index, copy=False)


def main():
    recipe, portfolio, out = map(Path, sys.argv[1:])
    schema = tomllib.loads((recipe / "schema.toml").read_text())
    paths = {table["name"]: (portfolio / f"{table['name']}.parquet", table) for table in schema["table"]}
    tables = {name: read_table(path, table) for name, (path, table) in paths.items() if path.exists()}
    matrix = families(recipe, tables, schema["client"]).replace([np.inf, -np.inf], np.nan)
    matrix.index.name = schema["client"]
    matrix.reset_index().to_parquet(out, compression="zstd")


if __name__ == "__main__":
    main()
