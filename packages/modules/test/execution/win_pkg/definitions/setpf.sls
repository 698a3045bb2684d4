{% if grains['cpuarch'] == 'AMD64' %}
    {% set PROGRAM_FILES = "%ProgramFiles(x86)%" %}
{% else %}
    {% set PROGRAM_FILES = "%ProgramFiles%" %}
{% endif %}
npp:
  {% for ver in '8.6.2', '8.6', '7.9.5' %}
  '{{ ver }}':
    full_name: 'Notepad++{% if ver.startswith("8") %} (64-bit x64){% endif %}'
    installer: 'https://github.com/notepad-plus-plus/releases/download/v{{ ver }}/npp.{{ ver }}.Installer.exe'
    install_flags: '/S'
    uninstaller: '{{ PROGRAM_FILES }}\Notepad++\uninstall.exe'
    uninstall_flags: '/S'
    msiexec: False
  {% endfor %}
