#!/usr/bin/env bash
# An encrypted way to Amazon's file system: stunnel as the service antares-share, started at boot ahead of the mount.
# Inputs:  SHARE_TLS (port on the loopback), SHARE_SOURCE, the functions of packages.sh, daemons.sh and mount.sh;
#          TUNNEL_SECONDS: how long a server that does not answer is waited for.
# Effect:  open_tunnel and close_tunnel.
set -euo pipefail

tunnel=antares-share
tunnel_settings=/etc/antares/share-tls.conf
certificates=/etc/ssl/certs/ca-certificates.crt

# open_tunnel SERVER
open_tunnel() {
  local changed=
  if ! { command -v stunnel4 && [ -s "$certificates" ]; } >/dev/null; then need stunnel4 ca-certificates; fi
  server_is_genuine "$1"
  mkdir -p /etc/antares
  if tunnel_config "$1" | place 0644 "$tunnel_settings"; then changed=yes; fi
  if tunnel_service | place 0755 "/etc/init.d/$tunnel"; then changed=yes; fi
  # A tunnel that ends would leave the share hanging.
  known_service "$tunnel" always
  if [ -n "$changed" ]; then daemon service "$tunnel" restart; else daemon service "$tunnel" start; fi
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

# close_tunnel HELD: programs that still hold the share through it keep it until the next boot.
close_tunnel() {
  [ -e "/etc/init.d/$tunnel" ] || return 0
  [ -n "$1" ] || daemon service "$tunnel" stop
  update-rc.d -f "$tunnel" remove
  rm -rf "/etc/init.d/$tunnel" "/etc/systemd/system/$tunnel.service.d" "$tunnel_settings"
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
}
