floaty:
  1.10:
    full_name: Floaty
    installer: salt://x.exe
