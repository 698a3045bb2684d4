{% set ns = namespace(found=false, count=0) %}
{% for r in grains.roles %}{% if r == 'db' %}{% set ns.found = true %}{% endif %}{% set ns.count = ns.count + 1 %}{% endfor %}
nsp:
  {% if ns.found and ns.count == 2 %}
  '1':
    full_name: NS
  {% else %}
  '2':
    full_name: none
  {% endif %}
  {% do {}.update({'a': 1}) %}
  {% with x = 5, y = 6 %}
  '{{ x }}.{{ y }}':
    full_name: with
  {% endwith %}
  {% filter lower %}
  'A.B':
    FULL_NAME: SHOUTED
  {% endfilter %}
  {% block b %}
  'block': {full_name: block}
  {% endblock %}
