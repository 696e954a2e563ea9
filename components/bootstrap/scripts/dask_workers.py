"""Number of dask workers by node, as the scheduler knows them.

    dask_workers.py SCHEDULER_FILE    {NODE: number of workers}

Workers are named dask-worker-NODE.NUMBER by whoever starts them; others are somebody's own.
"""

import collections
import json
import pathlib
import re
import sys

from distributed import Client


def main(scheduler_file):
    # The client would look for a missing file without end, whatever its time limit.
    if not pathlib.Path(scheduler_file).is_file():
        sys.exit(f"no scheduler file {scheduler_file}")
    with Client(scheduler_file=scheduler_file, timeout=20, set_as_default=False) as client:
        names = [str(worker["name"]) for worker in client.scheduler_info()["workers"].values()]
    ours = [found[1] for name in names if (found := re.fullmatch(r"dask-worker-(.+)\.\d+", name))]
    print(json.dumps(collections.Counter(ours)))


if __name__ == "__main__":
    main(sys.argv[1])
