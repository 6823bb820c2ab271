#!/usr/bin/env bash
# Debian's arm64 packages on a machine of another kind, which is left as it is: `arm64-apt.sh FOLDER get download NAME...`,
# `arm64-apt.sh FOLDER cache search WORD`. Lists are kept in FOLDER/apt; packages are downloaded into FOLDER.
set -euo pipefail
mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial"
cd "$1"
program=apt-$2
shift 2
options=(-o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root
  -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
  -o "Dir::State::Lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt/cache")
[ -e apt/updated ] || { apt-get "${options[@]}" update -qq >&2 && touch apt/updated; }
"$program" "${options[@]}" "$@"
