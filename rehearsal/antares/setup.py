"""Build step that fixes the line of antares3 which a wheel stands for.

The original has two lines that users run: `develop` and the older `master`. They differ in tables,
migrations and files, and a wheel of the original is one or the other; so the choice is made here,
by the environment variable MADMEX_STANDIN_LINE (`develop` when unset), not at run time.
"""

import os
import re
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py

LINES = ("develop", "master")
LAST_MIGRATION_OF_MASTER = 46


def chosen_line():
    line = os.environ.get("MADMEX_STANDIN_LINE", "develop")
    if line not in LINES:
        raise SystemExit(f"MADMEX_STANDIN_LINE={line}: expected one of {', '.join(LINES)}")
    return line


class BuildLine(build_py):
    """Leaves out what `master` never had and records the line in `madmex/line.py`."""

    def run(self):
        # A build of the other line in the same tree would otherwise leave its files in this wheel.
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()

    def find_package_modules(self, package, package_dir):
        modules = super().find_package_modules(package, package_dir)
        if chosen_line() == "develop":
            return modules
        return [entry for entry in modules if not self._is_newer_than_master(*entry[:2])]

    @staticmethod
    def _is_newer_than_master(package, module):
        number = re.match(r"(\d{4})_", module)
        if package == "madmex.migrations" and number:
            return int(number.group(1)) > LAST_MIGRATION_OF_MASTER
        return package == "madmex.models" and module == "develop"

    def build_module(self, module, module_file, package):
        outfile, copied = super().build_module(module, module_file, package)
        if package == "madmex" and module == "line":
            with open(outfile, "w", encoding="utf-8") as out:
                out.write(f'"""Set when the wheel was built."""\n\nLINE = "{chosen_line()}"\n')
        return outfile, copied


setup(cmdclass={"build_py": BuildLine})
