"""Three facts about other packages that antares3 relies on and that are no longer true.

- `sklearn.ensemble.forest` is now `sklearn.ensemble._forest`.
- `sklearn.externals.joblib` is now the distribution `joblib`.
- `yaml.load(stream)` without a loader is an error since PyYAML 6; here it means the safe loader.

The `.pth` file beside this one imports it at every start of Python, so it must cost nothing until
one of these names is used: it only registers finders, and none of the packages is imported here.
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder

ALIASES = {
    "sklearn.ensemble.forest": "sklearn.ensemble._forest",
    "sklearn.externals.joblib": "joblib",
}


class AliasFinder:
    """Answers for old names. It stands last in line: a module that really exists is preferred."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return ModuleSpec(name, AliasLoader) if name in ALIASES else None


class AliasLoader:
    """Puts the module of the new name in place of the old one; it is loaded only once."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        # Replacing the entry, not returning the module from create_module: the import system would
        # then overwrite the specification of the module's real name.
        sys.modules[module.__name__] = import_module(ALIASES[module.__name__])


class YamlFinder:
    """Finds `yaml` as usual and gives it the default loader right after its first import."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "yaml":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            default_to_safe_loader(module)

        spec.loader.exec_module = exec_module
        return spec


def default_to_safe_loader(yaml):
    """Makes `yaml.load(stream)` safe; a loader that is named is used as before."""
    load = yaml.load

    def load_with_default(stream, Loader=None):
        return load(stream, Loader=Loader if Loader is not None else yaml.SafeLoader)

    load_with_default.__doc__ = load.__doc__
    yaml.load = load_with_default


def install():
    """Registers the finders once in this process."""
    if AliasFinder in sys.meta_path:
        return
    sys.meta_path.insert(0, YamlFinder)
    sys.meta_path.append(AliasFinder)
    if "yaml" in sys.modules:
        default_to_safe_loader(sys.modules["yaml"])


install()
