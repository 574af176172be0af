"""The anchors of the reach engine: Wuhan's streets, pandana, HiGHS, and an exact check by SciPy.

    reach.py streets  NEATNET_FOLDER OUT     nodes, edges, stations and candidates as CSV
    reach.py pandana  DATA                   nearest station and 600 reaches, CPU seconds
    reach.py highs    DATA K                 the best K candidates, proven, CPU seconds
    reach.py check    DATA COVERAGE.json     SciPy's distances against what Lianxin wrote
    reach.py compare  DATA PROGRAM           all of it, and Lianxin, as a table in Markdown

The streets are OpenStreetMap's (ODbL), as neatnet's source distribution carries them. People, stations and
candidates are drawn here from a fixed seed: they are made up.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

LIMIT_DM = 7500
STATIONS = 600
CANDIDATES = 3000
CHECK = Path(__file__).with_name("check_reach.py")


def used():
    """CPU seconds of this process so far, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def memory_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(path, head, rows):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def streets(source, out):
    import pyarrow.parquet as parquet
    import shapely

    out.mkdir(parents=True, exist_ok=True)
    stored = parquet.read_table(source / "data/wuhan_8989/original.parquet", columns=["geometry"])
    lines = shapely.from_wkb(stored["geometry"].to_numpy())
    points = shapely.get_coordinates(lines)
    last = np.cumsum(shapely.get_num_coordinates(lines)) - 1
    first = np.concatenate([[0], last[:-1] + 1])
    ends = np.round(np.vstack([points[first], points[last]]) * 10).astype(np.int64)
    nodes, number = np.unique(ends, axis=0, return_inverse=True)
    number = number.ravel()
    u, v = number[: len(lines)], number[len(lines) :]
    length = np.round(shapely.length(lines) * 10).astype(np.int64)
    draw = np.random.default_rng(6)
    people = draw.poisson(draw.gamma(0.6, 60.0, len(nodes)))
    stations = draw.choice(len(nodes), STATIONS, replace=False)
    candidates = draw.choice(len(nodes), CANDIDATES, replace=False)
    table(out / "nodes.csv", ["id", "x_dm", "y_dm", "population"],
          zip(range(len(nodes)), *nodes.T.tolist(), people.tolist()))
    table(out / "edges.csv", ["u", "v", "length_dm"], zip(u.tolist(), v.tolist(), length.tolist()))
    table(out / "stations.csv", ["id", "node", "service"],
          [(f"S{i}", node, "service") for i, node in enumerate(stations.tolist())])
    table(out / "candidates.csv", ["id", "node"],
          [(f"C{i}", node) for i, node in enumerate(candidates.tolist())])


def load(data):
    read = lambda name: np.loadtxt(data / name, delimiter=",", skiprows=1, dtype=np.int64)
    spots = lambda name: np.loadtxt(data / name, delimiter=",", skiprows=1, dtype=np.int64, usecols=1)
    return read("nodes.csv"), read("edges.csv"), spots("stations.csv"), spots("candidates.csv")


def pandana(data):
    nodes, edges, stations, _ = load(data)
    import pandana as package
    import pandas as pd

    start, clock = used(), time.perf_counter()
    net = package.Network(
        pd.Series(nodes[:, 1] / 10), pd.Series(nodes[:, 2] / 10), pd.Series(edges[:, 0]), pd.Series(edges[:, 1]),
        pd.DataFrame({"length": edges[:, 2] / 10}),
    )
    net.set_pois("station", LIMIT_DM / 10, 1, pd.Series(nodes[stations, 1] / 10), pd.Series(nodes[stations, 2] / 10))
    nearest = net.nearest_pois(LIMIT_DM / 10, "station", num_pois=1, max_distance=1e9)[1]
    before_reach = used()
    reach = net.nodes_in_range(stations.tolist(), LIMIT_DM / 10)
    end = used()
    print(json.dumps({
        "cpu_s": end - start, "reach_cpu_s": end - before_reach, "wall_s": time.perf_counter() - clock,
        "memory_mb": memory_mb(), "covered_nodes": int((nearest < 1e9).sum()), "reach_pairs": len(reach),
    }))


def matrix(nodes, edges):
    """Both directions, the shortest of parallel streets; a street of 0 dm becomes a tiny one."""
    from scipy.sparse import coo_matrix

    u, v = np.minimum(edges[:, 0], edges[:, 1]), np.maximum(edges[:, 0], edges[:, 1])
    order = np.lexsort((edges[:, 2], v, u))
    u, v, w = u[order], v[order], edges[order, 2].astype(float)
    keep = np.concatenate([[True], (u[1:] != u[:-1]) | (v[1:] != v[:-1])]) & (u != v)
    w = np.maximum(w[keep], 1e-9)
    return coo_matrix((w, (u[keep], v[keep])), shape=(len(nodes),) * 2).tocsr()


def reaches(nodes, edges, spots, limit):
    from scipy.sparse.csgraph import dijkstra

    graph = matrix(nodes, edges)
    for spot in spots:
        dist = dijkstra(graph, directed=False, indices=spot, limit=limit + 0.5)
        inside = np.flatnonzero(dist < limit + 0.5)
        yield inside, np.round(dist[inside]).astype(np.int64)


def check(data, answer):
    nodes, edges, stations, _ = load(data)
    nearest = np.full(len(nodes), LIMIT_DM + 1)
    per_station, pair_sum = [], 0
    for inside, dist in reaches(nodes, edges, stations, LIMIT_DM):
        nearest[inside] = np.minimum(nearest[inside], dist)
        per_station.append(len(inside))
        pair_sum += int(dist.sum())
    inside = nearest <= LIMIT_DM
    expected = {
        "covered_nodes": int(inside.sum()), "covered_population": int(nodes[inside, 3].sum()),
        "population": int(nodes[:, 3].sum()), "sum_nearest_dm": int(nearest[inside].sum()),
        "reach_pairs": sum(per_station), "sum_pair_dm": pair_sum, "reach_nodes_per_station": per_station,
    }
    got = json.loads(answer.read_text())
    wrong = [key for key, value in expected.items() if got[key] != value]
    if wrong:
        sys.exit(f"differs from SciPy in {', '.join(wrong)}")
    print(json.dumps({key: value for key, value in expected.items() if not isinstance(value, list)}))


def highs(data, k):
    nodes, edges, stations, candidates = load(data)
    covered = np.zeros(len(nodes), bool)
    for inside, _ in reaches(nodes, edges, stations, LIMIT_DM):
        covered[inside] = True
    sets = [inside[~covered[inside] & (nodes[inside, 3] > 0)]
            for inside, _ in reaches(nodes, edges, candidates, LIMIT_DM)]
    # Nodes that the same candidates reach are one: HiGHS gets the small problem.
    reached_by = {}
    for number, inside in enumerate(sets):
        for node in inside.tolist():
            reached_by.setdefault(node, []).append(number)
    weight = {}
    for node, by in reached_by.items():
        weight[tuple(by)] = weight.get(tuple(by), 0) + int(nodes[node, 3])
    import highspy

    start, clock = used(), time.perf_counter()
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("threads", 1)
    columns, rows = len(candidates), list(weight)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns + len(rows), len(rows) + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array([0.0] * columns + [float(weight[by]) for by in rows])
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger] * columns + [kinds.kContinuous] * len(rows)
    lp.row_lower_ = np.array([0.0] * len(rows) + [-highspy.kHighsInf])
    lp.row_upper_ = np.array([highspy.kHighsInf] * len(rows) + [float(k)])
    index, value, begin = [], [], [0]
    for number, by in enumerate(rows):
        index += [*by, columns + number]
        value += [1.0] * len(by) + [-1.0]
        begin.append(len(index))
    index += range(columns)
    value += [1.0] * columns
    begin.append(len(index))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = np.array(begin), np.array(index), np.array(value)
    model.passModel(lp)
    model.run()
    print(json.dumps({
        "k": k, "cpu_s": used() - start, "wall_s": time.perf_counter() - clock, "memory_mb": memory_mb(),
        "people": round(model.getInfo().objective_function_value), "rows": len(rows),
        "gap": model.getInfo().mip_gap,
    }))


def own(*task):
    """What a task of this script, or another script, printed as JSON, in a process of its own."""
    task = task if str(task[0]).endswith(".py") else (__file__, *task)
    done = subprocess.run([sys.executable, *map(str, task)], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(*command):
    """CPU seconds and peak megabytes of a command, and the milliseconds of computing it says its steps took."""
    command = [*map(str, command), "--times"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(said)
    told = (line.removesuffix(" ms").split(": ") for line in said.splitlines() if line.endswith(" ms"))
    steps = {step: float(took) for step, took in told}
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, steps


def compare(data, program):
    tables = ["--nodes", data / "nodes.csv", "--edges", data / "edges.csv", "--stations", data / "stations.csv",
              "--limit-dm", LIMIT_DM]
    answer = data / "coverage.json"
    beside = ["--doors", data / "doors.csv", "--pairs", data / "pairs.csv", "--isochrones", data / "isochrones.geojson"]
    cpu, memory, steps = measured(program, "reach", "coverage", *tables, "--walkers", "75,50,30", "--out", answer, *beside)
    exact = own("check", data, answer)
    checked = own(CHECK, *tables, "--coverage", answer, *beside)["coverage"]
    outlines = steps["outlines"] / STATIONS
    runs = [measured(program, "reach", "coverage", *tables, "--out", answer) for _ in range(5)]
    cpu, memory = (median(run[part] for run in runs) for part in (0, 1))
    reach = median(steps["coverage"] for _, _, steps in runs) / 1e3
    anchor = own("pandana", data)
    print(f"Wuhan, {STATIONS} stations, {LIMIT_DM / 10:.0f} m: {exact['reach_pairs']} pairs of a station and a node, the same "
          "as SciPy finds, with the same sums of distances. check_reach.py, written apart from Lianxin, finds the same "
          f"pairs, nearest stations and figures in plain Python, and that {checked['outlines']['polygons']} outlines with "
          f"{checked['outlines']['holes']} holes have every node within reach inside and every other outside.\n")
    print("| | pandana | Lianxin | ratio |\n|---|--:|--:|--:|")
    print(f"| nearest station and {STATIONS} reaches, CPU s (Lianxin: with reading and writing files) "
          f"| {anchor['cpu_s']:.2f} | {cpu:.3f} | {cpu / anchor['cpu_s']:.3f} |")
    print(f"| {STATIONS} reaches alone, CPU s (Lianxin: with nearest stations and sums) "
          f"| {anchor['reach_cpu_s']:.3f} | {reach:.4f} | {reach / anchor['reach_cpu_s']:.3f} |")
    print(f"| memory, MB | {anchor['memory_mb']:.0f} | {memory:.0f} | {memory / anchor['memory_mb']:.2f} |")
    print(f"| pairs found | {anchor['reach_pairs']} | {exact['reach_pairs']} | |")
    print(f"| an isochrone polygon, ms | – | {outlines:.2f} | |\n")
    print(f"| best sites of {CANDIDATES} candidates | HiGHS, CPU s (solving only) | Lianxin, CPU s (whole program) | ratio "
          "| people (HiGHS) | people (Lianxin) | proven bound |\n|--:|--:|--:|--:|--:|--:|--:|")
    for k in (10, 30, 100, 300):
        anchor = own("highs", data, k)
        out = data / "place.json"
        cpu, _, _ = measured(program, "reach", "place", *tables, "--candidates", data / "candidates.csv", "--k", k, "--out", out)
        placed = json.loads(out.read_text())
        own(CHECK, *tables, "--candidates", data / "candidates.csv", "--placement", out)
        print(f"| {k} | {anchor['cpu_s']:.2f} | {cpu:.2f} | {cpu / anchor['cpu_s']:.2f} | {anchor['people']} "
              f"| {placed['newly_covered_population']} | {placed['bound_population']} |", flush=True)


def main():
    task, where, *rest = sys.argv[1:]
    where = Path(where)
    match task:
        case "streets":
            streets(where, Path(rest[0]))
        case "pandana":
            pandana(where)
        case "highs":
            highs(where, int(rest[0]))
        case "compare":
            compare(where, rest[0])
        case "check":
            check(where, Path(rest[0]))
        case _:
            sys.exit(__doc__)


main()
