#!jinja|yaml
bomshebang:
  "1.0":
    full_name: BOM
