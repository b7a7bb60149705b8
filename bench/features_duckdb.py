"""The SQL of all features in DuckDB: the very text that Limpide runs, over the same Parquet files. Run by features.py.

    python bench/features_duckdb.py QUERIES.json PORTFOLIO OUT.parquet THREADS

QUERIES.json stands beside a matrix that Limpide made. A family's rows are made once and dropped after its queries, as
in Limpide; at the end all features are joined to one Parquet file, a row a client in their order. Prints what the
queries took without that end.
"""

import json
import sys
import time
from pathlib import Path

import duckdb


def column(feature, table):
    """A client without rows has 0 of a number of rows; what is not finite is missing."""
    name = f'{table}."{feature["name"]}"'
    if feature["category"]:
        return name
    known = f"CASE WHEN isfinite({name}) THEN {name} END"
    return f'coalesce({name}, 0.0) AS "{feature["name"]}"' if feature["zero_without_rows"] else f'{known} AS "{feature["name"]}"'


def joined(plan, table, parts):
    """The clients with the features of several results."""
    client = plan["client"]
    columns = [column(feature, part) for part, query in parts for feature in query["features"]]
    joins = [f'LEFT JOIN {part} ON {part}."{client}" = {table}."{client}"' for part, _ in parts]
    return f"SELECT {table}.*, {', '.join(columns)} FROM {table} {' '.join(joins)}"


def main():
    began = time.perf_counter()
    queries, portfolio, out, threads = sys.argv[1:]
    plan = json.loads(Path(queries).read_text())
    duck = duckdb.connect()
    duck.execute(f"SET threads = {threads}")
    for table in plan["tables"]:
        path = Path(portfolio) / f"{table['name']}.parquet"
        if path.exists():
            duck.execute(f"CREATE VIEW stored_{table['name']} AS FROM '{path}'")
            duck.execute(f'CREATE VIEW "{table["name"]}" AS {table["sql"]}')
    parts = []
    for step in plan["steps"]:
        start = time.perf_counter()
        rows = step["rows"]
        if rows:
            duck.execute(f'CREATE TEMP TABLE "{rows["table"]}" AS {rows["sql"]}')
        for query in step["queries"]:
            name = f"part_{len(parts)}"
            duck.execute(f"CREATE TEMP TABLE {name} AS {query['sql']}")
            parts.append((name, query))
        if rows:
            duck.execute(f'DROP TABLE "{rows["table"]}"')
        print(f"{step['family']} {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    print(json.dumps({"queries_wall": time.perf_counter() - began, "queries_cpu": time.process_time()}))
    start = time.perf_counter()
    client, label, application = (plan[key] for key in ("client", "label", "application"))
    duck.execute(f'CREATE TEMP TABLE clients AS SELECT "{client}", "{label}" FROM "{application}"')
    duck.execute(f"CREATE TEMP TABLE features AS {joined(plan, 'clients', parts)}")
    for part, _ in parts:
        duck.execute(f"DROP TABLE {part}")
    for query in plan["derived"]:
        duck.execute(f"CREATE TEMP TABLE derived AS {query['sql']}")
        duck.execute(f"CREATE TEMP TABLE more AS {joined(plan, 'features', [('derived', query)])}")
        duck.execute("DROP TABLE features; DROP TABLE derived; ALTER TABLE more RENAME TO features")
    duck.execute(f"COPY (FROM features ORDER BY \"{client}\") TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
    print(f"joined and written {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
