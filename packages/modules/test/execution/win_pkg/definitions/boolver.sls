boolver:
  'true': {full_name: a, msiexec: 'true', reboot: "False", cache_dir: TRUE, x: Yes, y: OFF, z: tRue}
