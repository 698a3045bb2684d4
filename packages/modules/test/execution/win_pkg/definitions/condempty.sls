{% if grains['cpuarch'] == 'x86' %}
only32:
  '1.0': {full_name: Only 32}
{% endif %}
