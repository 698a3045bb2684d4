{% set pkgs = {
  'one': {'versions': ['1.0', '1.1'], 'flags': {'install': '/S', 'uninstall': '/U'}, 'name': 'One'},
  'two': {'versions': ['2.0'], 'flags': {'install': '/qn'}, 'name': "Two's"},
} %}
{% for name, p in pkgs.items() %}
{{ name }}:
{% for v in p.versions %}
  '{{ v }}':
    full_name: {{ p.name | yaml_dquote }}
    install_flags: {{ p.flags.install }}
    uninstall_flags: {{ p.flags.uninstall | default(p['flags']['install'], true) }}
    deep: {a: {b: [1, {c: d}]}, e: !!int '5'}
    idx: {{ loop.index }} {{ loop.last }} {{ loop.length }}
{% endfor %}
{% endfor %}
