#!/usr/bin/env bash
# Build a wheelhouse: one folder with every package that the lock names, for a laptop without a network.
#
#   installers/linux/wheelhouse.sh DIR [--with-tests]
#
# The files fit the Python that builds them (PYTHON, else python3) and this kind of machine. Every file is
# checked against the hash in the lock while it is fetched, and again when it is installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}

if [ $# -lt 1 ] || [ $# -gt 2 ] || { [ $# -eq 2 ] && [ "$2" != --with-tests ]; }; then
    echo "WHEELHOUSE: A target folder is wanted. Say: installers/linux/wheelhouse.sh DIR [--with-tests]" >&2
    exit 2
fi
target=$1
lock=run
[ "${2:-}" = --with-tests ] && lock=test

if [ -e "$target" ] && [ -n "$(ls -A "$target")" ]; then
    echo "WHEELHOUSE: The folder $target is not empty. Give a new one." >&2
    exit 1
fi
mkdir -p "$target"

"$python" "$root/run.py" setup
for each in pip "$lock"; do
    "$root/.venv/bin/python" -I -m pip download --quiet --require-hashes --no-deps --only-binary=:all: \
        --dest "$target" -r "$root/installers/locks/$each.txt"
done
cp "$here/README.md" "$target/README.md"
"$root/.venv/bin/python" -I -c 'import platform, sys; print("Python %d.%d, %s, %s" % (*sys.version_info[:2], platform.system(), platform.machine()))' \
    > "$target/MADE-FOR.txt"
(cd "$target" && LC_ALL=C sha256sum -- *.whl MADE-FOR.txt README.md > SHA256SUMS)
echo "$target: $(find "$target" -name '*.whl' | wc -l) wheels, $(du -sh "$target" | cut -f1), for $(cat "$target/MADE-FOR.txt")"
