#!/usr/bin/env bash
# mount.nfs4 and mount.nfs of a throw-away host: the kernel of a test machine seldom has NFS.
# Inputs:  as mount(8) calls its helpers: SERVER:/PATH DIRECTORY [-sfnv] [-o OPTIONS]; the servers that exist
#          are the folders of /run/nfs-servers.
# Effect:  DIRECTORY shows the server's folder through a FUSE process of this host alone: stopped, the share
#          hangs; killed, it fails at once. Exit code 32 where mount.nfs has it.
set -euo pipefail

fail() {
  printf 'mount.nfs4: %s\n' "$1" >&2
  exit 32
}

spec=$1 directory=$2 options=
shift 2
while getopts 'sfnvo:' flag; do
  case $flag in
  f) exit 0 ;;
  o) options=$OPTARG ;;
  *) ;;
  esac
done

server=/run/nfs-servers/${spec%%:/*}
[ -d "$server" ] || fail "Failed to resolve server ${spec%%:/*}: Name or service not known"
source=$server/${spec#*:/}
[ -d "$source" ] || fail "mounting $spec failed, reason given by server: No such file or directory"
! mountpoint -q "$directory" || fail "$directory is busy or already mounted"

# A mount leaves no process behind that could hold streams or locks of whoever mounts.
for number in {3..99}; do exec {number}>&-; done

# What NFS promises: root is root (no_root_squash), and who opens a file sees what was written to it elsewhere.
# NFS' own options mean nothing to FUSE.
stand_in=allow_other,dev,suid,fsname=$spec,minfreespace=0,cache.files=auto-full,cache.attr=0,cache.entry=0
case ",$options," in *,ro,*) stand_in+=,ro ;; esac
exec mergerfs -o "$stand_in" "$source" "$directory"
