#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts a program of the version that the file `current` names. Runs with an empty environment: what is not part of the
# shell is called by its full path. Daemons are started again when they ask for it (exit code 85 after an update), and a
# version that is on trial is watched by the version before it.
name=${0##*/}
home=${0%/*}
[ "$home" = "$0" ] && home=.
if [ -L "$0" ]; then
  for readlink in /usr/bin/readlink /bin/readlink; do
    [ -x "$readlink" ] && home=$("$readlink" -f "$0") && name=${home##*/} && home=${home%/*} && break
  done
fi
root=$(CDPATH='' cd -- "$home" && pwd -P) || exit 70
unset NODE_OPTIONS NODE_PATH

# Sets `version` to a complete version: the one that `current` names, else the one before it, else any.
choose() {
  version=
  for pointer in current previous; do
    if [ -r "$root/$pointer" ]; then
      IFS= read -r version < "$root/$pointer" || :
      case $version in '' | */* | .*) ;; *) [ -f "$root/versions/$version/MANIFEST.json" ] && return ;; esac
    fi
  done
  for manifest in "$root"/versions/*/MANIFEST.json; do
    [ -f "$manifest" ] && version=${manifest%/MANIFEST.json} && version=${version##*/} && return
  done
  echo "$name: there is no complete version in $root/versions: unpack the release again" >&2
  exit 70
}

# Sets `node` and `updater` to those of the version before the one on trial, which judges it; fails where there is no trial.
judge() {
  [ -r "$root/trial" ] || return 1
  IFS= read -r judge < "$root/trial" || :
  case $judge in '' | */* | .*) return 1 ;; esac
  node=$root/versions/$judge/bin/node
  updater=$root/versions/$judge/lib/updater.js
  [ -x "$node" ] && [ -r "$updater" ]
}

case " @DAEMONS@ " in
  *" $name "*) ;;
  *)
    choose
    exec "$root/versions/$version/bin/node" "$root/versions/$version/lib/$name.js" "$@"
    ;;
esac

export HALITE_LAUNCHER="$root/$name"
child=
trap '[ -n "$child" ] && kill -TERM "$child" 2> /dev/null; stopping=1' TERM INT
trap '[ -n "$child" ] && kill -HUP "$child" 2> /dev/null' HUP
stopping=
while :; do
  # It may turn `current` back.
  judge && "$node" "$updater" attempt "$root" "$name"
  choose
  "$root/versions/$version/bin/node" "$root/versions/$version/lib/$name.js" "$@" <&0 &
  child=$!
  watcher=
  if judge; then
    "$node" "$updater" watch "$root" "$child" &
    watcher=$!
  fi
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2> /dev/null || break
  done
  child=
  verdict=
  if [ -n "$watcher" ]; then
    kill -TERM "$watcher" 2> /dev/null
    wait "$watcher" 2> /dev/null
    verdict=$?
  fi
  [ -n "$stopping" ] && exit "$code"
  # It asked for it, or the watcher has gone back to the version before.
  [ "$code" = 85 ] || [ "$verdict" = 3 ] && continue
  # It ended while it was on trial: another attempt, or the version before.
  if [ -n "$watcher" ] && [ "$code" != 0 ]; then
    judge && "$node" "$updater" failed "$root" "$code" && continue
  fi
  exit "$code"
done
