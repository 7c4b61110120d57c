import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHARE_TYPES } from '../../src/domain/catalog-entry.ts';
import { readOrganizations, readResources } from '../../src/infra/shipped-city.ts';
import { BadShippedData, SHIPPED } from '../../src/infra/shipped-file.ts';
import { readNotices, readPacks } from '../../src/infra/shipped-law.ts';

describe('the data that ships', () => {
  it('has both packs and the notices of 2019–2026', () => {
    expect(readPacks().map(({ id, effectiveFrom }) => [id, effectiveFrom])).toEqual([
      ['nc-2019', '2019-12-06'],
      ['sc-809-2025', '2025-08-01'],
    ]);
    expect(readNotices().map(({ id }) => id)).toEqual([
      'cn-2019-v1', 'cn-2019-v2', 'cn-2020-v1', 'cn-2020-v2', 'cn-2021-v1', 'cn-2022-v1', 'cn-2023-v1', 'cn-2024-v1', 'cn-2025-v1', 'cn-2026-v1',
    ]); // prettier-ignore
  });

  it('has one receiving operator for every level and area with an organization', () => {
    const organizations = readOrganizations();
    const seat = ({ level, divisionCode }: { level: string; divisionCode: string }): string => `${level}-${divisionCode}`;
    const receivers = organizations.filter(({ receivesApplications }) => receivesApplications);
    expect(organizations).toHaveLength(83);
    expect(receivers.map(seat).sort()).toEqual([...new Set(organizations.map(seat))].sort());
    expect(receivers.every(({ functions }) => functions.includes('platform-operator'))).toBe(true);
    expect(receivers.filter(({ level }) => level === 'city').map(({ slug }) => slug)).toEqual(['nanchang-jingji-xinxi-zhongxin']);
    expect(organizations.filter(({ functions }) => functions.includes('lead-office')).map(({ slug }) => slug)).toEqual([
      'nanchang-dashujuju',
    ]);
  });

  it('has 130 entries that keep the invariants of the catalog', () => {
    const entries = readResources();
    const byType = SHARE_TYPES.map((type) => entries.filter(({ entry }) => entry.shareType === type).length);
    expect([entries.length, byType]).toEqual([130, [46, 71, 13]]);
    for (const { slug, entry } of entries) {
      const { shareType, items } = entry;
      if (entry.open)
        expect([shareType, ...items.map((item) => item.shareType)], slug).toEqual([1, ...items].map(() => 'unconditional'));
      expect(entry.openCondition !== null, slug).toBe(entry.open);
      expect(entry.shareCondition !== null, slug).toBe(shareType === 'conditional');
      if (shareType === 'unconditional')
        expect(
          items.every((item) => item.shareType === 'unconditional'),
          slug,
        ).toBe(true);
      if (shareType === 'not-shared')
        expect([entry.legalBasis === null, items.every((item) => item.shareType === 'not-shared')], slug).toEqual([false, true]);
      for (const item of items) if (item.shareType === 'not-shared') expect(item.legalBasis, `${slug} ${item.name}`).not.toBeNull();
      expect(new Set(items.map(({ name }) => name)).size, slug).toBe(items.length);
    }
  });
});

describe('data that is not what it should be', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shipped-'));
    cpSync(SHIPPED, folder, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const at = (): URL => pathToFileURL(`${folder}/`);
  const change = (file: string, edit: (text: string) => string): void => {
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')));
  };
  const edited = (file: string, edit: (data: never) => void): void => {
    change(file, (text) => {
      const data = JSON.parse(text) as never;
      edit(data);
      return JSON.stringify(data);
    });
  };

  it('is refused with the name of a file that is not JSON', () => {
    change('calendar-notices.json', (text) => text.slice(1));
    expect(() => readNotices(at())).toThrow(/^data\/calendar-notices\.json: SyntaxError/);
  });

  it('is refused with the name of a file that is missing', () => {
    rmSync(join(folder, 'policies/nc-2019.json'));
    expect(() => readPacks(at())).toThrow(/^data\/policies\/nc-2019\.json: Error: ENOENT/);
  });

  it('is refused with the paths that break the shape', () => {
    edited('policies/nc-2019.json', (pack: { rules: Record<string, unknown>[] }) => {
      pack.rules[0]!['startEvent'] = 'application.received';
      pack.rules[1]!['surprise'] = 1;
    });
    const refused = new BadShippedData('policies/nc-2019.json', [
      { path: 'rules.0.startEvent', message: 'is not an event type' },
      { path: 'rules.1', message: 'Unrecognized key: "surprise"' },
    ]);
    expect(() => readPacks(at())).toThrow(refused);
  });

  it('is refused with the rule of a pack that is broken', () => {
    edited('policies/sc-809-2025.json', (pack: { rules: Record<string, unknown>[] }) => {
      pack.rules[0]!['value'] = 0;
    });
    expect(() => readPacks(at())).toThrow('data/policies/sc-809-2025.json: rules.0.value: must be a positive integer');
  });

  it('is refused with the day of a notice that cannot be', () => {
    edited('calendar-notices.json', (notices: { makeUpWorkdays: string[] }[]) => notices[9]!.makeUpWorkdays.push('2026-03-02'));
    expect(() => readNotices(at())).toThrow('data/calendar-notices.json: 9.makeUpWorkdays.6: is not a Saturday or Sunday');
  });

  it('is refused with the organization that has no parent before it, stands there twice or takes a seat that is taken', () => {
    edited('organizations.json', ({ organizations }: { organizations: Record<string, unknown>[] }) => {
      organizations[5]!['parent'] = 'nobody';
      organizations[6]!['slug'] = organizations[1]!['slug'];
      organizations[7]!['receivesApplications'] = true;
    });
    const refused = new BadShippedData('organizations.json', [
      { path: 'organizations.5.parent', message: 'nobody does not stand before it' },
      { path: 'organizations.6.slug', message: 'nanchang-renmin-zhengfu stands there twice' },
      { path: 'organizations.7.receivesApplications', message: 'city-360100 has a receiving operator already' },
    ]);
    expect(() => readOrganizations(at())).toThrow(refused);
  });

  it('is refused with the resource that has no provider or stands there twice', () => {
    edited('resources.json', (resources: Record<string, unknown>[]) => {
      resources[1]!['provider'] = 'nobody';
      resources[2]!['slug'] = resources[0]!['slug'];
    });
    const refused = new BadShippedData('resources.json', [
      { path: '1.provider', message: 'nobody is not an organization' },
      { path: '2.slug', message: 'qiye-yichang-minglu stands there twice' },
    ]);
    expect(() => readResources(at())).toThrow(refused);
  });
});
