{% set versions = {'23':['01','00'], '22':['01', '00'], '19':['00'], '9': ['20']} %}
seven:
{% for major, subversions in versions.items() %}
{% for minor in subversions %}
  '{{major}}.{{minor}}.00.0':
    full_name: '7-Zip {{major}}.{{minor}} ({{ "x64 edition" if grains['cpuarch'] == 'AMD64' else "x86" }})'
    installer: 'https://www.7-zip.org/a/7z{{major}}{{minor}}{{ '-x64' if grains['cpuarch'] == 'AMD64' else '' }}.msi'
    install_flags: '/qn /norestart'
    uninstaller: '{23170F69-40C1-270{{ 2 if grains['cpuarch'] == 'AMD64' else 1 }}-{{major}}{{minor}}-000001000000}'
    uninstall_flags: '/qn /norestart'
    msiexec: True
    locale: en_US
    reboot: False
{% endfor %}
{% endfor %}
