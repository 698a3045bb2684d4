crlfdup:
  "1":
    full_name: |
      two
      lines
    a: "x
      y"
