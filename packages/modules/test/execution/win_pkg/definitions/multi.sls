---
multi:
  '1.0':
    full_name: Doc
...
