# SPDX-License-Identifier: Apache-2.0
# Renders templates with Salt's own engine: a JSON object with `context`, `files` and `templates` on standard input,
# a JSON list on standard output with {"out": text} or {"error": first line of the message} for each.
import copy
import json
import logging
import os
import shutil
import sys
import tempfile

import salt.config
import salt.exceptions
import salt.loader
import salt.utils.templates

logging.disable(logging.CRITICAL)
job = json.load(sys.stdin)
root = tempfile.mkdtemp()
try:
    opts = salt.config.minion_config(None)
    opts.update(file_client="local", id="m1", cachedir=root + "/cache", file_roots={"base": [root + "/files"]})
    for name, text in job["files"].items():
        path = os.path.join(root, "files", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    salt.loader.utils(opts)
    salt.loader.minion_mods(opts)
    import salt.modules.match, salt.utils.http, salt.utils.path, salt.utils.network, salt.utils.dateutils  # filters
    results = []
    for template in job["templates"]:
        context = {**copy.deepcopy(job["context"]), "opts": opts, "saltenv": "base", "salt": {"test.echo": lambda text: text}}
        try:
            results.append({"out": salt.utils.templates.render_jinja_tmpl(template, context)})
        except salt.exceptions.SaltRenderError as error:
            results.append({"error": str(error).split("\n")[0]})
        except Exception as error:  # what Salt itself would show as a trace
            results.append({"error": type(error).__name__ + ": " + str(error).split("\n")[0]})
    json.dump(results, sys.stdout)
finally:
    shutil.rmtree(root, ignore_errors=True)
