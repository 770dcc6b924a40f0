#!/bin/sh
# Puts roommon in place on a Debian box: /opt/roommon, /etc/roommon, the user and the unit. Run as root, again to upgrade.
# Needs no network when dist/wheels holds the packages (`make wheels` on a machine that has one, of the same Python).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" = 0 ] || { echo "make install: run it as root"; exit 1; }
python=${PYTHON:-python3}

"$python" -m venv /opt/roommon || { echo "make install: apt install python3-venv"; exit 1; }
if [ -d "$here/dist/wheels" ]; then
  /opt/roommon/bin/pip install --quiet --disable-pip-version-check --no-index --find-links "$here/dist/wheels" \
    --upgrade --force-reinstall --no-deps roommon
  /opt/roommon/bin/pip install --quiet --disable-pip-version-check --no-index --find-links "$here/dist/wheels" 'roommon[fast,demo]'
else
  /opt/roommon/bin/pip install --quiet --disable-pip-version-check --upgrade "$here[fast,demo]"
fi
ln -sf /opt/roommon/bin/roommon /usr/local/bin/roommon

install -D -m 644 "$here/systemd/sysusers.conf" /usr/lib/sysusers.d/roommon.conf
install -D -m 644 "$here/systemd/tmpfiles.conf" /usr/lib/tmpfiles.d/roommon.conf
install -D -m 644 "$here/systemd/roommon.service" /usr/lib/systemd/system/roommon.service
systemd-sysusers roommon.conf
systemd-tmpfiles --create roommon.conf
for page in "$here"/docs/operations*.md; do install -D -m 644 "$page" "/usr/share/doc/roommon/$(basename "$page")"; done

if [ ! -e /etc/roommon/roommon.yaml ]; then
  install -m 640 -o root -g roommon "$here/config/roommon.yaml" /etc/roommon/roommon.yaml
fi
systemctl daemon-reload 2>/dev/null || true
cat <<'SAY'
roommon is in place. What is left to do:
  1. edit  /etc/roommon/roommon.yaml  and put its secrets into  /etc/roommon/secrets/  (one file each)
  2. roommon check --connect /etc/roommon
  3. systemctl enable --now roommon
SAY
