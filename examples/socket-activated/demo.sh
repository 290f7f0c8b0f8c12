#!/bin/bash
# shellcheck disable=SC2016 # what is shown as typed is expanded when it is run
# A server is replaced, and killed, in the middle of many conversations: no connection is lost, nor
# one request.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"
PATH=$here:$PATH

# Lets the client go on until it says a line; what it says meanwhile is shown.
client_says() {
  local line
  while read -r -t 30 -u "$client_out" line; do
    echo "client: $line"
    case $line in
      LOST*) fail 'a connection was lost' ;;
      "$1") return 0 ;;
    esac
  done
  fail "the client never said: $1"
}

tell_client() {
  prompt "echo '$1' >&\$client_in"
  echo "$1" >&"$client_in"
}

needs python3:python3
begin
run 'mkdir box/web'

chapter '1. A listening socket is put into a box'
run 'listen.py fdboxfs put box/web/listen --fd 3 | tee port'
run 'fdboxfs ls box'
say 'the process that made it is gone already'

chapter '2. The first server takes it from there'
start 'fdboxfs run box/web -- server.py box/web 1'
server=$!
prompt 'client.py $(cat port)   # in the background, we talk to it'
coproc client { exec client.py "$(cat port)"; }
client_pid=$!
exec {client_in}>&"${client[1]}" {client_out}<&"${client[0]}"
tell_client 'connect 8'
client_says 'all 8 answered by generation 1'
say 'each connection is in the box, with the memory in which the server has its account'
run 'fdboxfs ls box'

chapter '3. The server is ended. There is none now, and the client does not notice'
run "kill $server"
wait "$server"
say 'requests wait in the sockets, and even new connections are made: the kernel queues them'
tell_client 'connect 4'
client_says '12 connections'

chapter '4. The second generation goes on in the middle of every conversation'
start 'fdboxfs run box/web -- server.py box/web 2'
server=$!
client_says 'all 12 answered by generation 2'

chapter '5. kill -9, again and again, while twelve requests are on their way'
for generation in 3 4 5; do
  run "kill -9 $server"
  wait "$server" 2>/dev/null || true
  start "fdboxfs run box/web -- server.py box/web $generation"
  server=$!
  client_says "all 12 answered by generation $generation"
done

chapter '6. The account'
tell_client 'end'
client_says '0 of 12 connections were lost'
wait "$client_pid" || fail 'the client is not content'
say 'what the client closed has left the box'
await '[ "$(ls box/web)" = listen ]'
run 'fdboxfs ls box'
run "kill $server"
wait "$server"
finish
