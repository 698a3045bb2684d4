# Ünïcode – комментарий
日本:
  '1.0':
    full_name: 'Café 日本語 — Приложение ™'
    installer: 'salt://файлы/инсталлятор.exe'
    install_flags: '/LANG=日本 /S "émoji 😀"'
"na\u00efve":
  '2':
    full_name: "\u65e5\u672c \U0001F600 \x07"
