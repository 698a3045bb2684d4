samea: {'1': {full_name: Same Thing}, '2': {full_name: Same Thing}}
sameb: {'1': {full_name: Same Thing}}
