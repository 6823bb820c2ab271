#!/bin/sh
# Runs a command on a machine whose log is written by a real rsyslogd, without touching this machine's:
#
#     unshare -m -p -f --mount-proc sh with-syslog.sh FOLDER COMMAND...
#
# In a mount namespace of its own, /dev is a new one with its own /dev/log. FOLDER/log gets a line for each message:
# facility.priority program:message. Ends when all messages of the command are there.
set -eu
folder=$1
shift
mkdir "$folder/dev"
mount -t tmpfs none "$folder/dev"
for name in null zero full random urandom; do
  : >"$folder/dev/$name"
  mount --bind "/dev/$name" "$folder/dev/$name"
done
mount --move "$folder/dev" /dev
cat >"$folder/rsyslog.conf" <<END
\$MaxMessageSize 128k
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/dev/log" RateLimit.Interval="0")
template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text% %programname%:%msg:2:\$%\n")
user.* action(type="omfile" file="$folder/log" template="line")
END
rsyslogd -n -f "$folder/rsyslog.conf" -i "$folder/pid" &
daemon=$!

# waits for a condition that must come; after half a minute it will not
await() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "waited in vain for: $*" >&2; exit 99; }
    sleep 0.1
  done
}
await test -S /dev/log
code=0
"$@" || code=$?
# messages arrive in the order in which they were sent
logger --tag last "the end"
await grep -q 'last:the end' "$folder/log"
kill "$daemon"
wait "$daemon" || true
exit "$code"
