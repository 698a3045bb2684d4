{% set r = salt['reg.read_value']('HKLM', 'SOFTWARE\\X', 'Path') %}
regdef:
  '1':
    full_name: reg {{ r.success }} {{ r['vdata'] if r.success else 'none' }}
    pf: {{ salt['environ.get']('PROGRAMFILES') }} {{ salt['environ.get']('NOPE', 'x') }} {{ salt['environ.get']('ProgramFiles(x86)') | yaml_encode }}
    cmp: {% if salt['pkg.compare_versions'](ver1=grains.osversion, oper='>=', ver2='10.0') %}new{% else %}old{% endif %}

