"""Imports every module of the installed package madmex, and checks whose command `antares` is.

    verify_imports.py

Run once per set of packages: `antares init` works on sets on which half of madmex cannot be
imported. No database and no settings are needed: the home directory is a scratch one for the run.

Prints {"modules": N, "failed": [{"module": NAME, "error": TEXT}], "owners": [DISTRIBUTION]}.
Exit code 1 when a module failed or `antares` does not belong to the distribution madmex alone.
"""

import contextlib
import importlib
import importlib.metadata
import json
import os
import pkgutil
import sys
import tempfile
import warnings


def scratch_home(directory):
    """Surroundings in which a module that reads settings at import finds harmless ones."""
    with open(os.path.join(directory, ".datacube.conf"), "w", encoding="utf-8") as out:
        out.write("[datacube]\ndb_hostname:\ndb_database: none\n")
    with open(os.path.join(directory, ".antares"), "w", encoding="utf-8") as out:
        out.write("SECRET_KEY=not-a-secret\n")
    os.environ.update(HOME=directory, SECRET_KEY="not-a-secret", TEMP_DIR=directory)
    os.environ["DJANGO_SETTINGS_MODULE"] = "madmex.settings"


def attempt(name, failed):
    """The module, or None and an entry in `failed`."""
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may also call sys.exit when it is imported
        failed.append({"module": name, "error": f"{type(error).__name__}: {error}"})
        return None


def import_all(name, failed):
    """Number of modules tried: `name` and everything below it."""
    module = attempt(name, failed)
    found = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
    return 1 + sum(import_all(child.name, failed) for child in found)


def set_up_django(failed):
    """Models can only be imported when Django's registry of apps is ready."""
    try:
        importlib.import_module("django").setup()
    except Exception as error:
        failed.append({"module": "django.setup()", "error": f"{type(error).__name__}: {error}"})


def command_owners():
    """Distributions that bring a command `antares`: on the public index the name is another's."""
    found = importlib.metadata.entry_points(group="console_scripts", name="antares")
    return sorted({point.dist.name for point in found if point.dist is not None})


def main():
    failed = []
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scratch_home(directory)
        # What modules print when they are imported must not end up in the answer.
        with contextlib.redirect_stdout(sys.stderr):
            set_up_django(failed)
            modules = import_all("madmex", failed)
    owners = command_owners()
    print(json.dumps({"modules": modules, "failed": failed, "owners": owners}))
    return 0 if not failed and owners == ["madmex"] else 1


if __name__ == "__main__":
    sys.exit(main())
