{% set vs = ['10.0', '9.1', '2.10', '2.9'] %}
filters:
  '{{ vs | first }}':
    full_name: v {{ 'a b' | title }} {{ vs | length }} {{ vs | sort | join('/') }} {{ vs | map('replace', '.', '-') | list | join(' ') }}
    sel: v {{ vs | reject('equalto', '9.1') | list }}
    sel2: v {{ vs | select('match', '^2') | list }}
    mx: v {{ vs | max }} {{ vs | map('float') | max }} {{ vs | map('int', 0) | list }}
    d: v {{ undefinedvar | default('dd') }} {{ '' | default('e', true) }} {{ none | default('n') }}
    u: v {{ 'a b&c' | urlencode }} {{ 'x' * 3 }} {{ [1, 2] + [3] }} {{ {'a': 1}.get('a') }}
    yenc: {{ 'it"s: x' | yaml_encode }}
    ysq: {{ "q'q" | yaml_squote }}
    ydq: {{ "q'q\t\"x\"" | yaml_dquote }}
    ye2: {{ 1.0 | yaml_encode }}
    tj: {{ {'b': [1, true, none], 'a': 'x'} | tojson }}
    grp: '{% for g in [{'k': 1, 'v': 'a'}, {'k': 2, 'v': 'b'}, {'k': 1, 'v': 'c'}] | groupby('k') %}{{ g.grouper }}={{ g.list | map(attribute='v') | join }};{% endfor %}'
    rx: "{{ 'abc123' | regex_replace('[0-9]+', 'N') }} {{ 'a1b2' | regex_search('([a-z])(\d)') }}"
    rm: "{{ 'a1b2' | regex_match('(.*)2') }}"
    bat: v {{ [1,2,3,4,5] | batch(2) | list }}
    rg: v {{ range(0, 10, 3) | list }}
    wd: v {{ 'one two three' | wordcount }} {{ 'abc' | reverse }} {{ '<b>' | e }} {{ 3.7 | round | int }} {{ 1234567 | filesizeformat }}
    un: "{{ [3, 1, 3, 2] | unique | list }} {{ 'a,b' .split(',') | last }} {{ 'TRUE' | to_bool }}"
    sq: v {{ 'a' | sequence }} {{ 'text' | sha256 }} {{ 'text' | base64_encode }}
    path: v {{ 'C:\\a\\b.exe' | basename if false else 'x/y.exe'.rsplit('/', 1)[1] }}
    tr: v {{ '  a ' | trim }}{{ 'abc' | truncate(3) }} {{ 'a-b_c' | replace('-', '') | upper | lower | capitalize }}
    cn: v {{ 'a' | center(5) }}|{{ ['b','a'] | sort(reverse=true) }}
    st: "{{ 'x' in 'xyz' }} {{ '1.2'.isdigit() }} {{ 'v1.2'.lstrip('v') }} {{ 'ab'.index('b') }} {{ 'a.b'.count('.') }} {{ 'x.y.z'.rpartition('.') }}"
    ts: v {{ 1.10 }} {{ '1.10' | float }} {{ 10000000000000000000000 }} {{ 1e3 }} {{ 5.0 | int }} {{ '0x1f' | int(0, 16) }}
    it: '{{ {'b': 1, 'a': 2}.keys() | list | join }} {{ {'b': 1, 'a': 2} | dictsort(by="value") | length }}'
    sl: v {{ [1,2,3,4] | slice(2) | list }} {{ [1,2,3][-1] }} {{ (1,2)[0] }} {{ [[1,2],[3]] | sum(start=[]) }}
    at: "{{ [{'a': {'b': 1}}] | map(attribute='a.b') | list }} {{ [{'n': 1}, {'n': 2}] | selectattr('n', 'gt', 1) | map(attribute='n') | list }}"
    vl: v {{ '1.2.3' | regex_replace('\\.', '_') }} {{ 'abc' | regex_replace('(?i)B', 'X') }}
    test: v {{ 1 is odd }} {{ 'a' is string }} {{ {} is mapping }} {{ none is none }} {{ x is defined }} {{ 4 is divisibleby 2 }} {{ 'a' is in ['a'] }} {{ 1 is sameas 1 }} {{ [] is iterable }} {{ 2 is ge 2 }}
