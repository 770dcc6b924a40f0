#!/bin/bash
# Runs a command for each event that people are to be told of: subscriber.sh SITE COMMAND [OPTIONS OF mosquitto_sub]
# Needs mosquitto-clients and jq. The last number is kept in SITE.number; a repeat is dropped, a gap is said.
set -u -o pipefail
site=$1 command=$2
shift 2
place=$site.number

while true; do
  # -c -i: a session of our own, which the broker keeps while we are away. One event a line.
  while IFS= read -r event; do
    number=$(jq .number <<<"$event") || continue
    last=$(cat "$place" 2>/dev/null || echo $((number - 1)))
    [ "$number" -gt "$last" ] || continue
    [ "$number" -eq $((last + 1)) ] || "$command" "events $((last + 1)) to $((number - 1)) of $site have not come"
    if [ "$(jq .tell <<<"$event")" = true ]; then
      "$command" "$(jq -r '"[\(.priority)] \(.text). \(.response)"' <<<"$event")"
    fi
    echo "$number" >"$place"
  done < <(exec mosquitto_sub -c -i "subscriber-$site" -q 1 -t "roommon/$site/event" "$@")
  sleep 5   # the broker is away
done
