#!/bin/sh
# Draws the passwords of a deployment once and writes them, with the addresses that hold them, into deploy/secrets/.
# A file that is there is kept. The folder is for its owner alone; the files in it are readable, since compose mounts
# each into the containers that need it under the user that runs there. Back the folder up apart from the data.
set -eu
directory=${1:-$(dirname "$0")/secrets}
mkdir -p "$directory"
chmod 0700 "$directory"

write() { # name, content
  [ -e "$directory/$1" ] && return
  umask 0077
  printf '%s\n' "$2" >"$directory/$1.part"
  chmod 0444 "$directory/$1.part"
  mv "$directory/$1.part" "$directory/$1"
}
drawn() { openssl rand -hex 24; }
secret() { cat "$directory/$1"; }

write event-store-password "$(drawn)"
write event-store-ops-password "$(drawn)"
write mongo-admin-password "$(drawn)"
write mongo-views-password "$(drawn)"
write mongo-vault-password "$(drawn)"
write mongo-keyfile "$(openssl rand -base64 516 | tr -d '\n')"

event_stores=event-store-1:2113,event-store-2:2113,event-store-3:2113
mongos=mongo-1:27017,mongo-2:27017,mongo-3:27017
mongo_options='replicaSet=hongzhang&authSource=admin&tls=true&tlsCAFile=/certificates/ca.crt'
write event-store "esdb://admin:$(secret event-store-password)@$event_stores?tlsCAFile=/certificates/ca.crt"
write read-store "mongodb://views:$(secret mongo-views-password)@$mongos/views?$mongo_options"
write vault "mongodb://vault:$(secret mongo-vault-password)@$mongos/vault?$mongo_options"
echo "The secrets are in $directory."
