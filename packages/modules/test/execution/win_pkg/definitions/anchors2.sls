anchored:
  '1.0': &base
    full_name: Anchored
    installer: a.exe
    flags: &f [1, 2, {x: y}]
    install_flags: /S
  '1.1':
    <<: *base
    installer: b.exe
    more: *f
  '1.2':
    installer: first
    <<: *base
    full_name: Anchored 2
  '1.3':
    <<: [*base, {extra: 1}]
alias: &al
  '3': {full_name: x}
aliased: *al
