#!/bin/sh
# Assembles the file system of the image in an empty folder: the programs named below, stripped, the
# shared libraries they need, certificates, accounts, /data and /tmp. Runs inside the `rootfs` stage.
# The folder keeps Debian's merged /usr, so that the loader finds libraries where it expects them.
#
# usage: assemble-rootfs.sh <folder> <true|false: with git's https transport>
set -eu
root=$1
git_https=$2

mkdir -p "$root/etc/ssl/certs" "$root/usr/bin" "$root/usr/lib/git-core" "$root/usr/local/bin" \
  "$root/usr/share/git-core/templates" "$root/usr/share/doc"
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"
if [ -e /lib64 ]; then
  mkdir -p "$root/usr/lib64"
  ln -s usr/lib64 "$root/lib64"
fi

# Copies a file that dpkg or the base image put at $1 to $2, with the copyright note of its package.
put() {
  install -D -m "$(stat -L -c %a "$1")" "$1" "$root$2"
  package=$(dpkg -S "$1" 2>/dev/null | head -n 1 | cut -d: -f1) || true
  if [ -n "$package" ] && [ -e "/usr/share/doc/$package/copyright" ]; then
    install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
  fi
}

# Copies the shared libraries of a program, under the names by which they are asked for.
put_libraries() {
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    name=$library
    case $name in /lib*) name=/usr$name ;; esac
    [ -e "$root$name" ] || put "$(readlink -f "$library")" "$name"
  done
}

put "$(readlink -f "$(command -v node)")" /usr/local/bin/node
put /usr/bin/tini-static /usr/bin/tini
put /usr/bin/git /usr/bin/git
put_libraries "$(command -v node)"
put_libraries /usr/bin/git
ln -s ../../bin/git "$root/usr/lib/git-core/git"
if [ "$git_https" = true ]; then
  put /usr/lib/git-core/git-remote-http /usr/lib/git-core/git-remote-http
  put_libraries /usr/lib/git-core/git-remote-http
  ln -s git-remote-http "$root/usr/lib/git-core/git-remote-https"
fi
find "$root/usr" -type f \( -perm /111 -o -name '*.so*' \) -exec strip --strip-unneeded {} \; 2>/dev/null || true

cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"

# Repositories are mounted from machines where other users own them.
printf '[safe]\n\tdirectory = *\n' > "$root/etc/gitconfig"
printf 'root:x:0:0:root:/:/sbin/nologin\nconexus:x:1000:1000:conexus:/data:/sbin/nologin\n' > "$root/etc/passwd"
printf 'root:x:0:\nconexus:x:1000:\n' > "$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' > "$root/etc/nsswitch.conf"

printf "#!/usr/local/bin/node\nimport('/app/dist/src/main.js');\n" > "$root/usr/local/bin/conexus"
chmod 755 "$root/usr/local/bin/conexus"

mkdir -p "$root/tmp" "$root/data/codebase"
chmod 1777 "$root/tmp"
chown -R 1000:1000 "$root/data"
