#!/usr/bin/env bash
# Builds the Dockerfile and checks the image: user, read-only root, every job, SIGTERM to PID 1; says what it weighs.
#   scripts/image.sh [docker|podman|buildah|none]
# Without an argument it takes the first that works here; buildah is installed where this is root on Debian. `none`
# builds no image: it checks the same layout, production dependencies only, in a clean folder. Needs an `npm ci` before.
set -euo pipefail
cd "$(dirname "$0")/.."

image=localhost/replay-batch:check
stand_in=localhost/replay-batch-node:stand-in
container=replay-batch-check-$$
base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
node=$PWD/node_modules/node/bin/node
work=$(mktemp -d)
chmod 755 "$work"
isolate=(unshare --mount --pid --net --fork --kill-child)

say() { echo "image: $*"; }
fail() {
  say "FAILED: $*" >&2
  cat "$work"/log "$work"/stdout "$work"/stderr >&2 2> /dev/null || true
  exit 1
}
quietly() { "$@" > "$work/log" 2>&1 || fail "$*"; }

clean_up() {
  trap - EXIT
  if [ -n "${running:-}" ]; then kill_it > /dev/null 2>&1 || true; fi
  case ${engine:-} in docker | podman) "$engine" rmi --force "$image" "$stand_in" > /dev/null 2>&1 || true ;; esac
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- what builds it -------------------------------------------------------------------------------------------------

works() {
  case $1 in
    docker | podman) "$1" info > /dev/null 2>&1 ;;
    buildah)
      [ "$(id -u)" = 0 ] && "${isolate[@]}" true 2> /dev/null && { type -P buildah > /dev/null || install_buildah; }
      ;;
    none) true ;;
  esac
}
install_buildah() {
  type -P apt-get > /dev/null || return
  say 'no container engine here: installing buildah'
  { apt-get update && apt-get install -y --no-install-recommends buildah; } < /dev/null > "$work/log" 2>&1
}
engine=${1:-}
if [ -z "$engine" ]; then
  for engine in docker podman buildah none; do if works "$engine"; then break; fi; done
fi
[ -x "$node" ] || fail 'expected the Node of node_modules; run npm ci first'

# A store of its own: nothing of this machine's is used, nothing is left.
buildah() { command buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }
build() {
  case $engine in
    docker) docker build "$@" ;;
    podman) podman build --layers=false "$@" ;; # no first stage left behind
    buildah) buildah bud --isolation chroot "$@" ;;
  esac
}
pull() { if [ "$engine" = buildah ]; then buildah pull "$base"; else "$engine" pull "$base"; fi; }

build_image() {
  local from=$base
  if ! pull > /dev/null 2>&1; then
    say "$base cannot be pulled here: a stand-in from this machine's files takes its place"
    from=$stand_in base="the stand-in for $base"
    quietly scripts/image/stand-in.sh "$work/stand-in"
    {
      printf '%s\n' 'FROM scratch' 'COPY . /' 'ENV PATH=/usr/local/bin:/usr/bin:/bin'
      if [ -f "$work/stand-in/etc/extra-ca-certs.pem" ]; then
        echo 'ENV NODE_EXTRA_CA_CERTS=/etc/extra-ca-certs.pem'
      fi
    } > "$work/Dockerfile"
    quietly build --tag "$stand_in" --file "$work/Dockerfile" "$work/stand-in"
  fi
  quietly build --build-arg "NODE_IMAGE=$from" --tag "$image" .
}

build_folder() {
  say 'no image is built: checking the same layout in a clean folder'
  base=
  mkdir "$work/app" "$work/tmp"
  chmod 777 "$work/tmp"
  quietly npm run build
  mkdir "$work/app/node_modules"
  cp -R node_modules/piscina "$work/app/node_modules"
  cp -R package.json dist fixtures "$work/app"
  rm "$work/app/fixtures/README.md"
  cp "$node" "$work/node"
  chmod -R a-w "$work/app"
}

# --- what runs it: `program ARGS` by the image's entrypoint, `tool USER COMMAND` anything else in it -----------------

# What was started as process $running: below it the PID 1 of its own namespace, or the innermost child where none is.
pid_one() {
  local pid=$running child
  until grep -qs '^NSpid:.*[[:space:]]1$' "/proc/$pid/status"; do
    child=$(cat "/proc/$pid/task/$pid/children" 2> /dev/null || pgrep -P "$pid") || break
    [ -n "$child" ] || break
    pid=${child%% *}
  done
  echo "$pid"
}
terminate() { kill -TERM "$(pid_one)"; }
kill_it() { kill -KILL "$(pid_one)"; }

app=/app tmp=/tmp corpus=/mnt expected='uid 1000, pid 1,'
case $engine in
  docker | podman)
    build_image
    run() {
      "$engine" run --rm --name "$container" --read-only --tmpfs /tmp --network none \
        --volume "$work/corpus:/mnt:ro" "$@"
    }
    program() { run "$image" "$@"; }
    tool() { run ${1:+--user "$1"} --entrypoint "$2" "$image" "${@:3}"; }
    terminate() { "$engine" kill --signal TERM "$container" > "$work/log"; }
    kill_it() { "$engine" rm --force "$container"; }
    ;;
  buildah)
    build_image
    root=$(buildah mount "$(buildah from "$image")")
    config() { buildah inspect --type image "$image" | "$node" -p "JSON.parse(fs.readFileSync(0)).OCIv1.config.$1"; }
    user=$(config User)
    mapfile -t entrypoint < <(config 'Entrypoint.join("\n")')
    mapfile -t environment < <(config 'Env.join("\n")')
    workdir=$(config WorkingDir)
    # What an engine does: own namespaces, root read-only, /proc, /dev, an empty /tmp; the command is PID 1.
    run() {
      "${isolate[@]}" sh -euc '
        root=$1 corpus=$2 user=$3; shift 3
        mount --bind "$root" "$root"
        mount -o remount,bind,ro "$root"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount --bind "$corpus" "$root/mnt"
        exec chroot --userspec="$user:$user" "$root" "$@"' \
        run "$root" "$work/corpus" "$1" env -i -C "$workdir" "${environment[@]}" "${@:2}"
    }
    program() { run "$user" "${entrypoint[@]}" "$@"; }
    tool() { run "${1:-$user}" "${@:2}"; }
    ;;
  none)
    build_folder
    app=$work/app tmp=$work/tmp corpus=$work/corpus expected="uid $(id -u),"
    as=()
    if [ "$(id -u)" = 0 ] && type -P setpriv > /dev/null; then
      as=(setpriv --reuid=1000 --regid=1000 --clear-groups) expected='uid 1000,'
      if "${isolate[@]}" true 2> /dev/null; then
        as=("${isolate[@]}" --mount-proc "${as[@]}") expected='uid 1000, pid 1,'
      fi
    fi
    tool() { (cd "$app" && exec env -i PATH="$work:$PATH" NODE_ENV=production ${as[@]+"${as[@]}"} "${@:2}"); }
    program() { tool '' node dist/main.js "$@"; }
    ;;
  *) fail "expected docker, podman, buildah or none, found $engine" ;;
esac
[ "$engine" = none ] || say "built by $engine"
mkdir "$work/corpus"

# --- the checks -------------------------------------------------------------------------------------------------------

ends_with() { # CODE STATUS JOB ARGS
  local code=0
  program "${@:3}" > "$work/stdout" 2> "$work/stderr" || code=$?
  ended "$1" "$2" "$code" "$3"
}
ended() {
  grep -q "\"status\":\"$2\"" "$work/stdout" && [ "$3" = "$1" ] || fail "$4: expected $2 and exit $1, found exit $3"
  say "ok: $4 ends $2, exit $3"
}

found=$(tool '' node -e '
  const tried = (file) => { try { fs.writeFileSync(file, ""); return "writable"; } catch (e) { return e.code; } };
  console.log(`uid ${process.getuid()}, pid ${process.pid}, app folder ${tried("x")}, dist ${tried("dist/main.js")}`)')
[[ $found = "$expected"* && $found != *writable* ]] || fail "expected $expected nothing writable, found $found"
say "ok: $found"

compiled=$(tool '' node -p '
  fs.readdirSync(process.argv[1], { recursive: true }).filter((name) => name.endsWith(".node")).join()' "$app")
[ -z "$compiled" ] || fail "expected JavaScript, which runs on any architecture, found $compiled"
say 'ok: nothing is compiled for one architecture'

for job in counterfactual concordance 'single --artifact-key 2026/07/10/ic_cio/2026-07-10.json'; do
  # shellcheck disable=SC2086
  ends_with 0 DRY_RUN $job --dry-run-llm
done
over_fixtures=(--corpus "file://$app/fixtures/decision_artifacts" --end-time-iso 2026-07-11T09:00:00Z
  --out "file://$tmp/out")
ends_with 0 OK counterfactual "${over_fixtures[@]}"
ends_with 0 OK concordance "${over_fixtures[@]}" --transport recorded --recordings "$app/fixtures/recordings"

"$node" scripts/make-corpus.ts --artifacts 8000 --out "$work/corpus" > "$work/log"
: > "$work/stderr"
program counterfactual --corpus "file://$corpus" --end-time-iso 2026-07-11T09:00:00Z --out "file://$tmp/out-2" \
  > "$work/stdout" 2> "$work/stderr" &
running=$!
within_30_s() {
  for ((tenths = 0; tenths < 300; tenths++)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  return 1
}
is_over() { ! kill -0 "$running" 2> /dev/null; }
within_30_s grep -q 'list artifacts' "$work/stderr" || fail 'expected a run that lists its artifacts'
terminate || fail 'the run was over before SIGTERM'
within_30_s is_over || fail 'expected the run to end on SIGTERM, it goes on'
code=0
wait "$running" || code=$?
running=
ended 143 INTERRUPTED "$code" 'counterfactual over 8000 artifacts, SIGTERM after their listing,'

# --- what it weighs ---------------------------------------------------------------------------------------------------

# Sizes of files, as an image's layers count them.
tool 0 node -e '
  const [app, base] = process.argv.slice(1);
  const size = (path) => {
    const stat = fs.lstatSync(path);
    return stat.isDirectory() ? sum(fs.readdirSync(path).map((name) => size(`${path}/${name}`))) : stat.size;
  };
  const sum = (sizes) => sizes.reduce((total, one) => total + one, 0);
  const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const parts = ["node_modules", "dist", "fixtures"].map((name) => `${name} ${mb(size(`${app}/${name}`))}`);
  const own = size(app);
  const others = fs.readdirSync("/").filter((name) => !["app", "dev", "mnt", "proc", "sys", "tmp"].includes(name));
  const total = () => mb(own + sum(others.map((name) => size(`/${name}`))));
  const whole = base === "" ? mb(own) : `${total()}; above ${base} ${mb(own)}`;
  console.log(`image: size: ${whole}: ${parts.join(", ")}`);
' "$app" "$base"
