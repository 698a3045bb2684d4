strings:
  '1.0':
    full_name: 'It''s "quoted" \n not escaped'
    a: "dq \"x\" \\ \t \/ end"
    b: plain with 'quotes' and "dq" # comment
    c: plain#nocomment
    d: 'multi
      line   single

      para'
    f: |+
      keep

    g: >
      folded
      text

      para
        indented
    h: |2-
        two
       three
    i: C:\Program Files\x
    j: '%ProgramFiles%\x'
    k: "{23170F69-40C1-2702-0920-000001000000}"
    l: /S /D=C:\x
    m: -a -b
