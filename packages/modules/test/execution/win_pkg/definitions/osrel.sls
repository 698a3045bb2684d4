{% if grains['osrelease'] in ['2019Server', '2016Server'] and salt['pkg.compare_versions'](grains['osversion'], '>', '6.3') %}
{%   set kb = 'KB123456' %}
{% else %}
{%   set kb = 'KB654321' %}
{% endif %}
{% set v = grains['osversion'].split('.') %}
osrel:
  '{{ v[0] }}.{{ v[1] }}.{{ v[2] | int + 1 }}':
    full_name: '{{ kb }} for {{ grains.osrelease }}'
    cond: {% if v[0] | int >= 10 %}ten{% elif v[0] == '6' %}six{% endif %}

    lang: {{ grains.locale_info.defaultlanguage | replace('_', '-') }} {{ grains['locale_info']['defaultencoding'] }}
    host: {{ grains['host'] | upper }}.{{ grains.get('domain', 'none') }} {{ grains['id'] }}
    sv: {{ grains['saltversioninfo'][0] }} {{ grains.saltversion.split('.') | first }}
    fb: {{ salt['grains.filter_by']({'Windows': {'x': 1}, 'default': {'x': 2}}, grain='os_family').x }}
    gg: {{ salt['grains.get']('locale_info:defaultlanguage') }} {{ salt['grains.get']('roles:0', 'nolist') }}
