#!/bin/sh
# Puts roommon in place on a Debian box: /opt/roommon, /etc/roommon, the user, the unit. Run as root, again to upgrade.
# Needs no network when dist/wheels holds the packages (`make wheels`, on a machine that has one, with the same Python).
#
# Each run makes a folder of its own, /opt/roommon-<time>, and turns the link /opt/roommon to it at the end: a run that fails
# changes nothing, a running daemon keeps its files, and the way back is to turn the link to the folder before.
set -eu
umask 022
here=$(cd "$(dirname "$0")/.." && pwd)
fail() { echo "roommon is not installed: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "run this as root"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "it needs Python 3.11 or newer"

new=/opt/roommon-$(date -u +%Y%m%dT%H%M%SZ)
trap 'rm -rf "$new"' EXIT
"$python" -m venv "$new" || fail "apt install python3-venv"
if [ -d "$here/dist/wheels" ]; then
  set -- --no-index --find-links "$here/dist/wheels" 'roommon[fast,demo,notify]'
else
  set -- "$here[fast,demo,notify]"
fi
"$new/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$@" || fail "pip says why, above"

running=no
if systemctl is-active --quiet roommon 2>/dev/null; then
  running=yes
  "$new/bin/roommon" check /etc/roommon || fail "the new version does not take /etc/roommon; the old one goes on running"
fi

old=$(readlink /opt/roommon || true)
ln -s "$new" /opt/roommon.new
mv -T /opt/roommon.new /opt/roommon
trap - EXIT
for folder in /opt/roommon-*; do
  case $folder in "$new" | "$old") ;; *) rm -rf "$folder" ;; esac
done
ln -sf /opt/roommon/bin/roommon /usr/local/bin/roommon

install -D -m 644 "$here/systemd/sysusers.conf" /usr/lib/sysusers.d/roommon.conf
install -D -m 644 "$here/systemd/tmpfiles.conf" /usr/lib/tmpfiles.d/roommon.conf
install -D -m 644 "$here/systemd/roommon.service" /usr/lib/systemd/system/roommon.service
install -D -m 644 "$here/systemd/roommon-notify.service" /usr/lib/systemd/system/roommon-notify.service
systemd-sysusers roommon.conf
systemd-tmpfiles --create roommon.conf
rm -rf /usr/share/roommon/grafana /usr/share/roommon/prometheus
install -d /usr/share/roommon/grafana
cp -R "$here/config/grafana/dashboards" "$here/config/grafana/provisioning" /usr/share/roommon/grafana/
cp -R "$here/config/prometheus" /usr/share/roommon/prometheus
chmod -R u=rwX,go=rX /usr/share/roommon
install -d /usr/share/doc/roommon/examples
install -m 644 "$here"/docs/operations*.md "$here"/docs/notify*.md "$here/docs/openapi.yaml" /usr/share/doc/roommon/
install -m 644 "$here/config/roommon.schema.json" "$here/config/notify.schema.json" /usr/share/doc/roommon/
install -m 644 "$here"/systemd/examples/*.conf "$here"/config/examples/*.yaml "$here"/config/examples/notify/*.yaml "$here/config/notify.yaml" \
  /usr/share/doc/roommon/examples/
if [ ! -e /etc/roommon/roommon.yaml ]; then
  install -m 640 -o root -g roommon "$here/config/roommon.yaml" /etc/roommon/roommon.yaml
fi

systemctl daemon-reload 2>/dev/null || true
systemctl try-restart roommon-notify 2>/dev/null || true
if [ "$running" = yes ]; then
  systemctl restart roommon
  echo "roommon $(/opt/roommon/bin/python -c 'import importlib.metadata as m; print(m.version("roommon"))') runs."
  exit 0
fi
cat <<'SAY'
roommon is in place. What is left to do:
  1. edit  /etc/roommon/roommon.yaml  and put its secrets into  /etc/roommon/secrets/  (one file each, chmod 600)
  2. roommon check --connect
  3. systemctl enable --now roommon
  4. adduser YOU roommon     for whoever looks and commands there: roommon alarms
  5. to tell people by mail, SMS, ...: /etc/roommon-notify/notify.yaml, from examples/notify.yaml, and
     roommon notify check && systemctl enable --now roommon-notify && roommon notify test
More: /usr/share/doc/roommon/operations.md
SAY
