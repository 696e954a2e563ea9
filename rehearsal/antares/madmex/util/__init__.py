"""Reading of recipes."""

import yaml


def yaml_to_dict(path):
    """Content of a YAML file; loads as the original does, without naming a loader."""
    with open(path, encoding="utf-8") as stream:
        return yaml.load(stream)
