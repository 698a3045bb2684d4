mixbad:
  1.5:
    full_name: A
  '2':
    - a
    - b
  2.0.0: text
  2019-01-02:
    full_name: D
  true:
    full_name: T
  ~:
    full_name: N
  '3.0':
    full_name: OK
