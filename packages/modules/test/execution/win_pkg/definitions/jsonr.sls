#!jinja|json
{"jsonr": {"1.0": {"full_name": "{{ grains.os }}", "n": 1.0, "l": [null, true]}}}
