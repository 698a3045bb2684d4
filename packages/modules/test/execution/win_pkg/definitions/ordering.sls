zeta: {'10': {full_name: z10}, '9': {full_name: z9}, '2': {full_name: z2}}
alpha: {'1': {z: 1, a: 2, full_name: al}}
'123': {'1': {full_name: numeric name}}
