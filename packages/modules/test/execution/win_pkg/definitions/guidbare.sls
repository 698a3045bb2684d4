guidbare:
  '1.0':
    full_name: G
    uninstaller: {23170F69-40C1-2702-0920-000001000000}
