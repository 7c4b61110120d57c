#!/bin/sh
# The init step that makes an authority and the certificates of the servers: one that is good for its names and another
# 30 days is kept, and so is, for ever, one that another authority has issued. Every folder goes to one kind of container, which finds its keys there, readable for its user.
#   authority     the key of the authority; mounted nowhere else
#   trust         ca.crt, for the service
#   event-store   ca/ca.crt, event-store-N.crt and .key     user 1000
#   mongo         ca.crt, mongo-N.pem, keyfile              user 999
#   proxy         proxy.crt and .key                        user 1000
# Replace proxy.crt and proxy.key by those of an authority that the city's clients trust; they are the city's from then on.
set -eu
root=${1:-/volumes}
keyfile=${2:-/run/secrets/mongo-keyfile}
site=${SITE:-localhost}
days=825
umask 0077
cd "$root"

if [ ! -e authority/ca.key ]; then
  openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 3650 -subj '/O=Hongzhang/CN=Hongzhang authority' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout authority/ca.key.part -out authority/ca.crt
  mv authority/ca.key.part authority/ca.key
fi

authority=$(openssl x509 -in authority/ca.crt -noout -subject -nameopt RFC2253)
ours() { # certificate: is it by an authority of this name, this one or one that was lost?
  [ "$(openssl x509 -in "$1" -noout -issuer -nameopt RFC2253)" = "issuer=${authority#subject=}" ]
}
lasts() { openssl x509 -in "$1" -noout -checkend 2592000 >/dev/null; }
good() { # certificate, subject alternative names: by this authority, for these names, and for another 30 days
  openssl verify -CAfile authority/ca.crt "$1" >/dev/null 2>&1 && lasts "$1" || return 1
  [ "$(openssl x509 -in "$1" -noout -ext subjectAltName | sed -n '2{s/ //g;s/IPAddress:/IP:/g;p;}')" = "$2" ]
}

certificate() { # folder, name, common name, subject alternative names
  if [ -e "$1/$2.crt" ]; then
    if ! ours "$1/$2.crt"; then
      lasts "$1/$2.crt" || echo "$1/$2.crt is not ours and ends within 30 days: replace it" >&2
      return
    fi
    if good "$1/$2.crt" "$4"; then return; fi
  fi
  openssl req -newkey rsa:2048 -sha256 -nodes -subj "/O=Hongzhang/CN=$3" -keyout "$1/$2.key.part" -out authority/request.csr
  printf 'subjectAltName=%s\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\n' "$4" >authority/request.ext
  openssl x509 -req -sha256 -days "$days" -in authority/request.csr -CA authority/ca.crt -CAkey authority/ca.key \
    -CAcreateserial -extfile authority/request.ext -out "$1/$2.crt.part"
  # Without a certificate until both are there: whatever stops this is mended by the next run.
  rm -f "$1/$2.crt"
  mv -f "$1/$2.key.part" "$1/$2.key"
  mv "$1/$2.crt.part" "$1/$2.crt"
}
given() { # owner, mode, files…
  owner=$1 mode=$2
  shift 2
  chmod "$mode" "$@"
  [ "$(id -u)" -ne 0 ] || chown "$owner" "$@"
}

mkdir -p event-store/ca
for n in 1 2 3; do
  # One common name: by it the nodes know each other.
  certificate event-store "event-store-$n" eventstoredb-node "DNS:event-store-$n,DNS:localhost,IP:127.0.0.1"
  certificate mongo "mongo-$n" "mongo-$n" "DNS:mongo-$n,DNS:localhost,IP:127.0.0.1"
  cat "mongo/mongo-$n.crt" "mongo/mongo-$n.key" >"mongo/mongo-$n.pem"
done
case $site in *[!0-9.]*) name=DNS ;; *) name=IP ;; esac
certificate proxy proxy "$site" "$name:$site"
for folder in trust event-store/ca mongo; do cp authority/ca.crt "$folder/ca.crt"; done
cp "$keyfile" mongo/keyfile.part
mv -f mongo/keyfile.part mongo/keyfile

given 1000:1000 0400 event-store/*.key
given 999:999 0400 mongo/*.pem mongo/keyfile
given 1000:1000 0400 proxy/*.key
given 0:0 0400 mongo/*.key
given 0:0 0444 trust/ca.crt event-store/*.crt event-store/ca/ca.crt mongo/*.crt proxy/*.crt
given 0:0 0755 trust event-store event-store/ca mongo proxy
