#!/usr/bin/env bash
# Fills folder $1 with what the Dockerfile asks of its base image, from this machine's own files: the Node 24 that
# `npm ci` installs, npm, a shell, a few tools, what they are linked against, and user 1000. For where no registry is.
set -euo pipefail
root=$1
cd "$(dirname "$0")/../.."

mkdir -p "$root"/{dev,etc,mnt,proc,root,sys,tmp,usr/bin,usr/local/bin,usr/local/lib/node_modules}
chmod 1777 "$root/tmp"
ln -s usr/bin "$root/bin"

tools=(bash cat chmod cp dirname env find ln ls mkdir mv rm sh sleep uname)
for tool in "${tools[@]}"; do cp -L "$(type -P "$tool")" "$root/usr/bin/"; done
cp node_modules/node/bin/node "$root/usr/local/bin/"
ldd "$root"/usr/bin/* "$root"/usr/local/bin/* node_modules/@rolldown/binding-*/*.node | grep -o '/[^ :)]*' | grep '\.so' | sort -u |
  xargs -I FILE cp -L --parents FILE "$root"

cp -R "$(npm root --global 2> /dev/null)/npm" "$root/usr/local/lib/node_modules/"
for command in npm npx; do
  ln -s "../lib/node_modules/npm/bin/$command-cli.js" "$root/usr/local/bin/$command"
done
# The certificates that this machine trusts beyond Node's own.
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then cp -L "$NODE_EXTRA_CA_CERTS" "$root/etc/extra-ca-certs.pem"; fi

printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'node:x:1000:1000::/tmp:/bin/sh' > "$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'node:x:1000:' > "$root/etc/group"
