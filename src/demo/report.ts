import { addDays, civilDateOf } from '../domain/time.ts';
import type { Violation } from '../projections/violations.ts';
import type { Client } from './client.ts';
import type { City } from './world.ts';

type Facet = readonly { readonly value: string | null; readonly count: number }[];
type Listed<T> = { readonly items: readonly T[]; readonly total: number; readonly facets: Readonly<Record<string, Facet>> };
type Explained = Violation & {
  readonly computation: readonly { date: string; counted: boolean; why: string; notice?: string | null }[];
};

const SHARE_TYPES: Readonly<Record<string, string>> = {
  unconditional: '无条件共享',
  conditional: '有条件共享',
  'not-shared': '不予共享',
};
const WHY: Readonly<Record<string, string>> = {
  'receipt-day': '收到当日，不计',
  'working-day': '工作日',
  weekend: '周末',
  'off-day': '节假日',
  'make-up-workday': '调休上班',
  'unknown-year': '尚无节假日通知，暂按工作日',
  'end-of-cycle': '更新周期末日',
};

/** A line as wide as terminals show it: Chinese characters take two columns. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + (character.charCodeAt(0) > 0x2e7f ? 2 : 1), 0);
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
const right = (value: number, width: number): string => String(value).padStart(width);

const NUMERALS = Array.from('一二三四五六七八九');

const daysLate = ({ dueEndsBefore, actedAt }: Pick<Violation, 'dueEndsBefore' | 'actedAt'>, now: string): number =>
  Math.ceil((Date.parse(actedAt ?? now) - Date.parse(dueEndsBefore)) / 86_400_000);

/** What an assessor wants to see, asked through the API as an assessor asks. */
export const report = async (client: Client, city: City, now: string): Promise<readonly string[]> => {
  const get = <T>(path: string): Promise<T> => client.get<T>(city.assessor, path);
  const { items: bodies } = await get<Listed<{ readonly id: string; readonly name: string }>>('/organizations?limit=200');
  const names = new Map(bodies.map(({ id, name }) => [id, name]));
  const lines: string[] = ['', `截至 ${civilDateOf(now)} 的考核视图`, ''];

  const catalog = await get<Listed<unknown>>('/catalog?limit=1');
  lines.push('目录（按共享类型）');
  for (const { value, count } of catalog.facets['shareType'] ?? [])
    lines.push(`  ${pad(SHARE_TYPES[String(value)] ?? '', 14)}${right(count, 6)}`);
  lines.push('');

  const states = ['met', 'late', 'overdue'] as const;
  const byState = await Promise.all(states.map((state) => get<Listed<unknown>>(`/obligations?limit=1&state=${state}`)));
  const countOf = (index: number, debtor: string): number =>
    byState[index]?.facets['debtor']?.find(({ value }) => value === debtor)?.count ?? 0;
  lines.push(`${pad('义务（按部门）', 42)}  按时  迟办  逾期未办`);
  const debtors = [...new Set(byState.flatMap(({ facets }) => (facets['debtor'] ?? []).map(({ value }) => String(value))))];
  const rows = debtors.map((id) => ({ id, counts: states.map((_, index) => countOf(index, id)) }));
  rows.sort((a, b) => (b.counts[2] ?? 0) - (a.counts[2] ?? 0) || (b.counts[1] ?? 0) - (a.counts[1] ?? 0));
  for (const { id, counts } of rows) {
    const [met = 0, late = 0, overdue = 0] = counts;
    lines.push(`  ${pad(names.get(id) ?? id, 40)}${right(met, 6)}${right(late, 6)}${right(overdue, 10)}`);
  }
  lines.push(`  ${pad('合计', 40)}${byState.map(({ total }, index) => right(total, index === 2 ? 10 : 6)).join('')}`, '');
  return [...lines, ...(await worst(get, names, now))];
};

const worst = async (
  get: <T>(path: string) => Promise<T>,
  names: ReadonlyMap<string, string>,
  now: string,
): Promise<readonly string[]> => {
  const all: Violation[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await get<{ items: readonly Violation[]; nextCursor: string | null }>(
      `/violations?limit=200&total=false&facets=false${from}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  const annulled = all.filter(({ state }) => state === 'annulled').length;
  const counted = all.filter(({ state }) => state !== 'annulled').sort((a, b) => daysLate(b, now) - daysLate(a, now));
  const kinds = [...new Set(counted.map(({ kind }) => kind))].sort().map((kind) => {
    const count = counted.filter((violation) => violation.kind === kind).length;
    return `${kind === null ? '城市内部规则' : `第三十条（${NUMERALS[kind - 1] ?? ''}）项`} ${String(count)} 件`;
  });
  const lines = [`违规情形：${kinds.join('，')}；因节假日通知迟到而撤销 ${String(annulled)} 件。最严重的十件：`];
  const ten = counted.slice(0, 10);
  for (const { organization, kind, rule, pack, dueEndsBefore, state, actedAt } of ten) {
    const days = daysLate({ dueEndsBefore, actedAt }, now);
    lines.push(
      `  ${pad(names.get(organization ?? '') ?? '', 40)}${pad(`（${NUMERALS[(kind ?? 0) - 1] ?? ''}）`, 6)}${pad(rule, 20)}${pack.padEnd(12)} 应于 ${addDays(civilDateOf(dueEndsBefore), -1)} 前，迟 ${String(days)} 天${state === 'open' ? '，至今未办' : ''}`,
    );
  }
  // One whose days have to be counted, where there is one.
  const chosen = ten.find(({ kind }) => kind === 7) ?? ten[0];
  if (chosen === undefined) return lines;
  const explained = await get<Explained>(`/violations/${encodeURIComponent(chosen.id)}`);
  lines.push('', `其中一件逐日说明：${explained.rule}（${explained.article}），${explained.subject.id}`);
  for (const { date, counted: counts, why, notice } of explained.computation)
    lines.push(
      `  ${date}  ${counts ? '计' : '－'}  ${WHY[why] ?? why}${notice === null || notice === undefined ? '' : `（${notice}）`}`,
    );
  lines.push(
    `  期限至 ${addDays(civilDateOf(explained.dueEndsBefore), -1)} 24:00（${explained.dueEndsBefore}），${explained.actedAt === null ? '至今未办' : `办理于 ${explained.actedAt}`}`,
    `  证据事件：${explained.evidence.join('、')}`,
    '',
  );
  return lines;
};
