"""Number of dask workers by node, as the scheduler knows them.

    dask_workers.py SCHEDULER_FILE    {NODE: number of workers}

Workers are named NODE-SUFFIX by whoever starts them.
"""

import collections
import json
import pathlib
import sys

from distributed import Client


def main(scheduler_file):
    # The client would look for a missing file without end, whatever its time limit.
    if not pathlib.Path(scheduler_file).is_file():
        sys.exit(f"no scheduler file {scheduler_file}")
    with Client(scheduler_file=scheduler_file, timeout=20, set_as_default=False) as client:
        workers = client.scheduler_info()["workers"].values()
        print(json.dumps(collections.Counter(str(worker["name"]).rpartition("-")[0] for worker in workers)))


if __name__ == "__main__":
    main(sys.argv[1])
