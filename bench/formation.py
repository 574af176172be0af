"""The anchor of the formation engine: HiGHS on the same set partitioning, all groups listed.

    formation.py highs    DATA NEAR METRES          the three figures one after the other, proven, CPU seconds
    formation.py compare  TOWN COUNTY PROGRAM       all of it, and Lianxin, as a table in Markdown

DATA holds enterprises.csv, associations.csv and organisations.csv as `lianxin form sample` writes them: generated.
Groups are listed here from the rules' text alone, with NEAR and METRES as the limits for neighbours and for all others.
"""

import csv
import itertools
import json
import math
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np

OWN_LEAST, BRANCH_MOST, COMMITTEE_FROM, JOINT_UNITS, ATTACHED_UNITS = 3, 50, 100, 5, 5
# For the comparison: how far neighbours, and units of a trade or an association, may be.
NEAR, FAR = 900, 1500


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def metres(a, b):
    return math.isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)


class County:
    def __init__(self, folder, near, far):
        self.near, self.far = near, far
        self.small, self.hosts = [], []
        units = read(folder / "enterprises.csv") + [
            {**row, "association": row["id"], "host": True} for row in read(folder / "associations.csv")
        ]
        for row in units:
            at, members = (int(row["x"]), int(row["y"])), int(row["members"])
            if row["organisation"] or members == 0:
                continue
            if members < OWN_LEAST:
                self.small.append((at, members, row["trade"], row["association"]))
            elif row.get("host"):
                room = (BRANCH_MOST if members <= BRANCH_MOST else COMMITTEE_FROM - 1) - members
                self.hosts.append((at, row["association"], ATTACHED_UNITS, room))
        for row in read(folder / "organisations.csv"):
            members, units = int(row["members"]), int(row["units"])
            most = JOINT_UNITS if row["kind"] == "joint-branch" else ATTACHED_UNITS
            room = (COMMITTEE_FROM - 1 if row["kind"] == "general-branch" else BRANCH_MOST) - members
            slots = min(max(0, most - units), int(row["takes"]))
            self.hosts.append(((int(row["x"]), int(row["y"])), "", slots, room))

    def groups(self):
        """Every set that can be a joint branch, with the metres of its shortest star."""
        best = {}
        for seat, (at, members, trade, association) in enumerate(self.small):
            far = [metres(at, other[0]) for other in self.small]
            others = [index for index in range(len(self.small)) if index != seat]
            reasons = [
                [i for i in others if far[i] <= self.near],
                [i for i in others if trade and self.small[i][2] == trade and far[i] <= self.far],
                [i for i in others if association and self.small[i][3] == association and far[i] <= self.far],
            ]
            for near in reasons:
                for count in range(1, JOINT_UNITS):
                    for chosen in itertools.combinations(near, count):
                        if members + sum(self.small[i][1] for i in chosen) >= OWN_LEAST:
                            key = tuple(sorted((seat, *chosen)))
                            length = sum(far[i] for i in chosen)
                            if length < best.get(key, 1 << 60):
                                best[key] = length
        return best

    def columns(self):
        """Organisations, metres, units, host (-1 for none, -2 for being left out), members at the host."""
        for key, length in self.groups().items():
            yield 1, length, key, -1, 0
        for number, (at, association, slots, room) in enumerate(self.hosts):
            for index, (spot, members, _, own) in enumerate(self.small):
                far = metres(spot, at)
                near = far <= self.near or association and own == association and far <= self.far
                if near and slots > 0 and members <= room:
                    yield 0, far, (index,), number, members
        for index in range(len(self.small)):
            yield 0, 0, (index,), -2, 0


def highs(folder, near, far):
    import highspy

    county = County(folder, near, far)
    columns = list(county.columns())
    units, hosts, inf = len(county.small), len(county.hosts), highspy.kHighsInf
    rows = units + 2 * hosts + 2
    start, index, value = [0], [], []
    for organisations, _, covered, host, members in columns:
        entries = [(unit, 1.0) for unit in covered]
        if host >= 0:
            entries += [(units + host, 1.0), (units + hosts + host, float(members))]
        if host == -2:
            entries.append((rows - 2, 1.0))
        if organisations:
            entries.append((rows - 1, 1.0))
        index += [row for row, _ in entries]
        value += [one for _, one in entries]
        start.append(len(index))
    begins = resource.getrusage(resource.RUSAGE_SELF)
    found, most = [], [inf, inf]
    costs = [lambda c: float(c[3] == -2), lambda c: float(c[0]), lambda c: float(c[1])]
    for figure, cost in enumerate(costs):
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns), rows
        lp.col_cost_ = np.array([cost(column) for column in columns])
        lp.col_lower_, lp.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
        lp.row_lower_ = np.array([1.0] * units + [-inf] * (2 * hosts + 2))
        places = [float(host[2]) for host in county.hosts] + [float(max(host[3], 0)) for host in county.hosts]
        lp.row_upper_ = np.array([1.0] * units + places + most)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = np.array(start), np.array(index)
        lp.a_matrix_.value_ = np.array(value)
        model = highspy.Highs()
        model.silent()
        for option, setting in [("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5), ("threads", 1), ("time_limit", 300.0)]:
            model.setOptionValue(option, setting)
        model.passModel(lp)
        model.run()
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal, model.getModelStatus()
        found.append(round(model.getInfo().objective_function_value))
        if figure < 2:
            most[figure] = float(found[-1])
    ends = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "found": found, "units": units, "columns": len(columns), "memory_mb": ends.ru_maxrss / 1024,
        "cpu": ends.ru_utime + ends.ru_stime - begins.ru_utime - begins.ru_stime,
    }))


def run(command):
    """CPU seconds, most memory in MB and what it printed."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, command
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def ours(folder, program, *options):
    """What Lianxin finds and proves, checked by its own checker: a row of the table."""
    given = ["--enterprises", folder / "enterprises.csv", "--associations", folder / "associations.csv"]
    given += ["--organisations", folder / "organisations.csv", *options]
    plan, proof = folder / "plan.csv", folder / "certificate.json"
    cpu, memory, _ = run([program, "form", "plan", *given, "--out", plan, "--certificate", proof])
    checked, _, said = run([program, "form", "check", *given, "--plan", plan, "--certificate", proof])
    assert "every price holds" in said, said
    certificate = json.loads(proof.read_text())
    return cpu, memory, checked, certificate


def compare(town, county, program):
    rules = town / "rules.toml"
    limits = {"near_metres": NEAR, "trade_metres": FAR, "association_metres": FAR}
    rules.write_text("".join(f"[{name}]\nvalue = {value}\n" for name, value in limits.items()))
    anchor = json.loads(run([sys.executable, __file__, "highs", town, NEAR, FAR])[2])
    cpu, memory, _, certificate = ours(town, program, "--rules", rules)
    figures = ["left_out", "organisations", "metres"]
    found, bound = ([certificate[what][name] for name in figures] for what in ("found", "bound"))
    print(f"A generated town: {anchor['units']} units to be placed, {anchor['columns']:,} columns for HiGHS.\n")
    print("| | CPU seconds | memory, MB | left out | new joint branches | metres | at best |")
    print("|---|---:|---:|---:|---:|---:|---|")
    row = lambda *cells: print("| " + " | ".join(str(cell) for cell in cells) + " |")
    row("HiGHS, all groups listed", f"{anchor['cpu']:.2f}", f"{anchor['memory_mb']:.0f}", *anchor["found"], "the same")
    row("Lianxin, files to files", f"{cpu:.2f}", f"{memory:.0f}", *found, ", ".join(map(str, bound)))
    assert found >= anchor["found"] >= bound, "HiGHS lies between what was found and what was proved"
    cpu, memory, checked, certificate = ours(county, program)
    found, bound = ([certificate[what][name] for name in figures] for what in ("found", "bound"))
    count = len(read(county / "enterprises.csv"))
    row(f"Lianxin, {count:,} enterprises", f"{cpu:.2f}", f"{memory:.0f}", *found, ", ".join(map(str, bound)))
    print(f"\nChecking the last, every price against every pair: {checked:.2f} CPU seconds.")


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    if what == "highs":
        highs(Path(folder), *map(int, rest))
    else:
        compare(Path(folder), Path(rest[0]), Path(rest[1]).resolve())
