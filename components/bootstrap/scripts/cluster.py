"""Which nodes have joined, and what Grid Engine and dask really have: waits for it, within bounds.

    cluster.py WANTED    {"share": PATH, "recipe": SHA256, "scheduler": "none|gridEngine", "queue": NAME,
                          "master": {"name", "fqdn"}, "user": service user, "waitSeconds": N,
                          "nodes": {NAME: {"jobSlots": N, "daskSlots": N}}}

Prints {"nodes": [result of each join], "gridEngine": null | {"hosts", "queues", "slots"}, "dask": {"workers",
"nodes"}, "missing": [reason]}. A node that does not come is waited for until nobody has come or been at work for
waitSeconds, so that one bad node neither hides the others nor is waited for longer than a host may take to answer.
Admission, execution daemons and workers are waited for until for SETTLE_SECONDS nothing more of them has come.
"""

import json
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree

# Admitting a node that has just joined; submitting, starting and connecting its workers.
SETTLE_SECONDS = 120
# A node says that it lives every few seconds, and is given up when it has not for more than twice as long.
SILENT_SECONDS = 20
# A join marks that it is under way every 5 s; on a busy host that may take a while.
MARK_SECONDS = 30
DASK_WORKERS = str(pathlib.Path(__file__).with_name("dask_workers.py"))


def joined(wanted):
    """Result of each node that has run this very recipe."""
    results = {}
    for name in wanted["nodes"]:
        try:
            said = json.loads(pathlib.Path(wanted["share"], "state/joined", f"{name}.json").read_text())
        except (FileNotFoundError, ValueError):
            continue
        if said["recipe"] == wanted["recipe"]:
            results[name] = said["result"]
    return results


def at_work(wanted):
    """Nodes whose join is under way: they mark it every few seconds. By the share's own clock, as all see it."""
    folder = pathlib.Path(wanted["share"], "state/joined")
    (folder / ".now").touch()
    young = (folder / ".now").stat().st_mtime - MARK_SECONDS
    marks = {name: folder / f"{name}.at-work" for name in wanted["nodes"]}
    return {name for name, mark in marks.items() if mark.exists() and mark.stat().st_mtime > young}


def wait_for_nodes(wanted):
    results, last = joined(wanted), time.monotonic()
    while len(results) < len(wanted["nodes"]) and time.monotonic() - last < wanted["waitSeconds"]:
        time.sleep(1)
        found = joined(wanted)
        if len(found) > len(results) or at_work(wanted) - found.keys():
            last = time.monotonic()
        results = found
    return results


def instances():
    """Queue instances of Grid Engine: [(queue, FQDN, slots, state)]."""
    answer = subprocess.run(["qstat", "-f", "-xml", "-q", "*"], capture_output=True, text=True, timeout=30, check=True)
    found = []
    for each in xml.etree.ElementTree.fromstring(answer.stdout).iter("Queue-List"):
        queue, _, fqdn = each.findtext("name").partition("@")
        found.append((queue, fqdn, int(each.findtext("slots_total")), each.findtext("state") or ""))
    return found


def names_of(wanted):
    """FQDN → name in the configuration, as each node's agent said it."""
    names = {wanted["master"]["fqdn"]: wanted["master"]["name"]}
    for name in wanted["nodes"]:
        try:
            said = json.loads(pathlib.Path(wanted["share"], "membership/nodes", name).read_text())
        except (FileNotFoundError, ValueError):
            continue
        names[said["fqdn"]] = name
    return names


def grid_engine(wanted):
    """What Grid Engine has, by the names of the configuration, and the queue instances that cannot work."""
    names, hosts, bad, queues = names_of(wanted), {}, [], set()
    for queue, fqdn, slots, state in instances():
        queues.add(queue)
        name = names.get(fqdn, fqdn)
        host = hosts.setdefault(name, {"name": name, "jobSlots": 0, "daskSlots": 0})
        host["jobSlots" if queue == wanted["queue"] else "daskSlots"] += slots
        if set(state) & set("auEdsDC"):
            why = "; see /var/spool/gridengine/execd/*/messages there" if "u" in state else ""
            bad.append(f"queue instance {queue}@{fqdn} is in state {state}{why}")
    slots = sum(host["jobSlots"] for host in hosts.values())
    return {"hosts": sorted(hosts.values(), key=lambda host: host["name"]), "queues": sorted(queues), "slots": slots}, bad


def dask_workers(wanted):
    """Number of workers by node; asked as the service user, whose the scheduler is."""
    answer = subprocess.run(
        ["runuser", "-u", wanted["user"], "--", "/opt/antares/venv/bin/python", DASK_WORKERS,
         f"{wanted['share']}/state/dask/scheduler.json"],
        capture_output=True, text=True, timeout=60, check=False, cwd="/",
    )
    return json.loads(answer.stdout) if answer.returncode == 0 else {}


def silent(wanted):
    """Nodes whose agent writes nothing to the share, by the share's own clock: the master's mark is as young as now."""
    folder = pathlib.Path(wanted["share"], "membership/nodes")
    try:
        now = (folder / ".master").stat().st_mtime
    except FileNotFoundError:
        return
    for name in wanted["nodes"]:
        file = folder / name
        age = now - file.stat().st_mtime if file.exists() else 0
        if age > SILENT_SECONDS:
            yield (f"node {name}: its agent has been silent for {age:.0f} s: is {wanted['share']} mounted there, "
                   "and does `service antares-node status` say that it runs?")


def refusal(wanted, name):
    """Why the master does not admit a node, where it said so."""
    try:
        said = json.loads(pathlib.Path(wanted["share"], "membership/answers", name).read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return f"; the master refuses it: {said['reason']}" if said.get("state") == "refused" else ""


def lacking(wanted, found, workers):
    has = {host["name"]: host["jobSlots"] for host in found["hosts"]} if found else {}
    for name, slots in wanted["nodes"].items():
        if found and has.get(name, 0) != slots["jobSlots"]:
            yield f"node {name}: Grid Engine has {has.get(name, 0)} of {slots['jobSlots']} job slots{refusal(wanted, name)}"
        if workers.get(name, 0) != slots["daskSlots"]:
            yield f"node {name}: {workers.get(name, 0)} of {slots['daskSlots']} dask workers"


def look(wanted):
    found, bad = grid_engine(wanted) if wanted["scheduler"] == "gridEngine" else (None, [])
    workers = dask_workers(wanted)
    dask = {"workers": sum(workers.values()), "nodes": sorted(workers)}
    return {"gridEngine": found, "dask": dask, "missing": [*bad, *lacking(wanted, found, workers)]}


def settle(wanted):
    """The cluster as it is when nothing is missing, or when for so long nothing more has come."""
    seen = look(wanted)
    fewest, last = len(seen["missing"]), time.monotonic()
    while seen["missing"] and time.monotonic() - last < SETTLE_SECONDS:
        time.sleep(1)
        seen = look(wanted)
        if len(seen["missing"]) < fewest:
            fewest, last = len(seen["missing"]), time.monotonic()
    return seen


def main(wanted):
    results = wait_for_nodes(wanted)
    absent = [
        f"node {name} has not joined: see its preflight and its join in this run, and /var/log/antares/join.log there"
        for name in wanted["nodes"] if name not in results
    ]
    # Whoever has not joined is not waited for again.
    wanted["nodes"] = {name: slots for name, slots in wanted["nodes"].items() if name in results}
    seen = settle(wanted)
    nodes = [results[name] for name in wanted["nodes"]]
    quiet = silent(wanted) if seen["gridEngine"] else []
    print(json.dumps({**seen, "nodes": nodes, "missing": [*absent, *seen["missing"], *quiet]}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
