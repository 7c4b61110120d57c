import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/infra/config.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const units = [...text.matchAll(/```ini\n# \/etc\/systemd\/system\/(\S+)\n([^]*?)```/g)].map(([, name = '', unit = '']) => ({ name, unit })); // prettier-ignore
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the operations manual', () => {
  it('gives no command that needs more than a production machine has', () => {
    const commands = text.split('\n').filter((line) => /npm (start|run)|`hongzhang [a-z]|^hongzhang /.test(line));
    expect(commands).toEqual([expect.stringContaining('need the packages of development')]);
    expect(text).toMatch(/node dist\/cli\.js copy-log[^]*node dist\/cli\.js copy-vault[^]*node dist\/cli\.js rebuild/);
  });

  it('has units that set no variable which the service does not know, and every secret by a credential', () => {
    expect(units.map(({ name }) => name)).toEqual(['hongzhang.service', 'hongzhang@.service']);
    for (const { unit } of units) {
      const set = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, pairs = '']) => pairs.split(' ').map((pair) => pair.split('='))); // prettier-ignore
      for (const [name, value = ''] of set) {
        expect([...VARIABLES, 'NODE_ENV']).toContain(name);
        if (name?.endsWith('_FILE') === true) expect(unit).toContain(`LoadCredential=${value.replace('%d/', '')}:/etc/hongzhang/`);
      }
    }
    for (const name of ['EVENT_STORE', 'READ_STORE', 'VAULT']) expect(units[1]?.unit).toContain(`${name}_FILE=%d/`);
  });

  it.skipIf(!isThere)('has units that systemd takes', () => {
    const folder = fresh();
    const paths = units.map(({ name, unit }) => {
      const path = join(folder, name.replace('@.', '@worker.'));
      writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
      return path;
    });
    const verified = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
  });
});
