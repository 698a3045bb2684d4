{%- set arch = 'x64' if grains.cpuarch.endswith('64') else 'x86' -%}
{#- A comment with {{ braces }} and 'quotes' -#}
{%- set base = 'C:\\Program Files\\App' %}
slashes:
  '1.0.0':
    full_name: "App 1.0.0 ({{ arch }})"
    installer: \\server\share\app\{{ arch }}\setup.exe
    uninstaller: '{{ base }}\unins000.exe'
    u2: "{{ base | replace('\\', '\\\\') }}"
    u3: {{ base }}\x
    install_flags: '/VERYSILENT /SUPPRESSMSGBOXES /NORESTART /SP- /DIR="{{ base }}"'
    msiexec: {{ grains['os'] != 'Windows' }}
    reboot: {{ false }}
    n: {{ none }}
    e: {{ '' }}
    f: {{ 1.10 }}
