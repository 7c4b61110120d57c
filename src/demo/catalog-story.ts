import { endOfNextPeriod } from '../domain/refresh-period.ts';
import { addDays, type CivilDate } from '../domain/time.ts';
import { chanceOf } from './chance.ts';
import { chief, COMMENT, dataOf, done, entryOf, later, officer, working, type Play } from './stage.ts';
import type { Task } from './world.ts';

/** How departments compile, publish, mount, refresh and change their entries. */
export const CATALOG_STORY: Readonly<Record<string, Play>> = {
  draft: async (task, stage) => {
    const { slug } = dataOf(task);
    const answer = await stage.client.post(officer(stage, slug), '/resources', entryOf(stage, slug).entry, task.name);
    return done(answer) ? [later(task, task.day, 'submit', { slug, id: answer.id, round: 1 })] : [];
  },
  submit: async (task, stage) => {
    const { slug, id, round } = dataOf(task);
    const answer = await stage.client.post(officer(stage, slug), `/resources/${id}/submit`, {}, task.name);
    const day = working(stage, task.day, chanceOf(task.name).between(0, 2));
    return done(answer) ? [later(task, day, 'department-review', { slug, id, round, revision: answer.revision })] : [];
  },
  'department-review': async (task, stage) => {
    const { slug, id, round, revision } = dataOf(task);
    const chance = chanceOf(task.name);
    const returned = round === 1 && chance.happens(0.08);
    const body = returned ? { decision: 'return', comment: '请补充摘要中的业务范围' } : { decision: 'approve', ...COMMENT };
    const answer = await stage.client.post(chief(stage, slug), `/resources/${id}/department-review`, body, task.name, revision);
    if (!done(answer)) return [];
    if (returned) return [later(task, working(stage, task.day, 1), 'revise', { slug, id, round })];
    return [
      later(task, working(stage, task.day, chance.between(1, 4)), 'operator-review', {
        slug,
        id,
        round,
        revision: answer.revision,
      }),
    ];
  },
  'operator-review': async (task, stage) => {
    const { slug, id, round, revision } = dataOf(task);
    const chance = chanceOf(task.name);
    const returned = round === 1 && chance.happens(0.06);
    const body = returned ? { decision: 'return', comment: '信息项与共享条件不一致，请核对' } : { decision: 'approve', ...COMMENT };
    const answer = await stage.client.post(stage.city.operators[0], `/resources/${id}/operator-review`, body, task.name, revision);
    if (!done(answer)) return [];
    if (returned) return [later(task, working(stage, task.day, 2), 'revise', { slug, id, round })];
    const { updateCycle, shareMode, shareType, title } = entryOf(stage, slug).entry;
    stage.onPublished({ slug, id, shareType, title });
    const next: Task[] = [];
    if (!chance.happens(0.04))
      next.push(later(task, working(stage, task.day, chance.between(0, 15)), 'mount', { slug, id, shareMode }));
    const due = endOfNextPeriod(updateCycle, task.day);
    if (due !== null) next.push(refreshBy(task, { slug, id, n: 1 }, due));
    return next;
  },
  revise: async (task, stage) => {
    const { slug, id, round } = dataOf(task);
    const { entry } = entryOf(stage, slug);
    const abstract = `${entry.abstract}（第 ${String(round + 1)} 稿）`;
    const answer = await stage.client.post(officer(stage, slug), `/resources/${id}/revise`, { ...entry, abstract }, task.name);
    return done(answer) ? [later(task, task.day, 'submit', { slug, id, round: round + 1 })] : [];
  },
  mount: async (task, stage) => {
    const { slug, id } = dataOf(task);
    const { entry } = entryOf(stage, slug);
    const mounts = {
      table: { mode: 'table', table: slug.replaceAll('-', '_') },
      file: {
        mode: 'file',
        fileName: `${entry.title}.xlsx`,
        mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      },
      api: { mode: 'api', address: `https://exchange.example/${slug}`, method: 'POST', description: `按统一社会信用代码或证件号查询${entry.title}`, example: null }, // prettier-ignore
    };
    const answer = await stage.client.post(officer(stage, slug), `/resources/${id}/mount`, mounts[entry.shareMode], task.name);
    return done(answer) && entry.shareMode === 'table' ? [later(task, task.day, 'content', { slug, id })] : [];
  },
  content: async (task, stage) => {
    const { slug, id } = dataOf(task);
    const { items } = entryOf(stage, slug).entry;
    const row = (n: number): string => items.map(({ name }) => `"示例${name}${String(n)}"`).join(',');
    const csv = [items.map(({ name }) => `"${name}"`).join(','), ...Array.from({ length: 20 }, (_, n) => row(n + 1))].join('\r\n');
    await stage.client.put(officer(stage, slug), `/resources/${id}/content`, Buffer.from(`${csv}\r\n`), task.name);
    return [];
  },
  refresh: async (task, stage) => {
    const { slug, id, n } = dataOf(task);
    const answer = await stage.client.post(officer(stage, slug), `/resources/${id}/refreshes`, {}, task.name);
    const due = endOfNextPeriod(entryOf(stage, slug).entry.updateCycle, task.day);
    // An entry that is not mounted yet cannot be refreshed: its department tries again with the next period.
    return due === null ? [] : [refreshBy(task, { slug, id, n: done(answer) ? n + 1 : n }, due)];
  },
  change: async (task, stage) => {
    const { slug, id } = dataOf(task);
    const chance = chanceOf(task.name);
    const ground = chance.weighted({ ordinary: 70, 'superior-law': 15, correction: 15 });
    const soon = ground !== 'ordinary' || chance.happens(0.25);
    const body = {
      kind: 'update',
      ground,
      effectiveOn: addDays(task.day, soon ? 10 : 45),
      patch: { abstract: `${entryOf(stage, slug).entry.abstract}（${task.day} 修订）` },
      reason: ground === 'superior-law' ? '上位法修订' : '业务口径调整',
    };
    const answer = await stage.client.post(officer(stage, slug), `/resources/${id}/changes`, body, task.name);
    if (!done(answer)) return [];
    type Changed = { readonly change: { readonly change: string } | null };
    const { change } = await stage.client.get<Changed>(officer(stage, slug), `/resources/${id}`, answer.position);
    const data = { slug, id, change: change?.change ?? '', position: answer.position };
    return [later(task, working(stage, task.day, chance.between(1, 5)), 'review-change', data)];
  },
  'review-change': async (task, stage) => {
    const { id, position } = dataOf(task);
    const { revision } = await stage.client.get<{ revision: number }>(stage.city.operators[1], `/resources/${id}`, position);
    const path = `/resources/${id}/changes/${String(task.data['change'])}/operator-review`;
    await stage.client.post(stage.city.operators[1], path, { decision: 'approve', ...COMMENT }, task.name, revision);
    return [];
  },
};

/** The next refresh: mostly on its last day or the day before, sometimes late; its name does not grow with the years. */
const refreshBy = (task: Task, data: { slug: string; id: string; n: number }, due: CivilDate): Task => {
  const chance = chanceOf(`${data.slug} ${due}`);
  const day = chance.happens(0.05) ? addDays(due, chance.between(1, 9)) : addDays(due, -chance.between(0, 1));
  return { day: day <= task.day ? addDays(task.day, 1) : day, kind: 'refresh', name: `refresh ${data.slug} ${due}`, data };
};
