#!/usr/bin/env bash
# Calls for help when a roommon falls silent, and says when it is back. It runs on another box than roommon's.
#
#   dead-mans-switch.sh SITE SILENCE_S COMMAND [options of mosquitto_sub: -h broker -u eye -P secret --cafile ca.pem]
#
# COMMAND is run with one sentence, once per change. SILENCE_S is how long nothing at all may come: a few minutes where
# roommon publishes its readings (`readings: true`), 90000 (25 h) where it does not, for then `alive` comes once a day.
set -u
site=$1 silence=$2 call=$3
shift 3
trouble=

listen() {
    exec 3< <(exec mosquitto_sub -q 1 -F '%t %p' "$@" -t "roommon/$site/status" -t "roommon/$site/alive" \
        -t "roommon/$site/event" -t "roommon/$site/reading/#" 2>&1)
}

tell() { # what is wrong; nothing when all is well
    [ "$1" = "$trouble" ] && return
    trouble=$1
    "$call" "${1:-roommon $site is back}"
}

listen "$@"
while :; do
    if read -r -t "$silence" topic payload <&3; then
        case "$topic $payload" in
            "roommon/$site/status offline") tell "roommon $site is offline: nobody watches the room" ;;
            "roommon/$site/"*) tell "" ;;
        esac
    elif [ $? -gt 128 ]; then
        tell "nothing of roommon $site for $silence s: look at it, at the broker and at the network"
    else
        tell "no connection to the broker of roommon $site"
        sleep 1
        listen "$@"
    fi
done
