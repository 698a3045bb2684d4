# SPDX-License-Identifier: Apache-2.0
# Compiles cases of public formulas with Salt itself and prints what each sls file gave, as one JSON line a case.
# usage: record.py FORMULAS RUN_DIR CASES_PER_REPOSITORY
import copy, gzip, io, json, os, sys
sys.path.insert(0, sys.argv[1])
import common
from grains import GRAINS
import salt.config, salt.minion, salt.state

run, wanted = os.path.realpath(sys.argv[2]), int(sys.argv[3])
records = []
compile_template = salt.state.compile_template


def tagged(x):
    """Data as JSON that keeps the order and type of keys, and floats."""
    if isinstance(x, dict):
        return {'m': [[tagged(k), tagged(v)] for k, v in x.items()]}
    if isinstance(x, (list, tuple)):
        return [tagged(v) for v in x]
    if isinstance(x, float):
        return {'f': repr(x)}
    return x if isinstance(x, (str, int, type(None))) else str(x)


def recording(template, *args, **kwargs):
    entry = {'path': template, 'sls': args[5] if len(args) > 5 else kwargs.get('sls', '')}
    records.append(entry)
    try:
        data = compile_template(template, *args, **kwargs)
    except Exception as error:
        entry['error'] = str(error)
        raise
    if isinstance(data, io.StringIO):
        data.seek(0)
        data = data.read()
    entry['data'] = tagged(data)
    return data


def record_cases(conf, cases):
    minion = salt.minion.SMinion(salt.config.minion_config(conf + '/minion'))
    kept = {part: copy.deepcopy(minion.opts[part]) for part in ('pillar', 'grains')}
    for case in cases:
        # Templates change pillar and grains for the rest of a run; each case is a run of its own.
        for part in ('pillar', 'grains'):
            minion.opts[part].clear()
            minion.opts[part].update(copy.deepcopy(kept[part]))
        pillar = tagged(minion.opts['pillar'])
        records.clear()
        try:
            minion.functions['state.show_low_sls'](case['arg'])
        except Exception as error:
            print(repr(error), file=sys.stderr)
        print(json.dumps({'id': case['id'], 'calls': case['calls'], 'roots': minion.opts['file_roots']['base'], 'conf': conf,
                          'grains': tagged(minion.opts['grains']), 'pillar': pillar, 'files': list(records)}), flush=True)


salt.state.compile_template = recording
with gzip.open(sys.argv[1] + '/cases-shown.json.gz', 'rt') as handle:
    repositories = json.load(handle)['repos']
for repo in repositories:
    if not common.git_dir(repo['repo']) or not common.has_commit(repo['repo'], repo['commit']):
        continue
    tree = common.Tree(run, repo['repo'], repo['commit'], repo['roots'], repo['pillars'])
    cases = [c for c in repo['cases'] if c['fun'] == 'state.show_low_sls']
    step = max(1, len(cases) // wanted)
    confs = {}
    for case in cases[::step]:
        conf = tree.conf(case['grains'], GRAINS[case['grains']], case['pillar'])
        confs.setdefault(conf, []).append(case)
    for conf, group in confs.items():
        # Minions of one process see each other's grains.
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            record_cases(conf, group)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)
