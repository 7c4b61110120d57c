// For mongosh, in the network of mongo-1: begins the replica set, then makes the administrator, through the exception
// that a fresh server makes for its own machine, and the two users of the service. Run again, it changes nothing.
const fs = require('node:fs');
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const password = secret('mongo-admin-password');
const members = [1, 2, 3].map((n) => `mongo-${n}:27017`);
const tls = 'tls=true&tlsCAFile=/certificates/ca.crt';

const here = new Mongo(`mongodb://localhost:27017/?directConnection=true&${tls}`).getDB('admin');
try {
  here.getSiblingDB('admin').auth('admin', password);
} catch {
  try {
    here.adminCommand({
      replSetInitiate: { _id: 'hongzhang', members: members.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 })) },
    });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
  while (!here.hello().isWritablePrimary) sleep(200);
  here.createUser({ user: 'admin', pwd: password, roles: ['root'] });
}

// From anywhere on: the leader may be another by now.
const address = `mongodb://admin:${password}@${members.join(',')}/admin?replicaSet=hongzhang&${tls}`;
const admin = new Mongo(address).getDB('admin');
for (const database of ['views', 'vault']) {
  const user = { pwd: secret(`mongo-${database}-password`), roles: [{ role: 'readWrite', db: database }] };
  if (admin.getUser(database) === null) admin.createUser({ user: database, ...user });
  else admin.updateUser(database, user);
}
print('The replica set has its users.');
