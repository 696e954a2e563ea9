"""Grid Engine's configuration for this cluster: makes what is missing, changes what is ours to change.

A field that an operator has set is kept: a value is replaced only where it is still the one that this
program wrote, or, where it never wrote one, the distribution's own.

    configure.py LIST    the membership list that the reconciler is to hold to
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import gridengine
import statements
import storage
from decisions import DEAD, LEAVING

# What this program wrote: {"queues": [NAME], "closed": [those of them that it closed], "values": {FIELD: VALUE}}.
WRITTEN = storage.STATE / "gridengine.json"
COMPLEX = "dask dask BOOL == FORCED NO 0 0"


def global_values(dead_after: int) -> dict:
    """Field → (the distribution's value, ours)."""
    return {
        "load_report_time": ("00:00:40", gridengine.clock(max(1, dead_after // 6))),
        # Unheard when the beat is overdue too, hardly later: never before a node's lease is over.
        "max_unheard": ("00:05:00", gridengine.clock(dead_after)),
        # Grid Engine would start jobs elsewhere that still run on a host which it merely does not hear. Only the
        # reconciler can tell, and it moves them when they have ended there.
        "reschedule_unknown": ("00:00:00", "00:00:00"),
    }


def own_values(now: dict, values: dict) -> dict:
    """What this program wrote. Earlier versions moved one value to and fro: its other one is ours too."""
    moved = (values.get("reschedule_unknown"), now["reschedule_unknown"]) == ("00:00:05", "00:00:06")
    return {**values, "reschedule_unknown": "00:00:06"} if moved else values


def scheduler_values(interval: int) -> dict:
    """A job starts a second after it was submitted, not at the next full round."""
    return {
        "schedule_interval": ("0:0:15", f"0:0:{interval}"),
        "flush_submit_sec": ("0", "1"),
        "flush_finish_sec": ("0", "1"),
    }


def changes(now: dict, values: dict, written: dict) -> dict:
    """The fields to write. Pure."""
    return {
        field: wanted
        for field, (default, wanted) in values.items()
        if now[field] != wanted and now[field] == written.get(field, default)
    }


def fields(*command) -> dict:
    lines = gridengine.show(*command).splitlines()
    return dict(parts for line in lines if len(parts := line.split(None, 1)) == 2)


def change_fields(now: dict, values: dict, written: dict, how: tuple) -> None:
    """Writes what is ours to write, and notes it as ours."""
    for field, wanted in changes(now, values, written["values"]).items():
        # One by one, in this order: hosts learn how often to report before they are judged by it.
        gridengine.change_lines(*how, {field: wanted})
        written["values"][field] = wanted
        print(f"{field}: {now[field]} is now {wanted}")
    for field, (_, wanted) in values.items():
        if written["values"].setdefault(field, wanted) != wanted:
            print(f"{field}: kept at {now[field]}, as somebody set it")


def add(option: str, text: str, what: str) -> None:
    with tempfile.TemporaryDirectory(prefix="antares-") as folder:
        file = Path(folder) / "new"
        file.write_text(text, encoding="utf-8")
        gridengine.change("qconf", option, str(file))
    print(f"made {what}")


def ensure_complex() -> None:
    text = gridengine.show("qconf", "-sc")
    if not re.search(r"^dask\s", text, re.MULTILINE):
        add("-Mc", f"{text.rstrip()}\n{COMPLEX}\n", "the complex dask")


def ensure_queue(name: str, own: dict, written: dict) -> None:
    """A queue that is there is left as its operators made it."""
    if name in gridengine.show("qconf", "-sql").split():
        if name not in written["queues"]:
            raise gridengine.Refused(f"queue {name} is not from this program: set antares:scheduler.queue to another")
        return
    written["queues"] = sorted({*written["queues"], name})
    statements.write(WRITTEN, written)
    values = {
        **fields("qconf", "-sq"), "qname": name, "hostlist": "@allhosts", "slots": "0", "pe_list": "NONE",
        "shell": "/bin/bash", "rerun": "TRUE",
        # The slots say what a host can bear; its load would let a full dask keep jobs away.
        "load_thresholds": "NONE", **own,
    }
    add("-Aq", "".join(f"{field} {value}\n" for field, value in values.items()), f"the queue {name}")


def order_queues(wanted: str, written: dict) -> None:
    """Of our queues, those that are wanted are open, unless an operator has closed them."""
    unused = [queue for queue in written["queues"] if queue not in (wanted, storage.DASK_QUEUE)]
    for queue in written.get("closed", []):
        if queue not in unused:
            gridengine.change("qmod", "-e", queue)
            print(f"opened the queue {queue} again")
            # That opened it on hosts, too, on which the reconciler lets nothing start any more.
            for member in storage.load()[0].members.values():
                if member.state in (LEAVING, DEAD):
                    gridengine.close(member.fqdn)
    # Noted first: one that was closed and not noted would be an operator's.
    written["closed"] = unused
    statements.write(WRITTEN, written)
    for queue in unused:
        gridengine.change("qmod", "-d", queue)
        print(f"closed the queue {queue}: antares:scheduler.queue has another now")


def main(path: Path) -> None:
    storage.STATE.mkdir(mode=0o755, exist_ok=True)
    written = json.loads(WRITTEN.read_text(encoding="utf-8")) if WRITTEN.exists() else {"queues": [], "values": {}}
    settings = storage.Settings(path)
    settings.reload()
    it, dead_after = settings.it, int(settings.timing("deadAfterSeconds"))
    now = fields("qconf", "-sconf")
    how = (("qconf", "-sconf"), ("qconf", "-Mconf"), "global")
    written["values"] = own_values(now, written["values"])
    change_fields(now, global_values(dead_after), written, how)
    how = (("qconf", "-ssconf"), ("qconf", "-Msconf"), "scheduler")
    change_fields(fields("qconf", "-ssconf"), scheduler_values(settings.timing("scheduleSeconds")), written, how)
    ensure_complex()
    if not gridengine.show("qconf", "-shgrp", "@allhosts"):
        add("-Ahgrp", "group_name @allhosts\nhostlist NONE\n", "the host group @allhosts")
    ensure_queue(it["queue"], {}, written)
    ensure_queue(storage.DASK_QUEUE, {"complex_values": "dask=TRUE"}, written)
    order_queues(it["queue"], written)
    own = storage.slots(it["masterNode"])
    # One more for dask's scheduler, which is a job too.
    gridengine.admit(it["master"], settings.queues(own._replace(dask=own.dask + 1)))
    statements.write(WRITTEN, written)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
