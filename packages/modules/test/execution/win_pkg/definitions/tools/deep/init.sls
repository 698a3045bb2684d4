deep:
  '1.0': {full_name: Deep}
