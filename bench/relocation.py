"""The anchor of the relocation engine, OR-tools' SimpleMinCostFlow, and Lianxin on the same city; every plan is checked by
check_relocation.py.

    relocation.py ortools  DATA NEAREST            least person-metres among each household's nearest shelters
    relocation.py compare  DATA PROGRAM            all of it, and Lianxin, as a table in Markdown

DATA holds households.csv, shelters.csv and members.csv as `lianxin relocate sample` writes them: a generated city.
"""

import csv
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import mean, median

import numpy as np

# The first with which everyone finds a place is the anchor.
NEAREST = [32, 64, 128]
# So many shelters are closed, one after the other.
CLOSED = int(os.environ.get("CLOSED", "30"))
CHECK = Path(__file__).with_name("check_relocation.py")


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


class City:
    def __init__(self, folder):
        homes, shelters = read(folder / "households.csv"), read(folder / "shelters.csv")
        numbers = lambda rows, name: np.array([int(row[name]) for row in rows], dtype=np.int64)
        self.x, self.y = numbers(homes, "x"), numbers(homes, "y")
        self.size, self.need = numbers(homes, "size"), numbers(homes, "need")
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


def run(command, err=None):
    """CPU seconds, most memory in MB and what it printed."""
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=err, text=True) as process:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def compare(folder, program):
    given = ["--households", folder / "households.csv", "--shelters", folder / "shelters.csv"]
    plan, certificate = folder / "plan.csv", folder / "certificate.json"
    written = ["--out", plan, "--certificate", certificate]
    city = City(folder)
    check = lambda *options: json.loads(run([sys.executable, CHECK, *given, "--plan", plan, *options])[2])
    print(f"A generated city of {city.size.sum():,} persons in {len(city.size):,} households, {len(city.sx)} shelters.\n")
    print("| | CPU seconds | memory, MB | person-metres | above the bound |")
    print("|---|---:|---:|---:|---:|")
    for nearest in NEAREST:
        anchor = json.loads(run([sys.executable, __file__, "ortools", folder, nearest])[2])
        if anchor["solved"]:
            break
    cpu, memory, _ = optimum = run([program, "relocate", "plan", *given, *written])
    best = check("--certificate", certificate, "--optimal")
    bound = best["bound"]
    over = lambda metres: f"{100 * (metres - bound) / bound:.4f} %"
    if anchor["solved"]:
        name = f"OR-tools, {nearest} nearest (solving alone {anchor['cpu_solve']:.2f})"
        spent = anchor["cpu_build"] + anchor["cpu_solve"]
        print(f"| {name} | {spent:.2f} | {anchor['memory_mb']:.0f} | {anchor['person_metres']:,} | {over(anchor['person_metres'])} |")
    print(f"| Lianxin, the optimum over all pairs, files to files | {cpu:.2f} | {memory:.0f} | {best['person_metres']:,} | 0, proved |")
    planned_again = again(program, folder, given, cpu)
    said = {}
    for name, option in [("households whole", "households"), ("buildings whole by need", "buildings-by-need"),
                         ("buildings whole", "buildings"), ("villages in few shelters, at most 1 % longer", "villages")]:
        spent, most, said[option] = run([program, "relocate", "plan", *given, "--whole", option, *written])
        proof = ["--village-proof", folder / "certificate-villages.json"] if option == "villages" else []
        found = check("--certificate", certificate, "--whole", option, *proof)
        print(f"| Lianxin, {name} | {spent:.2f} | {most:.0f} | {found['person_metres']:,} | {over(found['person_metres'])} |", flush=True)
    print("\nWhat Lianxin says of the last three, whose bounds are of plans that keep as much together:\n")
    for option, told in list(said.items())[1:]:
        print("".join(f"> {option}: {line}  \n" for line in told.splitlines()))
    print(f"Checked: villages use {found['shelters_used_by_villages']:,} shelters, and no plan at most "
          f"{found['thousandths_longer']:.3f} thousandths longer than the shortest uses fewer than {found['pairs_at_least']:,}.\n")
    options = ["--members", folder / "members.csv"]
    cpu, memory, _ = run([program, "relocate", "plan", *given, *options, *written])
    found = check("--members", folder / "members.csv", "--member-plan", folder / "plan-members.csv",
                  "--member-certificate", folder / "certificate-members.json", "--optimal")["members"]
    print(f"{found['with_member']:,} households have a member who answers for them, {found['metres']:,} metres, proved: {cpu:.2f} CPU "
          f"seconds with the plan, {memory:.0f} MB.")
    print(f"\n{planned_again}\n")
    if anchor["solved"]:
        print(f"The whole of Lianxin's optimum, files to files, takes {optimum[0] / anchor['cpu_solve']:.2f} of the CPU time of OR-tools' "
              "solving alone.")
    else:
        print(f"OR-tools found no plan among the {nearest} nearest.")
    print("\nAll plans and certificates were checked by check_relocation.py, written apart from Lianxin.")


def again(program, folder, given, full):
    """What it takes to plan again after each of many shelters closed alone, from the old plan's files."""
    begun = [program, "relocate", "replan", *given, "--old-plan", folder / "plan.csv", "--old-certificate", folder / "certificate.json"]
    new, proof = folder / "again.csv", folder / "again.json"
    ids = sorted(row["id"] for row in read(folder / "shelters.csv"))
    spent, planned = [], []
    for number, id in enumerate(ids[:: max(1, len(ids) // CLOSED)]):
        cpu, _, said = run([*begun, "--closed", id, "--times", "--out", new, "--certificate", proof], subprocess.STDOUT)
        spent.append(cpu)
        planned.append(step(said, "planning"))
        if number % 10 == 0:
            run([sys.executable, CHECK, *given, "--plan", new, "--certificate", proof, "--closed", id, "--optimal"])
    whole = [program, "relocate", "plan", *given, "--times", "--out", new]
    alone = median(step(run(whole, subprocess.STDOUT)[2], "planning") for _ in range(3))
    return (f"Planned again after one of {len(spent)} shelters closed, median: {median(spent):.3f} CPU seconds files to files, "
            f"{median(spent) / full:.3f} of a plan from nothing; without reading and writing {median(planned):.3f} of {alone:.3f}, "
            f"{median(planned) / alone:.3f} (the mean {mean(planned) / alone:.3f}).")


def step(said, name):
    """The CPU seconds that a step took, as the program says with --times."""
    return next(float(line.split()[1]) for line in said.splitlines() if line.startswith(f"{name}: ")) / 1e3


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    folder = Path(folder)
    if what == "ortools":
        ortools(folder, int(rest[0]))
    else:
        compare(folder, Path(rest[0]).resolve())
