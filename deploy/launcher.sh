#!/bin/sh
# Runs tiercel with the Node.js beside it. Needs no other program, unless it is called through a link.
self=$0
if [ -L "$self" ]; then
  self=$(PATH=${PATH:-/usr/bin:/bin} readlink -f -- "$self")
fi
case $self in
  */*) here=${self%/*} ;;
  *) here=. ;;
esac
exec "$here/node/bin/node" "$here/app/bin/run.js" "$@"
