#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the services of a release that was unpacked anywhere: writes what the service manager of this machine reads, with the
# place of the release in it. Run it again after the directory was moved.
usage='install.sh [--system systemd|openrc|sysv|launchd|smf] [--root DIRECTORY] [MASTER]

  MASTER            the address of the master: goes into etc/minion, and the minion is enabled and started
  --system NAME     the service manager, where it is not to be found out
  --root DIRECTORY  write the files below it, and enable and start nothing'

fail() {
  echo "install.sh: $1" >&2
  exit "${2:-70}"
}

system='' root='' master=''
while [ $# -gt 0 ]; do
  case $1 in
    --system | --root)
      [ $# -gt 1 ] || fail "$1 needs a value" 64
      [ "$1" = --system ] && system=$2
      [ "$1" = --root ] && root=$2
      shift 2
      ;;
    -h | --help)
      echo "$usage"
      exit 0
      ;;
    '' | -* | *[!A-Za-z0-9._:-]*) fail "$1 is not the address of a master
$usage" 64 ;;
    *)
      [ -z "$master" ] || fail "one master, not $master and $1" 64
      master=$1
      shift
      ;;
  esac
done

here=${0%/*}
[ "$here" = "$0" ] && here=.
prefix=$(CDPATH='' cd -- "$here/.." && pwd -P) || fail "cannot find the directory of $0"
case $prefix in
  *[!A-Za-z0-9/._+-]*) fail "the release lies in $prefix: move it to a path of letters, digits and / . _ + - alone" ;;
esac
[ -x "$prefix/bin/salt-minion" ] || fail "there is no $prefix/bin/salt-minion: unpack the whole archive"

# The service manager that runs this machine.
detect() {
  case $(uname -s) in
    SunOS) echo smf ;;
    Darwin) echo launchd ;;
    *)
      if [ -d /run/systemd/system ]; then
        echo systemd
      elif [ -x /sbin/openrc-run ]; then
        echo openrc
      elif [ -d /etc/init.d ]; then
        echo sysv
      fi
      ;;
  esac
}
[ -n "$system" ] || system=$(detect)
is_global=
[ "$system" = smf ] && [ "$(zonename 2> /dev/null)" = global ] && is_global=1

# Where a service file goes, and with which mode.
mode=644
case $system in
  systemd) folder=/etc/systemd/system suffix=.service ;;
  openrc | sysv) folder=/etc/init.d suffix='' mode=755 ;;
  launchd) folder=/Library/LaunchDaemons suffix=.plist ;;
  smf) folder=/var/svc/manifest/site suffix=.xml ;;
  '') fail 'no service manager was found: name one with --system' ;;
  *) fail "--system $system: there are systemd, openrc, sysv, launchd and smf" 64 ;;
esac
# The root of the global zone is in memory: services in /opt/custom/smf are imported at each boot.
[ -n "$is_global" ] && folder=/opt/custom/smf

# put NAME: the service file of one daemon, whole or not at all.
put() {
  target=$root$folder/$1$suffix
  enabled=false
  [ -n "$is_global" ] && enabled=true
  mkdir -p "$root$folder" || fail "cannot make $root$folder"
  sed -e "s|SALT_PREFIX|$prefix|g" -e "s|SALT_ENABLED|$enabled|g" "$here/$system/$1$suffix" > "$target.new" &&
    chmod "$mode" "$target.new" && mv "$target.new" "$target" || fail "cannot write $target"
  echo "wrote $target"
}

# Everything that the daemons write lies below the release, too.
for daemon in master minion; do
  mkdir -p "$prefix/etc/$daemon.d" || fail "cannot make $prefix/etc/$daemon.d"
  echo "root_dir: $prefix" > "$prefix/etc/$daemon.d/prefix.conf" || fail "cannot write to $prefix/etc"
done
if [ -n "$master" ]; then
  file=$prefix/etc/minion
  # What else is written there stays.
  if [ -f "$file" ] && grep -q '^master:' "$file"; then
    grep -q '^master: *[^ #]' "$file" || fail "$file names several masters: change it there, and leave out $master"
    sed "s|^master:.*|master: $master|" "$file" > "$file.new"
  else
    { echo "master: $master" && { [ ! -f "$file" ] || cat "$file"; }; } > "$file.new"
  fi || fail "cannot write $file"
  mv "$file.new" "$file" || fail "cannot write $file"
  echo "wrote $file"
fi

put salt-minion
[ -n "$is_global" ] || put salt-master
[ -z "$root" ] || exit 0

import() {
  svccfg import "$folder/$1$suffix" || fail "svccfg refused $folder/$1$suffix"
}
case $system in
  systemd) systemctl daemon-reload ;;
  smf)
    import salt-minion
    [ -n "$is_global" ] || import salt-master
    ;;
esac

case $system in
  systemd) enable='systemctl enable --now salt-minion' ;;
  openrc) enable='rc-update add salt-minion default && rc-service salt-minion start' ;;
  sysv) enable="$(command -v update-rc.d > /dev/null 2>&1 && echo 'update-rc.d salt-minion defaults' || echo 'chkconfig --add salt-minion') && $folder/salt-minion start" ;;
  launchd) enable="launchctl bootstrap system $folder/salt-minion$suffix" ;;
  smf) enable='svcadm enable salt-minion' ;;
esac
if [ -z "$master" ]; then
  echo "Say where the master is in $prefix/etc/minion, then: $enable"
else
  eval "$enable" || fail "the minion was not started: $enable"
fi
