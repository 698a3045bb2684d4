rawpkg:
  '1.0':
    full_name: "{% raw %}{{ not a template }} {% endraw %}"
    install_flags: '{{ "{{" }}x{{ "}}" }}'
{# comment
 over lines #}
    uninstaller: '{#- inner -#}   {GUID}'
