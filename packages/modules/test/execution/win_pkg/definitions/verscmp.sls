{% set os = grains['osrelease'] %}
verscmp:
{% for v in ['1.0','2.0'] if v != '1.0' or grains.cpuarch == 'x86' %}
  '{{ v }}': {full_name: 'VC {{ v }} {{ os }}'}
{% else %}
  'none': {full_name: none}
{% endfor %}
