"""Whether a relocation plan holds, from the files alone. Shares no code with Lianxin: it needs Python and NumPy.

    check_relocation.py --households H.csv --shelters S.csv --plan PLAN.csv [--certificate C.json]
        [--remaining R.csv] [--closed ID,…] [--forbidden PAIRS.csv]
        [--whole households|buildings|buildings-by-need|villages [--village-proof VC.json]]
        [--members M.csv --member-plan PM.csv [--member-certificate MC.json]]
        [--optimal]

The plan: everyone counted once, where they may go, within capacity, and how many metres that is. The certificate: its
prices bound every plan there is, in one pass over all pairs; the figures it names are those found here; with --optimal the
plan must be as short as the bound. What is found is printed as JSON; what does not hold ends the run with a sentence.

Why prices prove a plan: let every shelter have a price of 0 metres or more for each place. In any plan everyone pays at least
the least of metres + price anywhere, and the prices taken in are at most price × capacity. So no plan is shorter than

    Σ persons × min(metres + price) − Σ price × capacity

Whoever is left out pays a fixed price, so high that placing one more person of a need outweighs all distances and all persons
of lesser needs along any chain of moves through all shelters.

Why payments prove how few shelters villages could do with: let every person pay something, no more than leaving them out counts,
and no village gain more than a pair is worth by any one shelter: what its people pay beyond metres and price there, added up where
that is more than nothing. A pair in use gains at most its worth, so in every plan

    metres + worth × pairs ≥ Σ persons × pays − Σ price × capacity
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

# Households are compared with all shelters so many pairs at a time.
PAIRS_AT_ONCE = 4_000_000
NEEDS = {0: "any place", 1: "medical care", 2: "ground floor"}


def wrong(text):
    sys.exit(f"does not hold: {text}")


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def column(table, name):
    return np.array([int(row[name]) for row in table], dtype=np.int64)


class Places:
    """Points with ids."""

    def __init__(self, path):
        self.table = list(rows(path))
        self.number = {row["id"]: index for index, row in enumerate(self.table)}
        if len(self.number) != len(self.table):
            wrong(f"{path}: an id stands twice")
        self.x, self.y = column(self.table, "x"), column(self.table, "y")

    def __len__(self):
        return len(self.table)

    def of(self, id, what):
        if id not in self.number:
            wrong(f"there is no {what} {id}")
        return self.number[id]


def metres(homes, places, some):
    """The floor of the straight distances from some homes to all places; exact below 2**52 square metres."""
    east = homes.x[some, None] - places.x
    north = homes.y[some, None] - places.y
    square = east * east + north * north
    root = np.floor(np.sqrt(square.astype(np.float64))).astype(np.int64)
    root -= root * root > square
    return root + ((root + 1) * (root + 1) <= square)


def bound(homes, places, weight, price, capacity, may_go, left_out):
    """The prices' bound in one pass over all pairs."""
    step, total = max(1, PAIRS_AT_ONCE // max(1, len(places))), 0
    for start in range(0, len(homes), step):
        some = np.arange(start, min(start + step, len(homes)))
        least = left_out[some]
        if len(places):
            pays = np.where(may_go(some), metres(homes, places, some) + price, np.iinfo(np.int64).max)
            least = np.minimum(pays.min(axis=1), least)
        # Python's integers do not overflow.
        total += sum(int(value) for value in least * weight[some])
    return total - sum(int(p) * int(c) for p, c in zip(price, capacity))


def read_certificate(path, places):
    told = json.loads(Path(path).read_text())
    if [row["id"] for row in told["shelters"]] != [row["id"] for row in places.table]:
        wrong(f"{path} is of other places")
    price = np.array([row["price"] for row in told["shelters"]], dtype=np.int64)
    if (price < 0).any():
        wrong(f"{path}: a price below 0 proves nothing")
    return told, price, {row["need"]: row["price"] for row in told["left_out"]}


def compare(told, found):
    for name, value in found.items():
        if told[name] != value:
            wrong(f"the certificate says {told[name]} for {name}, it is {value}")


def check_plan(args):
    homes, shelters = Places(args.households), Places(args.shelters)
    size, need = column(homes.table, "size"), column(homes.table, "need")
    capacity = column(shelters.table, "capacity")
    for id in args.closed:
        capacity[shelters.of(id, "shelter")] = 0
    has = np.stack([np.ones(len(shelters), bool), column(shelters.table, "medical") > 0, column(shelters.table, "ground") > 0])
    cut = defaultdict(list)
    for row in rows(args.forbidden) if args.forbidden else ():
        cut[homes.of(row["household"], "household")].append(shelters.of(row["shelter"], "shelter"))

    def may_go(some):
        open_ = has[need[some]]
        if cut:
            for at, home in enumerate(some.tolist()):
                open_[at, cut.get(home, [])] = False
        return open_

    counted, taken = np.zeros(len(homes), np.int64), np.zeros(len(shelters), np.int64)
    goes, to, persons = [], [], []
    for row in rows(args.plan):
        home, shelter = homes.of(row["household"], "household"), shelters.of(row["shelter"], "shelter")
        if int(row["persons"]) <= 0:
            wrong(f"household {row['household']} goes with {row['persons']} persons")
        goes.append(home)
        to.append(shelter)
        persons.append(int(row["persons"]))
        if not has[need[home], shelter] or shelter in cut.get(home, []):
            wrong(f"household {row['household']} needs {NEEDS[int(need[home])]} and may not go to {row['shelter']}")
    goes, to, persons = (np.array(part, dtype=np.int64) for part in (goes, to, persons))
    np.add.at(counted, goes, persons)
    np.add.at(taken, to, persons)
    left = {code: 0 for code in NEEDS}
    for row in rows(args.remaining) if args.remaining else ():
        home = homes.of(row["household"], "household")
        counted[home] += int(row["persons"])
        left[int(need[home])] += int(row["persons"])
    for home in np.flatnonzero(counted != size)[:1]:
        wrong(f"household {homes.table[home]['id']} has {size[home]} persons, {counted[home]} are in the plan")
    for shelter in np.flatnonzero(taken > capacity)[:1]:
        wrong(f"shelter {shelters.table[shelter]['id']} takes {capacity[shelter]} persons, {taken[shelter]} go there")
    east, north = homes.x[goes] - shelters.x[to], homes.y[goes] - shelters.y[to]
    ways = np.floor(np.sqrt((east * east + north * north).astype(np.float64))).astype(np.int64)
    found = {
        "households": len(homes), "persons": int(size.sum()), "placed": int(persons.sum()),
        "person_metres": int((ways * persons).sum()),
    }
    print_whole = together(args, homes, need, goes, to)
    if args.certificate:
        told, price, out = read_certificate(args.certificate, shelters)
        prove_order(homes, shelters, out)
        left_out = np.array([out[int(code)] for code in need], dtype=np.int64)
        cost = found["person_metres"] + sum(left[code] * out[code] for code in left)
        least = bound(homes, shelters, size, price, capacity, may_go, left_out)
        compare(told, {**found, "cost": cost, "bound": least})
        found |= {"cost": cost, "bound": least, "optimal": cost == least, "remaining": sum(left.values())}
        if args.optimal and cost != least:
            wrong(f"the plan costs {cost}, the bound is {least}")
        if args.village_proof:
            # Whose prices these are is the shortest plan, which places as many: what it costs is the bound.
            shortest = least - sum(left[code] * out[code] for code in left)
            given = homes, shelters, size, need, capacity, may_go, left, shortest
            print_whole |= check_villages(args.village_proof, *given, {**found, **print_whole})
    return {**found, **print_whole}


def prove_order(homes, shelters, out):
    """Leaving someone out costs more than any chain of moves through all shelters, and each need a step more."""
    both = [np.concatenate([a, b]) for a, b in ((homes.x, shelters.x), (homes.y, shelters.y))]
    longest = int(np.hypot(*(float(np.ptp(side)) for side in both))) if len(both[0]) else 0
    step = out[0]
    if step < longest * (len(shelters) + 1) or out[2] < 2 * step or out[1] < 3 * step:
        wrong(f"leaving someone out costs {step}: too little to place as many as can be")


def together(args, homes, need, goes, to):
    """In how many groups people are split, and how many shelters villages use."""
    shelters_of = {kind: defaultdict(set) for kind in ("households", "buildings", "buildings-by-need", "villages")}
    for home, shelter in zip(goes.tolist(), to.tolist()):
        row = homes.table[home]
        building = (row["village"], row["building"]) if row["building"] else home
        shelters_of["households"][home].add(shelter)
        shelters_of["buildings"][building].add(shelter)
        shelters_of["buildings-by-need"][building, int(need[home])].add(shelter)
        shelters_of["villages"][row["village"]].add(shelter)
    split = {kind: sum(len(places) > 1 for places in groups.values()) for kind, groups in shelters_of.items()}
    if args.whole in ("households",) and split[args.whole]:
        wrong(f"{split[args.whole]} {args.whole} are split")
    return {
        "split": split,
        "villages": len(shelters_of["villages"]),
        "shelters_used_by_villages": sum(map(len, shelters_of["villages"].values())),
    }


def check_villages(path, homes, shelters, size, need, capacity, may_go, left, shortest, found):
    """The proof that no plan as short as is allowed uses fewer pairs of a village and a shelter: by all pairs there are."""
    told = json.loads(Path(path).read_text())
    for name, places in (("households", homes), ("shelters", shelters)):
        if [row["id"] for row in told[name]] != [row["id"] for row in places.table]:
            wrong(f"{path} is of other {name}")
    pays, price = (np.array([row["pays"] for row in told[name]], dtype=np.int64) for name in ("households", "shelters"))
    out = np.array(told["left_out"], dtype=np.int64)
    scale, worth, longest = told["scale"], told["worth"], told["longest"]
    if (price < 0).any() or worth <= 0 or (pays > out[need]).any():
        wrong(f"{path}: these payments and prices prove nothing")
    if found["person_metres"] > longest:
        wrong(f"the plan has {found['person_metres']} person-metres, more than {longest}")
    names = {name: at for at, name in enumerate(dict.fromkeys(row["village"] for row in homes.table))}
    village = np.array([names[row["village"]] for row in homes.table])
    gains = np.zeros((len(names), len(shelters)), np.int64)
    step = max(1, PAIRS_AT_ONCE // max(1, len(shelters)))
    for start in range(0, len(homes), step):
        some = np.arange(start, min(start + step, len(homes)))
        gain = np.maximum(pays[some, None] - scale * metres(homes, shelters, some) - price, 0)
        np.add.at(gains, village[some], np.where(may_go(some), gain * size[some, None], 0))
    if gains.max(initial=0) > worth:
        wrong(f"a village gains {gains.max()} by a shelter, a pair is worth {worth}")
    over = sum(int(p) * int(s) for p, s in zip(pays, size)) - sum(int(p) * int(c) for p, c in zip(price, capacity))
    over -= scale * longest + sum(left[code] * int(out[code]) for code in left)
    pairs = -(-over // worth)
    if pairs != told["pairs"]:
        wrong(f"{path} says {told['pairs']} pairs, it proves {pairs}")
    if found["shelters_used_by_villages"] < pairs:
        wrong(f"villages use {found['shelters_used_by_villages']} shelters, {pairs} are proved to be needed")
    return {"pairs_at_least": pairs, "thousandths_longer": 1000 * (longest - shortest) / max(1, shortest)}


def check_members(args):
    homes, members = Places(args.households), Places(args.members)
    hands, counted = column(members.table, "max_households"), np.zeros(len(members), np.int64)
    member = np.full(len(homes), -1)
    for row in rows(args.member_plan):
        home, at = homes.of(row["household"], "household"), members.of(row["member"], "member")
        if member[home] >= 0:
            wrong(f"household {row['household']} has two members")
        member[home] = at
        counted[at] += 1
    for at in np.flatnonzero(counted > hands)[:1]:
        wrong(f"member {members.table[at]['id']} takes {hands[at]} households, has {counted[at]}")
    has = np.flatnonzero(member >= 0)
    if len(has) < min(len(homes), int(hands.sum())):
        wrong(f"{len(has)} households have a member; there are hands for {min(len(homes), int(hands.sum()))}")
    east, north = homes.x[has] - members.x[member[has]], homes.y[has] - members.y[member[has]]
    total = int(np.floor(np.sqrt((east * east + north * north).astype(np.float64))).astype(np.int64).sum())
    found = {"with_member": len(has), "without_member": len(homes) - len(has), "metres": total}
    if args.member_certificate:
        told, price, out = read_certificate(args.member_certificate, members)
        ones = np.ones(len(homes), np.int64)
        everywhere = lambda some: np.ones((len(some), len(members)), bool)
        least = bound(homes, members, ones, price, hands, everywhere, np.full(len(homes), out[0]))
        cost = total + (len(homes) - len(has)) * out[0]
        compare(told, {"person_metres": total, "placed": len(has), "cost": cost, "bound": least})
        found |= {"bound": least, "optimal": cost == least}
        if args.optimal and cost != least:
            wrong(f"the members' plan costs {cost}, the bound is {least}")
    return found


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("households", "shelters"):
        ask.add_argument(f"--{name}", required=True)
    for name in ("plan", "certificate", "remaining", "forbidden", "members", "member-plan", "member-certificate", "village-proof"):
        ask.add_argument(f"--{name}")
    ask.add_argument("--closed", default=[], type=lambda text: text.split(","))
    ask.add_argument("--whole", choices=["households", "buildings", "buildings-by-need", "villages"])
    ask.add_argument("--optimal", action="store_true")
    args = ask.parse_args()
    found = {}
    if args.plan:
        found |= check_plan(args)
    if args.member_plan:
        found["members"] = check_members(args)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
