{%- for v in ['1', '2'] -%}
{%- if loop.first %}
le:
{%- endif %}
  '{{ v }}': {full_name: 'LE {{ v }}'{% if not loop.last %}, more: {{ loop.nextitem }}{% endif %}, cyc: {{ loop.cycle('odd', 'even') }}, prev: {{ loop.previtem | default('none') }}, ch: {{ loop.changed(v) }}, ri: {{ loop.revindex0 }}}
{%- endfor %}
