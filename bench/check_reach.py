"""Whether an answer about reach holds, from the files alone. Shares no code with Lianxin: plain Python, and shapely where
outlines are looked at.

    check_reach.py --nodes N.csv --edges E.csv --stations S.csv --limit-dm 7500 --coverage R.json
        [--doors D.csv] [--pairs P.csv] [--isochrones I.geojson] [--day Mo]
        [--candidates C.csv --placement P.json]

One search of Dijkstra's from every station, over the edges as they stand in the table (heights by Naismith's and Langmuir's
rules), gives every figure again: covered nodes and people by service, area and hour, distances, pairs, whom a placement newly
covers. Outlines must hold every node within the limit and no other. What is found is printed as JSON; what does not hold
ends the run with a sentence.
"""

import argparse
import csv
import heapq
import json
import sys
from collections import defaultdict
from pathlib import Path

FAR = float("inf")
# Metres of level way for each metre up and for each metre down a street steeper than so many percent.
UP, STEEP_DOWN, STEEP_PERCENT = 8, 3, 21
DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"]


def wrong(text):
    sys.exit(f"does not hold: {text}")


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        yield from ({key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file))


class Streets:
    """By node, from where one walks to it and how far that is: searches go from the station while people walk to it."""

    def __init__(self, nodes, edges):
        table = list(rows(nodes))
        self.ids = [row["id"] for row in table]
        self.number = {id: index for index, id in enumerate(self.ids)}
        self.people = [int(row["population"]) for row in table]
        self.at = [(int(row["x_dm"]), int(row["y_dm"])) for row in table]
        self.areas = [row.get("area") for row in table]
        height = [int(row.get("z_dm") or 0) for row in table]
        hilly = bool(table) and "z_dm" in table[0]
        self.into = [[] for _ in table]
        for row in rows(edges):
            u, v, length = self.number[row["u"]], self.number[row["v"]], int(row["length_dm"])
            for start, end in ((u, v), (v, u)):
                extra = climbing(length, height[end] - height[start]) if hilly else 0
                self.into[end].append((start, length + extra))

    def search(self, starts, limit):
        """Distances to the nearest of the starts, and which one that is, as far as the limit."""
        far = {}
        open_ = [(0, number, node) for number, node in enumerate(starts)]
        heapq.heapify(open_)
        while open_:
            distance, number, node = heapq.heappop(open_)
            if node in far:
                continue
            far[node] = (distance, number)
            for other, length in self.into[node]:
                if other not in far and distance + length <= limit:
                    heapq.heappush(open_, (distance + length, number, other))
        return far


def climbing(length, rise):
    if rise > 0:
        return UP * rise
    return -STEEP_DOWN * rise if -rise * 100 > length * STEEP_PERCENT else 0


def hours_on(text, day):
    """The whole hours of a day that «Mo-Fr 08:30-12:00,14:00-17:30; PH off» says are open."""
    text = text.strip()
    if text in ("", "24/7"):
        return set(range(24))
    minutes, tells_holidays = set(), False
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        head, _, rest = rule.partition(" ")
        days, spans = (head, rest) if head[0].isalpha() else ("Mo-Su", rule)
        on = []
        for part in days.split(","):
            first, _, last = part.partition("-")
            start = DAYS.index(first.title() if first.upper() != "PH" else "PH")
            end = DAYS.index(last.title()) if last else start
            on += [start] if start == 7 else [(start + step) % 7 for step in range((end - start) % 7 + 1)]
        tells_holidays |= 7 in on
        if spans.strip() in ("off", "closed"):
            minutes -= {(which, minute) for which in on for minute in range(1440)}
            continue
        for span in spans.split(","):
            start, end = (int(time[:2]) * 60 + int(time[3:]) for time in map(str.strip, span.strip().split("-")))
            for which in on:
                for minute in range(start, end if end > start else end + 1440):
                    if which == 7:
                        minutes |= {(7, minute)} if minute < 1440 else set()
                    else:
                        minutes.add(((which + minute // 1440) % 7, minute % 1440))
    wanted = DAYS.index(day)
    wanted = 6 if wanted == 7 and not tells_holidays else wanted
    return {hour for hour in range(24) if all((wanted, hour * 60 + minute) in minutes for minute in range(60))}


def same(name, told, found):
    if told != found:
        wrong(f"{name} is {found}, the answer says {str(told)[:200]}")


def check_coverage(args, streets, stations):
    answer = json.loads(Path(args.coverage).read_text())
    limit = args.limit_dm
    starts = [streets.number[row["node"]] for row in stations]
    reached = [streets.search([start], limit) for start in starts]
    pairs = [(number, node, far) for number, found in enumerate(reached) for node, (far, _) in found.items()]
    same("reach_pairs", answer["reach_pairs"], len(pairs))
    same("sum_pair_dm", answer["sum_pair_dm"], sum(far for _, _, far in pairs))
    same("reach_nodes_per_station", answer["reach_nodes_per_station"], [len(found) for found in reached])
    same("reach_population_per_station", answer["reach_population_per_station"],
         [sum(streets.people[node] for node in found) for found in reached])
    nearest = defaultdict(lambda: FAR)
    for _, node, far in pairs:
        nearest[node] = min(nearest[node], far)
    people = lambda nodes: sum(streets.people[node] for node in nodes)
    same("covered_nodes", answer["covered_nodes"], len(nearest))
    same("covered_population", answer["covered_population"], people(nearest))
    same("population", answer["population"], sum(streets.people))
    same("sum_nearest_dm", answer["sum_nearest_dm"], sum(nearest.values()))
    everywhere = streets.search(starts, FAR)
    same("connected_nodes", answer["connected_nodes"], len(everywhere))
    same("sum_nearest_connected_dm", answer["sum_nearest_connected_dm"], sum(far for far, _ in everywhere.values()))
    for told in answer["services"]:
        of_it = [number for number, row in enumerate(stations) if row["service"] == told["service"]]
        covered = set().union(*(reached[number] for number in of_it))
        open_ = defaultdict(set)
        for number in of_it:
            for hour in hours_on(stations[number].get("hours", ""), args.day):
                open_[hour] |= reached[number].keys()
        same(f"{told['service']}: covered_population", told["covered_population"], people(covered))
        same(f"{told['service']}: open_population_by_hour", told["open_population_by_hour"],
             [people(open_[hour]) for hour in range(24)])
        for area in told["areas"]:
            inside = lambda nodes: [node for node in nodes if streets.areas[node] == area["area"]]
            same(f"{area['area']}: covered_population", area["covered_population"], people(inside(covered)))
        for walker in told["walkers"]:
            near = streets.search([starts[number] for number in of_it], walker["limit_dm"])
            same("a walker's covered_population", walker["covered_population"], people(near))
    if args.doors:
        check_doors(args.doors, streets, stations, starts)
    if args.pairs:
        told = sorted((row["station"], row["service"], streets.number[row["node"]], int(row["distance_dm"]))
                      for row in rows(args.pairs))
        same("the pairs", told, sorted((stations[number]["id"], stations[number]["service"], node, far)
                                       for number, node, far in pairs))
    outlines = check_outlines(args.isochrones, streets, reached) if args.isochrones else None
    return {"covered_nodes": len(nearest), "covered_population": people(nearest), "reach_pairs": len(pairs),
            "sum_pair_dm": answer["sum_pair_dm"], "outlines": outlines}


def check_doors(path, streets, stations, starts):
    told = {(row["node"], row["service"]): row for row in rows(path)}
    for service in dict.fromkeys(row["service"] for row in stations):
        of_it = [number for number, row in enumerate(stations) if row["service"] == service]
        near = streets.search([starts[number] for number in of_it], FAR)
        for node, id in enumerate(streets.ids):
            far, number = near.get(node, (None, None))
            row = told[id, service]
            found = ("", "") if far is None else (stations[of_it[number]]["id"], str(far))
            same(f"the nearest {service} of {id}", (row["station"], row["distance_dm"]), found)


def check_outlines(path, streets, reached):
    """Every node within the limit inside, every other outside, holes counted."""
    import numpy as np
    import shapely

    features = json.loads(Path(path).read_text())["features"]
    x, y = (np.array(side, dtype=float) / 10 for side in zip(*streets.at))
    holes = 0
    for feature, found in zip(features, reached, strict=True):
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        if not shape.is_valid:
            wrong(f"the outline of {feature['properties']['station']} crosses itself")
        holes += sum(len(part.interiors) for part in shape.geoms)
        shapely.prepare(shape)
        inside = set(np.flatnonzero(shapely.intersects_xy(shape, x, y)).tolist())
        if inside != found.keys():
            other = next(iter(inside ^ found.keys()))
            wrong(f"the outline of {feature['properties']['station']} is wrong about node {streets.ids[other]}")
    return {"polygons": len(features), "holes": holes}


def check_placement(args, streets, stations):
    answer = json.loads(Path(args.placement).read_text())
    covered = set(streets.search([streets.number[row["node"]] for row in stations], args.limit_dm))
    candidates = {row["id"]: streets.number[row["node"]] for row in rows(args.candidates)}
    newly = 0
    for site in answer["sites"]:
        reached = set(streets.search([candidates[site["id"]]], args.limit_dm)) - covered
        same(f"whom {site['id']} newly covers", site["newly_covered_population"],
             sum(streets.people[node] for node in reached))
        newly += site["newly_covered_population"]
        covered |= reached
    same("newly_covered_population", answer["newly_covered_population"], newly)
    if newly > answer["bound_population"]:
        wrong("more people are covered than the bound allows")
    return {"sites": len(answer["sites"]), "newly_covered_population": newly, "bound": answer["bound_population"]}


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("nodes", "edges", "stations"):
        ask.add_argument(f"--{name}", required=True)
    ask.add_argument("--limit-dm", type=int, required=True)
    ask.add_argument("--day", choices=DAYS, default="Mo")
    for name in ("coverage", "doors", "pairs", "isochrones", "candidates", "placement"):
        ask.add_argument(f"--{name}")
    args = ask.parse_args()
    streets, stations = Streets(args.nodes, args.edges), list(rows(args.stations))
    found = {}
    if args.coverage:
        found["coverage"] = check_coverage(args, streets, stations)
    if args.placement:
        found["placement"] = check_placement(args, streets, stations)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
