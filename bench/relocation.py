"""The anchors of the relocation engine: OR-tools' SimpleMinCostFlow, and a check of every figure with NumPy.

    relocation.py ortools  DATA NEAREST            least person-metres among each household's nearest shelters
    relocation.py check    DATA PLAN CERTIFICATE   the plan and its prices over all pairs, from the files alone
    relocation.py compare  DATA PROGRAM            all of it, and Lianxin, as a table in Markdown

DATA holds households.csv, shelters.csv and members.csv as `lianxin relocate sample` writes them: a generated city.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

# The first with which everyone finds a place is the anchor.
NEAREST = [32, 64, 128]


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


class City:
    def __init__(self, folder):
        homes, shelters = read(folder / "households.csv"), read(folder / "shelters.csv")
        numbers = lambda rows, name: np.array([int(row[name]) for row in rows], dtype=np.int64)
        self.home_ids = {row["id"]: index for index, row in enumerate(homes)}
        self.shelter_ids = {row["id"]: index for index, row in enumerate(shelters)}
        self.x, self.y = numbers(homes, "x"), numbers(homes, "y")
        self.size, self.need = numbers(homes, "size"), numbers(homes, "need")
        self.buildings = [(row["village"], row["building"]) for row in homes]
        self.sx, self.sy = numbers(shelters, "x"), numbers(shelters, "y")
        self.capacity = numbers(shelters, "capacity")
        medical, ground = numbers(shelters, "medical"), numbers(shelters, "ground")
        self.serves = np.stack([np.ones_like(medical), medical, ground]).astype(bool)

    def metres(self, homes):
        """Floor of the distance from some households to every shelter; exact below 2**52."""
        east = self.x[homes, None] - self.sx
        north = self.y[homes, None] - self.sy
        return np.floor(np.sqrt((east * east + north * north).astype(np.float64))).astype(np.int64)

    def runs(self, step=2000):
        for start in range(0, len(self.x), step):
            yield np.arange(start, min(start + step, len(self.x)))


def ortools(folder, nearest):
    from ortools.graph.python import min_cost_flow

    city = City(folder)
    far = np.int64(1) << 40
    begins = resource.getrusage(resource.RUSAGE_SELF)
    tails, heads, costs = [], [], []
    for homes in city.runs():
        metres = np.where(city.serves[city.need[homes]], city.metres(homes), far)
        near = np.argpartition(metres, min(nearest, metres.shape[1]) - 1, axis=1)[:, :nearest]
        cost = np.take_along_axis(metres, near, axis=1)
        allowed = cost < far
        tails.append(np.broadcast_to(homes[:, None], near.shape)[allowed])
        heads.append(near[allowed] + len(city.x))
        costs.append(cost[allowed])
    tails, heads, costs = map(np.concatenate, (tails, heads, costs))
    sink = len(city.x) + len(city.sx)
    shelters = np.arange(len(city.x), sink)
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, city.size[tails], costs)
    flow.add_arcs_with_capacity_and_unit_cost(shelters, np.full(len(shelters), sink), city.capacity, np.zeros_like(shelters))
    flow.set_nodes_supplies(np.arange(len(city.x)), city.size)
    flow.set_nodes_supplies(np.array([sink]), np.array([-city.size.sum()]))
    starts = resource.getrusage(resource.RUSAGE_SELF)
    status = flow.solve()
    ends = resource.getrusage(resource.RUSAGE_SELF)
    cpu = lambda a, b: b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime
    print(json.dumps({
        "solved": status == flow.OPTIMAL,
        "person_metres": flow.optimal_cost() if status == flow.OPTIMAL else None,
        "cpu_build": cpu(begins, starts),
        "cpu_solve": cpu(starts, ends),
        "memory_mb": ends.ru_maxrss / 1024,
    }))


def check(folder, plan, certificate):
    """Reads nothing but the files: everyone placed once where they may go, within capacity; and the bound."""
    city = City(folder)
    placed, taken, total, homes_of = np.zeros_like(city.size), np.zeros_like(city.capacity), 0, {}
    for row in read(plan):
        home, shelter, persons = city.home_ids[row["household"]], city.shelter_ids[row["shelter"]], int(row["persons"])
        assert city.serves[city.need[home], shelter], row
        placed[home] += persons
        taken[shelter] += persons
        homes_of.setdefault(home, set()).add(shelter)
        total += persons * int(city.metres(np.array([home]))[0, shelter])
    assert (placed == city.size).all(), "not everyone is placed"
    assert (taken <= city.capacity).all(), "a shelter is too full"
    prices = {row["id"]: row["price"] for row in json.load(open(certificate))["shelters"]}
    price = np.array([prices[id] for id in city.shelter_ids], dtype=np.int64)
    assert (price >= 0).all()
    far = np.int64(1) << 40
    bound = -int((price * city.capacity).sum())
    for homes in city.runs():
        pays = np.where(city.serves[city.need[homes]], city.metres(homes) + price, far)
        bound += int((pays.min(axis=1) * city.size[homes]).sum())
    buildings, by_need = {}, {}
    for home, shelters in homes_of.items():
        buildings.setdefault(city.buildings[home], set()).update(shelters)
        by_need.setdefault((*city.buildings[home], int(city.need[home])), set()).update(shelters)
    print(json.dumps({
        "person_metres": total,
        "bound": bound,
        "split_households": sum(len(shelters) > 1 for shelters in homes_of.values()),
        "split_buildings": sum(len(shelters) > 1 for shelters in buildings.values()),
        "split_buildings-by-need": sum(len(shelters) > 1 for shelters in by_need.values()),
    }))


def run(command):
    """CPU seconds, most memory in MB and what it printed."""
    begins = time.time()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said, time.time() - begins


def compare(folder, program):
    here = [sys.executable, __file__]
    given = ["--households", folder / "households.csv", "--shelters", folder / "shelters.csv"]
    city = City(folder)
    print(f"A generated city of {city.size.sum():,} persons in {len(city.size):,} households, {len(city.sx)} shelters.\n")
    print("| | CPU seconds | memory, MB | person-metres | above the bound |")
    print("|---|---:|---:|---:|---:|")
    for nearest in NEAREST:
        anchor = json.loads(run([*here, "ortools", folder, nearest])[2])
        if anchor["solved"]:
            break
    bound, ours = None, None
    rows = []
    for name, options in [
        ("Lianxin, the optimum over all pairs, files to files", []),
        ("Lianxin, households whole", ["--whole", "households"]),
        ("Lianxin, buildings whole by need", ["--whole", "buildings-by-need"]),
        ("Lianxin, buildings whole*", ["--whole", "buildings"]),
    ]:
        plan, certificate = folder / "plan.csv", folder / "certificate.json"
        cpu, memory, said, _ = run([program, "relocate", "plan", *given, *options, "--out", plan, "--certificate", certificate])
        found = json.loads(run([*here, "check", folder, plan, certificate])[2])
        bound = found["bound"]
        ours = ours or cpu
        if options[1:] == ["buildings"]:
            told, split = said, found["split_buildings"]
        elif options:
            assert found["split_" + options[1]] == 0
        else:
            assert found["person_metres"] == bound, "proved by NumPy over all pairs"
        rows.append((name, cpu, memory, found["person_metres"]))
    if anchor["solved"]:
        cpu = anchor["cpu_build"] + anchor["cpu_solve"]
        name = f"OR-tools, {nearest} nearest (solving alone {anchor['cpu_solve']:.1f})"
        rows.insert(0, (name, cpu, anchor["memory_mb"], anchor["person_metres"]))
    for name, cpu, memory, metres in rows:
        print(f"| {name} | {cpu:.2f} | {memory:.0f} | {metres:,} | {100 * (metres - bound) / bound:.4f} % |")
    print(f"\n\\* in one shelter that has what any of them needs; {split} buildings are divided. Lianxin says:\n")
    print("".join(f"> {line}  \n" for line in told.splitlines()))
    again = [*given, "--old-plan", folder / "plan.csv", "--old-certificate", folder / "certificate.json"]
    run([program, "relocate", "plan", *given, "--out", folder / "plan.csv", "--certificate", folder / "certificate.json"])
    closed = sorted(city.shelter_ids)[:: max(1, len(city.sx) // 5)][:5]
    spent = [run([program, "relocate", "replan", *again, "--closed", id, "--out", folder / "again.csv"])[0] for id in closed]
    mean = sum(spent) / len(spent)
    print(f"Planned again after one of {len(closed)} shelters closed, files to files: {mean:.2f} CPU seconds, {mean / ours:.2f} of a plan from nothing.")
    options = ["--members", folder / "members.csv"]
    cpu, memory, _, _ = run([program, "relocate", "plan", *given, *options, "--out", folder / "plan.csv"])
    print(f"\nWith {len(read(folder / 'members.csv')):,} members who answer for them, certified: {cpu:.2f} CPU seconds, {memory:.0f} MB.")
    if anchor["solved"]:
        print(f"The whole of Lianxin's optimum takes {ours / anchor['cpu_solve']:.2f} of OR-tools' solving alone.")
    else:
        print(f"OR-tools found no plan among the {nearest} nearest.")


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    folder = Path(folder)
    if what == "ortools":
        ortools(folder, int(rest[0]))
    elif what == "check":
        check(folder, *map(Path, rest))
    else:
        compare(folder, Path(rest[0]).resolve())
