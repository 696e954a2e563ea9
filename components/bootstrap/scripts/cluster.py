"""Which nodes have joined, and what Grid Engine and dask really have: waits for it, within bounds.

    cluster.py WANTED    {"share": PATH, "recipe": SHA256, "scheduler": "none|gridEngine", "queue": NAME,
                          "master": {"name", "fqdn"}, "user": service user, "waitSeconds": N,
                          "nodes": {NAME: {"jobSlots": N, "daskSlots": N}}}

Prints {"nodes": [result of each join], "gridEngine": null | {"hosts", "queues", "slots"}, "dask": {"workers",
"nodes"}, "missing": [reason]}. A node that does not come is waited for until nobody has come or been at work for
waitSeconds, so that one bad node neither hides the others nor is waited for longer than a host may take to answer.
Members, queue instances and workers are waited for until for SETTLE_SECONDS nothing more of them has come.
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
# The reconciler writes there in each round; one that removes a dead node takes longer.
UNKEPT_SECONDS = 40
# A join marks that it is under way every 5 s; on a busy host that may take a while.
MARK_SECONDS = 30
DASK_QUEUE = "dask.q"
DASK_WORKERS = str(pathlib.Path(__file__).with_name("dask_workers.py"))


def read(wanted, *path):
    """A small JSON file of the share; {} where there is none, or none yet."""
    try:
        return json.loads(pathlib.Path(wanted["share"], *path).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def joined(wanted):
    """Result of each node that has run this very recipe."""
    said = {name: read(wanted, "state/joined", f"{name}.json") for name in wanted["nodes"]}
    return {name: it["result"] for name, it in said.items() if it.get("recipe") == wanted["recipe"]}


def clock(wanted):
    """What time it is by the share, as all see it: not by a mark of somebody who may have ended."""
    mark = pathlib.Path(wanted["share"], "state/joined/.now")
    mark.touch()
    return mark.stat().st_mtime


def at_work(wanted):
    """Nodes whose join is under way: they mark it every few seconds."""
    folder = pathlib.Path(wanted["share"], "state/joined")
    young = clock(wanted) - MARK_SECONDS
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
        if said := read(wanted, "membership/nodes", name):
            names[said["fqdn"]] = name
    return names


def grid_engine(wanted):
    """What our queues have, by the names of the configuration; their instances that cannot work; how many can."""
    names, hosts, bad, queues, sound = names_of(wanted), {}, [], set(), 0
    for queue, fqdn, slots, state in instances():
        # Those of an operator, and those that had the name of ours once, are not ours to judge.
        if queue not in (wanted["queue"], DASK_QUEUE):
            continue
        queues.add(queue)
        name = names.get(fqdn, fqdn)
        host = hosts.setdefault(name, {"name": name, "jobSlots": 0, "daskSlots": 0})
        host["jobSlots" if queue == wanted["queue"] else "daskSlots"] += slots
        if set(state) & set("auEdsDC"):
            why = "; see /var/spool/gridengine/execd/*/messages there" if "u" in state else ""
            bad.append(f"queue instance {queue}@{fqdn} is in state {state}{why}")
        else:
            sound += 1
    slots = sum(host["jobSlots"] for host in hosts.values())
    found = {"hosts": sorted(hosts.values(), key=lambda host: host["name"]), "queues": sorted(queues), "slots": slots}
    return found, bad, sound


def dask_workers(wanted):
    """Number of workers by node; asked as the service user, whose the scheduler is. None where it does not answer."""
    try:
        answer = subprocess.run(
            ["runuser", "-u", wanted["user"], "--", "/opt/antares/venv/bin/python", DASK_WORKERS,
             f"{wanted['share']}/state/dask/scheduler.json"],
            capture_output=True, text=True, timeout=60, check=False, cwd="/",
        )
    except subprocess.TimeoutExpired:
        return {}
    return json.loads(answer.stdout) if answer.returncode == 0 else {}


def silent(wanted):
    """Nodes whose agent writes nothing to the share."""
    folder, now = pathlib.Path(wanted["share"], "membership/nodes"), clock(wanted)
    for name in wanted["nodes"]:
        file = folder / name
        age = now - file.stat().st_mtime if file.exists() else 0
        if age > SILENT_SECONDS:
            yield (f"node {name}: its agent has been silent for {age:.0f} s: is {wanted['share']} mounted there, "
                   "and does `service antares-node status` say that it runs?")


def unkept(wanted):
    """Why nobody keeps the membership: Grid Engine may still be as the reconciler left it."""
    mark, fqdn = pathlib.Path(wanted["share"], "membership/nodes/.master"), wanted["master"]["fqdn"]
    try:
        age = clock(wanted) - mark.stat().st_mtime
    except FileNotFoundError:
        yield f"the reconciler has written nothing to the share: see /var/log/antares/reconciler.log on {fqdn}"
        return
    if age > UNKEPT_SECONDS:
        yield (f"the reconciler has been silent for {age:.0f} s, so nobody is admitted or removed: does "
               f"`service antares-reconciler status` on {fqdn} say that it runs?")


def outsiders(wanted):
    """Why nodes are no members in their present life: who was one before may only look like one in Grid Engine."""
    for name in wanted["nodes"]:
        if name == wanted["master"]["name"]:
            continue
        said, answer = (read(wanted, "membership", folder, name) for folder in ("nodes", "answers"))
        if not said:
            yield name, "its agent says nothing; see /var/log/antares/node.log there"
        elif answer.get("incarnation") != said["incarnation"]:
            yield name, "the master has not answered it; does `service antares-reconciler status` there say that it runs?"
        elif answer["state"] != "admitted":
            yield name, f"{answer['state']} by the master: {answer['reason']}"


def lacking(nodes, found, workers):
    has = {host["name"]: host["jobSlots"] for host in found["hosts"]} if found else {}
    for name, slots in nodes.items():
        if found and has.get(name, 0) != slots["jobSlots"]:
            yield f"node {name}: Grid Engine has {has.get(name, 0)} of {slots['jobSlots']} job slots"
        if workers.get(name, 0) != slots["daskSlots"]:
            yield f"node {name}: {workers.get(name, 0)} of {slots['daskSlots']} dask workers"


def look(wanted):
    """What is there, what is missing, and how much has come of members, queue instances and workers."""
    found, bad, sound, outside = None, [], 0, {}
    if wanted["scheduler"] == "gridEngine":
        outside = dict(outsiders(wanted))
        try:
            found, bad, sound = grid_engine(wanted)
        except subprocess.SubprocessError as fault:
            found, bad = {"hosts": [], "queues": [], "slots": 0}, [f"Grid Engine does not answer: {fault}"]
        bad = [*unkept(wanted), *bad]
    workers = dask_workers(wanted)
    dask = {"workers": sum(workers.values()), "nodes": sorted(workers)}
    members = {name: slots for name, slots in wanted["nodes"].items() if name not in outside}
    missing = [*bad, *(f"node {name} is no member: {why}" for name, why in outside.items()),
               *lacking(members, found, workers)]
    return {"gridEngine": found, "dask": dask, "missing": missing}, len(members) + sound + dask["workers"]


def settle(wanted):
    """The cluster as it is when nothing is missing, or when for so long nothing more has come."""
    (seen, most), last = look(wanted), time.monotonic()
    while seen["missing"] and time.monotonic() - last < SETTLE_SECONDS:
        time.sleep(1)
        seen, come = look(wanted)
        if come > most:
            most, last = come, time.monotonic()
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
