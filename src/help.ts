const PROGRAM = 'node dist/cli.js';

const ALL = `
设置均为环境变量 Settings are environment variables, empty ones count as absent:
  DATA_DIR     directory of log, views and vault (default ./var; the demonstration: ./var/demo)
  HOST, PORT   address to listen on (default 127.0.0.1, 3000; port 0: a free one)
  TRUSTED_PROXIES  addresses or networks whose X-Forwarded-For is believed (default none), for the throttling of sign-ins
  LOG_LEVEL    fatal | error | warn | info | debug | silent (default info; the demonstration: warn)
  EVENT_STORE  sqlite:<path> of the log (default events.db in DATA_DIR), or esdb://… of EventStoreDB
  READ_STORE   sqlite:<folder> of the views (default views in DATA_DIR), or mongodb://…
  VAULT        file:<directory> of keys and contents (default vault in DATA_DIR), or mongodb://…
  EVENT_STORE_FILE, READ_STORE_FILE, VAULT_FILE  a file that holds the address, for secrets
  ROLE         all | api | worker: what this process does (default all; api and worker need servers)

示例 Examples (from a checkout: npm run hongzhang -- <command>, which compiles first):
  ${PROGRAM} init                  once: begin the ledger in ./var
  ${PROGRAM} serve                 answer at http://127.0.0.1:3000
  ${PROGRAM} <command> --help      more about a command

退出代码 Exit codes:
  0    done; of serve: ended by a signal
  1    refused or failed, with the reason on standard error
  2    copy-log: copied and verified, but the source is in use or has grown
  130, 143  init, copy-log, copy-vault: stopped by SIGINT, SIGTERM`;

const SERVE = `
On an empty ledger it says so: run init first. Standard output is the log, a JSON object on each line (LOG_LEVEL); what is
for people goes to standard error. At SIGTERM or SIGINT what is under way has ten seconds.

示例 Examples:
  ${PROGRAM} serve                                               all in ./var, at http://127.0.0.1:3000
  DATA_DIR=/var/lib/hongzhang PORT=8080 ${PROGRAM} serve
  EVENT_STORE_FILE=/etc/hongzhang/event-store READ_STORE_FILE=/etc/hongzhang/read-store \\
    VAULT_FILE=/etc/hongzhang/vault ${PROGRAM} serve --role worker

退出代码 Exit codes: 0 ended by a signal, 1 it could not start; a store on a server is waited for up to some 70 seconds`;

const INIT = `
On a terminal it asks for the four logins and names; elsewhere they are admin-1, admin-2, lead-1 and lead-2.
Each password is drawn at random and printed once, on standard output. On files stop the service first; on servers it may run.

示例 Examples:
  DATA_DIR=/var/lib/hongzhang ${PROGRAM} init
  ${PROGRAM} init < /dev/null      ask nothing

退出代码 Exit codes: 0 done, 1 refused (the ledger has begun already) or failed, 130 and 143 stopped by SIGINT and SIGTERM
before anything was written. A store on a server is waited for up to some 70 seconds.`;

const DEMO = `
Everything is in DATA_DIR (default ./var/demo), with the sign-ins in accounts.json; one that was stopped goes on from its last
saved day. It listens on loopback only.

示例 Examples:
  ${PROGRAM} demo --no-serve
  DATA_DIR=./var/trial PORT=8080 ${PROGRAM} demo

退出代码 Exit codes: 0 ended (with --no-serve after the report, else by a signal), 1 refused or failed`;

const REBUILD = `
Without an option it works on files, with the service stopped. With --drop-old it removes, at READ_STORE, the older versions of
views whose version was raised, once the newer one answers queries, and prints each; on a server the service may go on meanwhile.

示例 Examples:
  DATA_DIR=/var/lib/hongzhang ${PROGRAM} rebuild
  READ_STORE_FILE=/etc/hongzhang/read-store ${PROGRAM} rebuild --drop-old

退出代码 Exit codes: 0 done, 1 refused or failed`;

const OF_COPIES = `130 and 143 stopped by SIGINT and SIGTERM: run it again to go on. A server is waited for up to some 70 seconds.`;

const COPY_LOG = `
Each end is given by itself or by a file: --from or --from-file, and --to or --to-file.
Copies every event with the bytes that were hashed: ids, streams, revisions, positions, order and times stay, and so does the
log's id. A copy that was stopped, or killed, goes on where it was; what the target holds is first compared with the source.
At the end both trees must have the same root, and views rebuilt from both must be the same, byte for byte;
they lie beside a file that is the target, else in TMPDIR (some 20 KB an event), and go again.
Stop the service first; of several processes the workers last, since only a worker seals what was appended.

密钥与内容（VAULT）请用 copy-vault 复制 Keys and contents (VAULT) are not copied: copy-vault does that.

示例 Examples:
  ${PROGRAM} copy-log --from sqlite:/var/lib/hongzhang/events.db --to-file /etc/hongzhang/event-store
  ${PROGRAM} copy-log --from-file /etc/hongzhang/event-store --to sqlite:/audit/events.db

退出代码 Exit codes: 0 all is copied and verified, 1 refused or failed,
2 copied and verified, but the source is in use or has grown since: stop what writes to it and run the command again,
${OF_COPIES}`;

const COPY_VAULT = `
Each end is given by itself or by a file: --from or --from-file, and --to or --to-file.
Copies service keys, subjects' keys, erasures, credentials, signed-out tokens, and contents by their hashes. A copy that was
stopped, or killed, goes on when the same command is run again; until one has come to its end no service starts on the target.
At the end everything is read again from the target and compared. Uploads on their way are not copied: they are begun again.
Stop every process that uses either vault first.

示例 Examples:
  ${PROGRAM} copy-vault --from file:/var/lib/hongzhang/vault --to-file /etc/hongzhang/vault
  ${PROGRAM} copy-vault --from-file /etc/hongzhang/vault --to file:/var/lib/hongzhang/vault

退出代码 Exit codes: 0 all is copied and verified, 1 refused or failed,
${OF_COPIES}`;

/** What `--help` says after the options, of all commands and of each. */
export const HELP = {
  all: ALL,
  serve: SERVE,
  init: INIT,
  demo: DEMO,
  rebuild: REBUILD,
  'copy-log': COPY_LOG,
  'copy-vault': COPY_VAULT,
} as const;
