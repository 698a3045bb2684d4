{% macro entry(version, arch='x64') %}
  '{{ version }}':
    full_name: 'Macro {{ version }} ({{ arch }})'
    installer: 'salt://win/repo-ng/macro/{{ arch }}/setup{{ version | replace('.', '') }}.exe'
{% for k, v in kwargs | dictsort %}
    {{ k }}: {{ v }}
{% endfor %}
{% if caller is defined %}    note: {{ caller() }}{% endif %}
{% if varargs %}    va: {{ varargs }}{% endif %}

{% endmacro %}
macro:
{{ entry('1.0') }}
{{ entry('1.1', reboot=False, locale='de_DE') }}
{% call entry('1.2', 'arm64') %}called{% endcall %}
{{ entry('1.3', 'arm64', 'more', 5) }}
{% macro pf() -%} %ProgramFiles{{ '(x86)' if grains['cpuarch'] == 'AMD64' }}% {%- endmacro %}
  '2.0': {full_name: m, u: '{{ pf() }}\x'}
