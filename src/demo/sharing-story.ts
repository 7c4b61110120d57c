import { addDays, addMonths, type CivilDate } from '../domain/time.ts';
import { chanceOf, type Chance } from './chance.ts';
import { chief, COMMENT, dataOf, departmentOf, done, entryOf, later, officer, working, type Play, type Stage } from './stage.ts';
import type { Task } from './world.ts';
const period = (day: CivilDate) => ({ from: day, to: addDays(addMonths(day, 12), -1) });
const undertaking = { version: '2019-1', accepted: true };
const DUTIES = [
  '《社会救助暂行办法》第五章',
  '部门“三定”规定第三条',
  '《优化营商环境条例》第三十七条',
  '行政许可审查职责',
  '年度监督检查计划',
];
const PURPOSES = ['核验申请人资格', '许可审批材料核对', '补贴发放前比对', '年度统计分析', '跨部门联合监管'];
const SYSTEMS = ['一体化审批平台', '业务监管系统', '资金发放系统', '统计分析系统'];

const requestOf = (task: Task, items: readonly string[], chance: Chance) => ({
  purpose: chance.oneOf(PURPOSES),
  legalDuty: chance.oneOf(DUTIES),
  systemName: chance.oneOf(SYSTEMS),
  items,
  period: period(task.day),
  undertaking,
});

/** How departments apply, check, reply and use. */
export const SHARING_STORY: Readonly<Record<string, Play>> = {
  apply: async (task, stage) => {
    const { slug, id, applicant } = dataOf(task);
    const chance = chanceOf(task.name);
    const wanted = entryOf(stage, slug).entry.items.filter(({ shareType }) => shareType !== 'not-shared');
    const items = wanted.filter((_, index) => index === 0 || chance.happens(0.7)).map(({ name }) => name);
    const byChief = chance.happens(0.35);
    const { officer: writes, chief: endorses } = departmentOf(stage, applicant);
    const body = { resourceId: id, ...requestOf(task, items, chance) };
    const answer = await stage.client.post(byChief ? endorses : writes, '/applications', body, task.name);
    if (!done(answer)) return [];
    const data = { slug, id: answer.id, applicant, items, revision: answer.revision, round: 1 };
    if (byChief) return checking(task, stage, data);
    return [later(task, working(stage, task.day, chance.between(0, 1)), 'endorse', data)];
  },
  endorse: async (task, stage) => {
    const { id, applicant, revision } = dataOf(task);
    const declined = chanceOf(task.name).happens(0.02);
    const body = declined ? { decision: 'decline', comment: '暂无业务需要' } : { decision: 'approve', ...COMMENT };
    const answer = await stage.client.post(
      departmentOf(stage, applicant).chief,
      `/applications/${id}/endorsement`,
      body,
      task.name,
      revision,
    );
    return done(answer) && !declined ? checking(task, stage, { ...task.data, revision: answer.revision }) : [];
  },
  check: async (task, stage) => {
    const { id, revision, round } = dataOf(task);
    const chance = chanceOf(task.name);
    const outcome = round === 1 ? chance.weighted({ passed: 86, returned: 11, refused: 3 }) : 'passed';
    const bodies = {
      passed: { outcome, comment: null },
      returned: { outcome, comment: '请一次补正', defects: [{ path: 'legalDuty', message: '请写明法定职责的条款' }] },
      refused: { outcome, comment: '申请事项不属于本部门职责' },
    };
    const answer = await stage.client.post(
      chance.oneOf(stage.city.operators),
      `/applications/${id}/formality-check`,
      bodies[outcome],
      task.name,
      revision,
    );
    if (!done(answer)) return [];
    if (outcome === 'returned') return [later(task, working(stage, task.day, chance.between(1, 5)), 'supplement', task.data)];
    return outcome === 'passed' ? replying(task, stage, { ...task.data, revision: answer.revision }) : [];
  },
  supplement: async (task, stage) => {
    const { id, applicant, items } = dataOf(task);
    const chance = chanceOf(task.name);
    const body = { ...requestOf(task, items, chance), legalDuty: '部门“三定”规定第三条第（二）项', comment: '已补正' };
    const answer = await stage.client.post(departmentOf(stage, applicant).chief, `/applications/${id}/supplement`, body, task.name);
    return done(answer) ? checking(task, stage, { ...task.data, revision: answer.revision, round: 2 }) : [];
  },
  reply: async (task, stage) => {
    const { slug, id, revision, items } = dataOf(task);
    const chance = chanceOf(task.name);
    const drafts = chance.happens(0.5);
    const wanted =
      items.length > 1 ? { approved: 72, 'partly-approved': 14, refused: 14 } : { approved: 84, 'partly-approved': 0, refused: 16 };
    const outcome = chance.weighted(wanted);
    const last = items.length - 1;
    const bodies = {
      approved: { outcome, conditions: '仅限申请用途，结果保存不超过30天' },
      'partly-approved': {
        outcome,
        items: items.map((item, index) => ({
          item,
          granted: index !== last,
          reason: index === last ? '超出申请用途所必需' : null,
        })),
        conditions: '仅限申请用途',
        reason: '部分信息项超出必需范围',
      },
      refused: { outcome, reason: '申请用途与本部门共享条件不符' },
    };
    const by = drafts ? officer(stage, slug) : chief(stage, slug);
    const answer = await stage.client.post(by, `/applications/${id}/reply`, bodies[outcome], task.name, revision);
    if (!done(answer)) return [];
    if (drafts)
      return [later(task, task.day, 'sign-reply', { ...task.data, revision: answer.revision, granted: outcome !== 'refused' })];
    if (outcome === 'refused') return [];
    return [later(task, working(stage, task.day, chance.between(1, 12)), 'use', { ...task.data, position: answer.position })];
  },
  'sign-reply': async (task, stage) => {
    const { slug, id, revision } = dataOf(task);
    const body = { decision: 'approve', ...COMMENT };
    const answer = await stage.client.post(chief(stage, slug), `/applications/${id}/endorsement`, body, task.name, revision);
    const granted = task.data['granted'] === true && done(answer);
    const day = working(stage, task.day, chanceOf(task.name).between(1, 12));
    return granted ? [later(task, day, 'use', { ...task.data, position: answer.position })] : [];
  },
  use: async (task, stage) => {
    const { id, applicant, items, position } = dataOf(task);
    const { grant } = await stage.client.get<{ grant: string | null }>(
      departmentOf(stage, applicant).officer,
      `/applications/${id}`,
      position,
    );
    if (grant !== null) stage.onGrant({ id: grant, items: items.slice(0, 1), system: '一体化审批平台' });
    return [];
  },
  direct: async (task, stage) => {
    const { slug, id, applicant } = dataOf(task);
    const items = entryOf(stage, slug).entry.items.map(({ name }) => name);
    const body = { resourceId: id, purpose: '业务系统数据补全', systemName: '业务监管系统', items, undertaking };
    const answer = await stage.client.post(departmentOf(stage, applicant).officer, '/grants', body, task.name);
    if (done(answer)) stage.onGrant({ id: answer.id, items: items.slice(0, 2), system: '业务监管系统' });
    return [];
  },
  withdraw: async (task, stage) => {
    const { id, applicant } = dataOf(task);
    await stage.client.post(
      departmentOf(stage, applicant).officer,
      `/applications/${id}/withdraw`,
      { reason: '业务已取消' },
      task.name,
    );
    return [];
  },
  report: async (task, stage) => {
    const records = task.data['records'] as readonly unknown[];
    await stage.client.post(stage.city.gateway, '/accesses', { records }, task.name);
    return [];
  },
};

/** The check: mostly in time, sometimes late, rarely never (R14.1). */
const checking = (task: Task, stage: Stage, data: Readonly<Record<string, unknown>>): readonly Task[] => {
  const chance = chanceOf(`${task.name} check`);
  const when = chance.weighted({ early: 70, last: 20, late: 8, never: 2 });
  if (when === 'never') return [];
  const days = { early: chance.between(0, 2), last: 3, late: chance.between(4, 7) }[when];
  return [later(task, working(stage, task.day, days), 'check', data, `check ${String(data['round'])}`)];
};

/** The reply: early, on the last day, late or never (R14.2). */
const replying = (task: Task, stage: Stage, data: Readonly<Record<string, unknown>>): readonly Task[] => {
  const chance = chanceOf(`${task.name} reply`);
  const when = chance.weighted({ early: 66, last: 17, late: 12, never: 3, withdrawn: 2 });
  if (when === 'never') return [];
  if (when === 'withdrawn') return [later(task, working(stage, task.day, 2), 'withdraw', data)];
  const days = { early: chance.between(1, 4), last: 5, late: chance.between(6, 16) }[when];
  return [later(task, working(stage, task.day, days), 'reply', data)];
};
