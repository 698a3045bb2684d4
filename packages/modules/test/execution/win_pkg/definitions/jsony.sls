{"jsony": {"1.0": {"full_name": "J", "n": 1.50, "t": true},
  "2.0": {"full_name": "J2"}}}
