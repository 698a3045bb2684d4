okforms:
  1.10.0: {full_name: a, msiexec: yes, reboot: no, cache_dir: on, use_scheduler: off, size: 1_000, oct: 0o17, oct2: 017, bin: 0b11, hex: 0xff, sexa: 12:30, flt: 1.0, exp: 1e5, exp2: 1.5e+3, nul: ~, date: 2020-01-02, ts: 2020-01-02 03:04:05, str: !!str 5, y: y, n: n}
  v1: {full_name: v}
  1.2.3.4: {full_name: b}
  1e3: {full_name: 1e3}
  2024a: {full_name: c}
  "1.20": {full_name: 'it''s'}
  '1.30': {full_name: "tab\tand \u00e9 \x41"}
