{% set desc %}
 multi word {{ grains.os }}
{% endset %}
{% set versions = dict([('1.0', 'a'), ('2.0', 'b')]) if false else {'1.0': 'a', '2.0': 'b'} %}
setblock:
{% for v, n in versions | dictsort(true) %}
  '{{ v }}': {full_name: '{{ desc | trim }} {{ n }}'}
{% endfor %}
{% for v in ['3', '4'] recursive %}
  '{{ v }}': {full_name: r{{ v }}}
{% endfor %}
{% for a, b in [('5', {'n': 'five'}), ('6', {'n': 'six'})] %}{% if a != '5' %}
  '{{ a }}': {full_name: {{ b.n }}}
{% endif %}{% endfor %}
{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}
  'i{{ i }}': {full_name: i{{ i }}}
{% endfor %}
