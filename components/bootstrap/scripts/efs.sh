#!/usr/bin/env bash
# Amazon's file system as the share: mounted as it is, or through an encrypted way to it.
# Inputs:  SHARE_TLS (port on the loopback through which an encrypted share is mounted; empty: in clear), the inputs of
#          mount.sh, functions of packages.sh and daemons.sh.
# Effect:  mount_efs. Encrypted: stunnel as the service antares-share, started at boot ahead of the mount. A share that
#          is mounted the other way is mounted anew; what holds its files open keeps the old way until it ends.
set -euo pipefail

tunnel=antares-share
tunnel_settings=/etc/antares/share-tls.conf
certificates=/etc/ssl/certs/ca-certificates.crt

mount_efs() {
  local server=${SHARE_SOURCE%%:*} left=
  await_name "$server"
  if [ -n "$SHARE_TLS" ]; then
    open_tunnel "$server"
    SHARE_SOURCE=127.0.0.1:${SHARE_SOURCE#*:}
    SHARE_OPTIONS+=,port=$SHARE_TLS,x-systemd.after=$tunnel.service
  fi
  leave_other_way
  mount_nfs
  if [ -z "$SHARE_TLS" ]; then close_tunnel; fi
}

# await_name SERVER: the name of a file system that Amazon has just made takes a while to be known.
await_name() {
  local end=$((SECONDS + 180))
  until getent hosts "$1" >/dev/null || [ "$SECONDS" -ge "$end" ]; do sleep 2; done
}

# Sets `left` where programs hold the share open: they lose it only as they end, and their files with it never.
leave_other_way() {
  local now; now=$(findmnt -n -o SOURCE --mountpoint "$SHARE" | tail -n 1 || true)
  case $now in '' | "$SHARE_SOURCE") return 0 ;; esac
  printf 'the share is mounted from %s; from now on it is %s\n' "$now" "$SHARE_SOURCE"
  timeout 60 umount "$SHARE" || { left=open; umount -l "$SHARE"; }
}

# open_tunnel SERVER
open_tunnel() {
  local changed=
  if ! { command -v stunnel4 && [ -s "$certificates" ]; } >/dev/null; then need stunnel4 ca-certificates; fi
  server_is_genuine "$1"
  mkdir -p /etc/antares "/etc/systemd/system/$tunnel.service.d"
  if tunnel_config "$1" | place 0644 "$tunnel_settings"; then changed=yes; fi
  # A tunnel that ends would leave the share hanging.
  if printf '[Service]\nRestart=always\nRestartSec=2\n' |
    place 0644 "/etc/systemd/system/$tunnel.service.d/antares.conf"; then changed=yes; fi
  if tunnel_service | place 0755 "/etc/init.d/$tunnel"; then changed=yes; fi
  if [ -n "$changed" ]; then
    known_service "$tunnel"
    daemon service "$tunnel" restart
  else
    daemon service "$tunnel" start
  fi
  wait_until 20 tunnel_listens || fail "the encrypted way to $1 is not open on port $SHARE_TLS; see /var/log/antares/share-tls.log"
}

tunnel_listens() { (exec 3<>"/dev/tcp/127.0.0.1/$SHARE_TLS") 2>/dev/null; }

# Asked directly and ahead of the mount, which would only hang. A mount target that is new may not answer yet.
server_is_genuine() {
  local said=
  wait_until "${TUNNEL_SECONDS:-120}" server_answers "$1" ||
    fail "the share's server $1 offers no encryption on port 2049: ${said##*$'\n'}"
  case $said in
  *'verify error'*) fail "the share's server proves not to be $1: $(grep -m 1 'verify error' <<<"$said")" ;;
  esac
}

server_answers() {
  said=$(timeout 20 openssl s_client -brief -connect "$1:2049" -servername "$1" -verify_hostname "$1" \
    -verify_return_error -CAfile "$certificates" </dev/null 2>&1) && return
  case $said in *'verify error'*) ;; *) return 1 ;; esac
}

# tunnel_config SERVER: the name is looked up for each connection, since a boot may be ahead of it.
tunnel_config() {
  printf '%s\n' 'foreground = yes' 'pid =' 'syslog = no' 'debug = notice' \
    "[$tunnel]" 'client = yes' "accept = 127.0.0.1:$SHARE_TLS" "connect = $1:2049" 'delay = yes' \
    "CAfile = $certificates" 'verifyChain = yes' "checkHost = $1" "sni = $1" 'sslVersionMin = TLSv1.2' \
    'TIMEOUTbusy = 20' 'TIMEOUTclose = 0' 'TIMEOUTidle = 70'
}

# Without systemd the mount comes ahead of all services, and has failed.
tunnel_service() {
  cat <<'SERVICE'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          antares-share
# Required-Start:    $local_fs $network
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: The encrypted way to the share of an antares cluster
### END INIT INFO
# pidfile: /run/antares-share.pid
ours="--pidfile /run/antares-share.pid --exec /usr/bin/stunnel4"
start() {
  mkdir -p -m 0700 /var/log/antares
  start-stop-daemon --start --quiet --oknodo $ours --chuid stunnel4:stunnel4 --background --make-pidfile \
    --output /var/log/antares/share-tls.log -- /etc/antares/share-tls.conf
  if [ ! -d /run/systemd/system ] && [ -n "$PREVLEVEL" ]; then mount -a -t nfs4; fi
}
stop() { start-stop-daemon --stop --quiet --oknodo --remove-pidfile --retry 10 $ours; }
case "${1:-}" in
start | stop) "$1" ;;
restart | force-reload) stop && start ;;
status) start-stop-daemon --status $ours ;;
*) echo "Usage: /etc/init.d/antares-share {start|stop|restart|force-reload|status}" >&2; exit 2 ;;
esac
SERVICE
}

# Programs that still hold the share through it keep it until the next boot.
close_tunnel() {
  [ -e "/etc/init.d/$tunnel" ] || return 0
  [ -n "$left" ] || daemon service "$tunnel" stop
  update-rc.d -f "$tunnel" remove
  rm -rf "/etc/init.d/$tunnel" "/etc/systemd/system/$tunnel.service.d" "$tunnel_settings"
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
}
