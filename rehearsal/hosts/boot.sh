#!/usr/bin/env bash
# Boots a throw-away host; runs as the first process of its fresh namespaces and becomes its init.
#   HOST_FQDN    its name
#   HOST_DIR     folder with upper/ (its disk), work/ and root/ (where it is mounted)
#   HOST_LOWER   image folders, topmost first, separated by colons
#   arguments    SOURCE TARGET ro|rw, repeated: folders or files of the machine that it sees
# Effect: everything it mounts belongs to its own mount namespace and ends with it.
set -euo pipefail

root="$HOST_DIR/root"

mount_disk() {
  # redirect_dir: renaming a folder that came with the image must work as on any disk.
  # volatile: the disk is thrown away, so nobody needs to wait for fsync.
  local options="redirect_dir=on,index=off,metacopy=off,volatile"
  options+=",lowerdir=$HOST_LOWER,upperdir=$HOST_DIR/upper,workdir=$HOST_DIR/work"
  mount -t overlay rehearsal -o "$options" "$root"
}

mount_kernel_filesystems() {
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  # Kernel settings are the whole machine's: a package's sysctl file must not reach them.
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  mount -t tmpfs -o mode=755,nosuid tmpfs "$root/run"
  mkdir -p "$root/run/sshd"
  mkdir -m 1777 "$root/run/lock"
}

make_device() {
  mknod -m 666 "$root/dev/$1" c "$2" "$3"
}

mount_devices() {
  mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
  make_device null 1 3
  make_device zero 1 5
  make_device full 1 7
  make_device random 1 8
  make_device urandom 1 9
  make_device tty 5 0
  # Opening it gives nothing away: mounting needs root.
  make_device fuse 10 229
  mkdir "$root/dev/pts"
  mkdir -m 1777 "$root/dev/shm"
  mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=0666 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
}

bind() {
  local source="$1" target="$root$2" mode="$3"
  if [[ -d $source ]]; then
    mkdir -p "$target"
  else
    mkdir -p "$(dirname "$target")"
    [[ -e $target ]] || touch "$target"
  fi
  mount --bind "$source" "$target"
  if [[ $mode == ro ]]; then mount -o remount,bind,ro "$target"; fi
}

echo "$HOST_FQDN" >/proc/sys/kernel/hostname
mount_disk
mount_kernel_filesystems
mount_devices
while (($# > 0)); do
  bind "$1" "$2" "$3"
  shift 3
done

cd "$root"
# The old root ends up under the new one and is let go at once: no folder is needed for it.
pivot_root . .
umount -l .
cd /
# No namespace protects the real-time clock, kernel modules, raw I/O and the kernel's log.
exec setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog \
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  tini -- /usr/sbin/sshd -D -e
