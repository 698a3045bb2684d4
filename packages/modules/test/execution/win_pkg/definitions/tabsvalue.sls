tabsin:
  "1.0":
    full_name:	Tabbed value
    installer: a	b
    flags: "a	b"	# trailing
