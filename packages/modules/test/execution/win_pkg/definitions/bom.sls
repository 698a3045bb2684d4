bom:
  "1.0":
    full_name: BOM
