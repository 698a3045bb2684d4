versforms:
  1.10.0:
    full_name: a
  1_0:
    full_name: underscore int
  0x10:
    full_name: hex
  012:
    full_name: octal
  12:30:45:
    full_name: sexagesimal
  1e3:
    full_name: exp
  1.0e+3:
    full_name: exp2
  .5:
    full_name: dot five
  latest:
    full_name: lat
  1.2-rc1:
    full_name: rc
  'yes':
    full_name: yes
  on:
    full_name: on
  .inf:
    full_name: inf
  -1:
    full_name: neg
  0b11: {full_name: bin}
  0o17: {full_name: oct2}
  1,000: {full_name: comma}
  +5: {full_name: plus}
  2019-01-02 03:04:05: {full_name: ts}
  ? 9.9
  : {full_name: complex}
  12.1.: {full_name: trailing dot}
  190:20:30.15: {full_name: sexa float}
  08: {full_name: eight}
  =: {full_name: eq}
