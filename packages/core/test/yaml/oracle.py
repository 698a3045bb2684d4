# Reads a list of documents (JSON) and writes what Salt's loader makes of each: its value, or what is wrong and where.
import json
import sys

import salt.utils.yamlloader
import yaml


def encoded(value):
    if isinstance(value, dict):
        return {"$map": [[encoded(key), encoded(part)] for key, part in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [encoded(part) for part in value]}
    if isinstance(value, list):
        return [encoded(part) for part in value]
    if isinstance(value, set):
        return {"$set": sorted(repr(part) for part in value)}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, int):
        return {"$int": str(value)}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    return {"$other": repr(value)}


def outcome(document):
    try:
        return {"out": encoded(salt.utils.yamlloader.load(document))}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return {"problem": error.problem, "line": mark.line + 1, "column": mark.column + 1}
    except Exception as error:  # pylint: disable=broad-except
        return {"problem": str(error)}


json.dump([outcome(document) for document in json.load(sys.stdin)], sys.stdout)
