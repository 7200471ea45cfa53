#!/bin/sh
# Runs the tests on each Python 3.11, 3.12 and 3.13 that is installed, on PATH or under pyenv, and names those that are not.
set -u
tested= missing= failed=

find_python() {
    if "python$1" -c 'import tkinter' 2>/dev/null; then
        command -v "python$1"
    elif command -v pyenv >/dev/null; then
        for python in "$(pyenv root)/versions/$1".*/bin/python; do
            [ -x "$python" ] && "$python" -c 'import tkinter' 2>/dev/null && echo "$python" && return
        done
        return 1
    else
        return 1
    fi
}

for version in 3.11 3.12 3.13; do
    if python=$(find_python "$version"); then
        echo "== Python $version: $python"
        if make --no-print-directory test PYTHON="$python" VENV=".venv-$version"; then
            tested="$tested $version"
        else
            failed="$failed $version"
        fi
    else
        missing="$missing $version"
    fi
done

echo "passed:${tested:- none}; failed:${failed:- none}; not installed with tkinter:${missing:- none}"
[ -z "$failed" ] && [ -n "$tested" ]
