crlf:
  {% for v in ["1.0", "1.1"] %}
  "{{ v }}":
    full_name: "CRLF {{ v }}"
    installer: salt://a\b.exe
    # comment
    install_flags: >-
      /S
      /D
  {% endfor %}
