{% set version = salt['config.get']('renv:version', '4.0') %}
{%- set minor = version.split('.')[1] | int %}
renv:
  '{{ version }}':
    full_name: R {{ version }}.{{ minor + 1 }}
  {% for i in range(minor, 3) %}
  '4.{{ i + 1 }}.0':
    full_name: R for Windows 4.{{ i + 1 }}.0
    installer: 'https://cran.r-project.org/bin/windows/base/old/4.{{ i + 1 }}.0/R-4.{{ i+1 }}.0-win.exe'
  {% endfor %}
