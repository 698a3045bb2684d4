flow: {'1.0': {full_name: Flow (x64), installer: 'salt://a b.exe', install_flags: /S /v"/qn", l: [a, b,
   c], nested: {x: {y: z}}}, 1.1.0: {full_name: F2, msiexec: True,},}
