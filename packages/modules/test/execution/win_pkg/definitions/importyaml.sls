{% import_yaml 'win/repo-ng/vars.yml' as vars %}
{% import_json 'win/repo-ng/vars.json' as j %}
{% from 'win/repo-ng/vars.jinja' import url, base_url with context %}
imported:
{% for v, d in vars.versions.items() if v is string %}
  '{{ v }}':
    full_name: Imported {{ v }}
    installer: {{ url(v, arch='x86' if grains.cpuarch == 'x86' else 'amd64') }}
    source_hash: sha256={{ d.sha }}
    base: {{ base_url | upper }}
    {% for k, x in vars.common | dictsort %}
    {{ k }}: {{ x }}
    {% endfor %}
{% endfor %}
{% for v, n in j.ver.items() %}
  '{{ v }}':
    full_name: Imported {{ n }}
    l: {{ j.list }}
    lj: {{ j.list | json }}
    ly: {{ j.list | yaml }}
{% endfor %}
