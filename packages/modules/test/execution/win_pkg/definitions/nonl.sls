nonl:
  "1":
    full_name: NoNewline