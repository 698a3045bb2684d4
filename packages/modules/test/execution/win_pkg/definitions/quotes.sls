"quotes 'n' stuff":
  "1.0": {full_name: "He said \"hi\"", a: 'x ''y'' z', b: !!str 1.0, c: ! 5, d: "", e: '', f: ' ', g: "\x41\u0042", h: '\x41'}
'with space':
  '1': {full_name: sp}
with-dash_and.dot+plus:
  '1': {full_name: dp}
