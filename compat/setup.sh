#!/bin/sh
# Sets up what `make` needs and says what is missing.
#   setup.sh venv PYTHON FOLDER      a virtual environment with the project and its test and check tools
#   setup.sh packages NAME...        Debian packages, installed where that is possible and missing
set -eu

fail() {
    echo "setup: $*" >&2
    exit 1
}

make_venv() {
    python=$1 folder=$2
    command -v "$python" >/dev/null || fail "no $python: apt-get install python3 python3-tk python3-venv"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old: 3.11 or later is needed"
    "$python" -c 'import tkinter' 2>/dev/null || fail "$python has no tkinter: apt-get install python3-tk (or PYTHON=... make)"
    "$python" -c 'import ensurepip' 2>/dev/null || fail "$python has no venv module: apt-get install python3-venv"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --editable '.[test,check]'
}

install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || fail "the tests need$missing, and there is no apt-get to install them"
    [ "$(id -u)" = 0 ] || fail "the tests need more packages: sudo apt-get install$missing"
    echo "setup: installing$missing"
    apt-get update -qq
    # shellcheck disable=SC2086  a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

action=$1
shift
case $action in
venv) make_venv "$@" ;;
packages) install_packages "$@" ;;
*) fail "unknown action $action" ;;
esac
