tagged2:
  '1.0': {full_name: T, f: !!float 5, i: !!int "7", bo: !!bool "yes", n: !!null ""}
