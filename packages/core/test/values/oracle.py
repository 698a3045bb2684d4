# SPDX-License-Identifier: Apache-2.0
"""Answers what Python and Salt make of values: a JSON list of questions on stdin, a JSON list of answers on stdout."""
import json
import operator
import sys

import salt.utils.yaml

names = {"nan": float("nan"), "inf": float("inf")}
operators = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "==": operator.eq, "<": operator.lt, "<=": operator.le,
}


def value(text):
    return eval(text, {"__builtins__": {"set": set}}, names)


def answer(question):
    kind, *texts = question
    try:
        if kind == "json":
            return json.dumps(value(texts[0]), ensure_ascii=False)
        if kind == "pretty json":
            return json.dumps(value(texts[0]), indent=2, ensure_ascii=True)
        if kind == "load json":
            return repr(json.loads(texts[0]))
        if kind == "load yaml":
            return repr(salt.utils.yaml.safe_load(texts[0]))
        if kind == "dump yaml":
            return salt.utils.yaml.safe_dump(value(texts[0]), default_flow_style=False)
        if kind == "bool":
            return repr(bool(value(texts[0])))
        if kind == "repr":
            return repr(value(texts[0]))
        return repr(operators[kind](value(texts[0]), value(texts[1])))
    except Exception as error:  # what it raises is the answer
        return f"{type(error).__name__}: {error}"


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
