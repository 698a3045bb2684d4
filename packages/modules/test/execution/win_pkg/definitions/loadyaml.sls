{% load_yaml as versions -%}
# comment
- '154.0'
- '153.0.4'
- 1.10
- 2
{% endload -%}
{% load_yaml as map %}
AMD64: win64
x86: win32
{% endload %}
{% load_json as j %}{"a": [1, 2]}{% endload %}
{% load_text as t %}
 some text
{% endload %}
ly:
{%- for v in versions %}
  '{{ v }}':
    full_name: 'LY {{ v }}'
    installer: 'https://x/{{ map[grains.cpuarch] }}/{{ v | string | replace(".", "_") }}'
    j: {{ j.a | sum }}
    t: '{{ t | trim }}'
{%- endfor %}
