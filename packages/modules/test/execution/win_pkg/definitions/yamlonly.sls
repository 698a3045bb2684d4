#!yaml
yamlonly:
  '1.0': {full_name: "{{ raw braces }}"}
