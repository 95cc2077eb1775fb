# Ends the components of a control plane when the program that started them is gone, however it went: reads
# their process ids, one a line, until the writing end of the pipe is closed, which the system does for a
# program that was killed too. The folder $1 goes with them.
trap '' INT TERM HUP
pids=
while read -r pid; do
    pids="$pids $pid"
done
for pid in $pids; do
    kill -KILL "$pid" 2>/dev/null
done
rm -rf -- "$1"
