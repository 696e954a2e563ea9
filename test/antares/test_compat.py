"""The compatibility file, on a bare Python: the packages it adapts are small doubles made here.

Run: python3 -m unittest discover -s test/antares -p test_compat.py
"""

import json
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

COMPAT = Path(__file__).resolve().parents[2] / "components/bootstrap/software/compat"
DOUBLES = {
    "sklearn/__init__.py": "",
    "sklearn/ensemble/__init__.py": "",
    "sklearn/ensemble/_forest.py": "class RandomForestClassifier: pass\n",
    "sklearn/externals/__init__.py": "",
    "joblib/__init__.py": "NAME = 'joblib'\n",
    "yaml/__init__.py": """
        class SafeLoader: pass
        class FullLoader: pass
        def load(stream, Loader):
            "Original."
            return [stream, Loader.__name__]
    """,
}


class Compat(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.packages = Path(folder.name)
        for name, text in DOUBLES.items():
            self.double(name, text)

    def double(self, name, text):
        path = self.packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def run_python(self, code, shim=True):
        """What `code` assigns to `out`, in a Python started as a host's would be."""
        lines = [
            "import json, site, sys",
            f"site.addsitedir({str(COMPAT)!r})" if shim else "",
            f"sys.path.insert(0, {str(self.packages)!r})",
            textwrap.dedent(code),
            "print(json.dumps(out))",
        ]
        # -S: site packages of the machine could hold the real packages; -B: leaves no cache behind.
        command = [sys.executable, "-S", "-B", "-c", "\n".join(lines)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)

    def test_old_name_of_forest_is_the_module_of_the_new_name(self):
        out = self.run_python("""
            from sklearn.ensemble.forest import RandomForestClassifier
            import sklearn.ensemble._forest as real, sklearn.ensemble.forest as old
            out = [old is real, RandomForestClassifier.__module__, real.__spec__.name]
        """)
        self.assertEqual(out, [True, "sklearn.ensemble._forest", "sklearn.ensemble._forest"])

    def test_joblib_as_a_part_of_sklearn(self):
        out = self.run_python("""
            from sklearn.externals import joblib
            import joblib as real
            out = [joblib is real, joblib.NAME, real.__spec__.name]
        """)
        self.assertEqual(out, [True, "joblib", "joblib"])

    def test_a_module_that_exists_is_preferred_to_its_alias(self):
        self.double("sklearn/externals/joblib.py", "NAME = 'its own'\n")
        out = self.run_python("from sklearn.externals import joblib\nout = joblib.NAME")
        self.assertEqual(out, "its own")

    def test_other_missing_modules_stay_missing(self):
        out = self.run_python("""
            try:
                import sklearn.ensemble.tree
            except ModuleNotFoundError as fault:
                out = fault.name
        """)
        self.assertEqual(out, "sklearn.ensemble.tree")

    def test_yaml_load_without_a_loader_is_safe(self):
        out = self.run_python("""
            import yaml
            out = [yaml.load('a'), yaml.load('b', yaml.FullLoader),
                   yaml.load('c', Loader=yaml.FullLoader), yaml.load('d', Loader=None),
                   yaml.load.__doc__]
        """)
        named = [["b", "FullLoader"], ["c", "FullLoader"]]
        self.assertEqual(out, [["a", "SafeLoader"], *named, ["d", "SafeLoader"], "Original."])

    def test_yaml_that_was_imported_before(self):
        out = self.run_python(f"""
            import yaml
            sys.path.insert(0, {str(COMPAT)!r})
            import antares3_compat
            out = yaml.load('a')
        """, shim=False)
        self.assertEqual(out, ["a", "SafeLoader"])

    def test_missing_packages_are_reported_as_without_the_shim(self):
        (self.packages / "yaml/__init__.py").unlink()
        (self.packages / "yaml").rmdir()
        (self.packages / "joblib/__init__.py").unlink()
        (self.packages / "joblib").rmdir()
        out = self.run_python("""
            out = []
            for name in ('yaml', 'sklearn.externals.joblib'):
                try:
                    __import__(name)
                except ModuleNotFoundError as fault:
                    out.append(fault.name)
        """)
        self.assertEqual(out, ["yaml", "joblib"])

    def test_start_of_python_loads_nothing_but_the_shim(self):
        # What the shim itself needs is loaded first: it is part of Python's own start or nearly so.
        code = "import importlib.machinery\nout = sorted(sys.modules)"
        extra = set(self.run_python(code)) - set(self.run_python(code, shim=False))
        self.assertEqual(extra, {"antares3_compat"})

    def test_without_the_shim_the_three_facts_do_not_hold(self):
        out = self.run_python("""
            out = []
            for name in ('sklearn.ensemble.forest', 'sklearn.externals.joblib'):
                try:
                    __import__(name)
                except ModuleNotFoundError as fault:
                    out.append(fault.name)
            import yaml
            try:
                yaml.load('a')
            except TypeError:
                out.append('yaml')
        """, shim=False)
        self.assertEqual(out, ["sklearn.ensemble.forest", "sklearn.externals.joblib", "yaml"])


if __name__ == "__main__":
    unittest.main()
