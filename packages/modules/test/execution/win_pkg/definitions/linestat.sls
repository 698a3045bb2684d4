## line comment
linestat:
  {%- set arches = ['x86', 'x64'] -%}
  {%+ for a in arches %}
  '{{ loop.index }}.0-{{ a }}':
    full_name: {{ '%s %s' | format('LS', a) }}
    pct: {{ '%05.1f|%-5s|%x' % (3.14159, 'a', 255) }}
    fmt: {{ '{0}-{1:>4}-{x!r}'.format(1, 2, x='y') }}
    sl: {{ 'abcdef'[1:4] }} {{ 'abcdef'[::-1] }} {{ '1.2.3.4'.split('.')[:2] | join('.') }}
    zf: {{ '7'.zfill(3) }} {{ '%03d' | format(7) }} {{ 'ab'.ljust(4) }}|
    cmp: {{ salt['pkg.compare_versions']('1.10', '>', '1.9') }}
    cond: {{ 'yes' if a in ('x64',) else 'no' }}
    neg: {{ not true }} {{ 7 // 2 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ -7 % 3 }}
    tilde: {{ 1 ~ 'a' ~ 2.0 }}
  {%- endfor %}
