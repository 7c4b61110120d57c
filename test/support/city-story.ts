import { civilDateOf } from '../../src/domain/time.ts';
import { conditionalEntry, entryOf, itemOf } from './entries.ts';
import type { Answer, City } from './city.ts';

const idOf = ({ body }: Answer): string => String(body['id']);
const revisionOf = ({ body }: Answer): number => Number(body['revision']);
const undertaking = { version: '2019-1', accepted: true };
const request = {
  purpose: '核验救助资格',
  legalDuty: '《社会救助暂行办法》第五章',
  systemName: '医疗救助信息系统',
  items: ['姓名', '保障类别'],
  period: { from: '2026-03-02', to: '2027-03-01' },
  undertaking,
};
const approve = { decision: 'approve', comment: null };
const CSV = '姓名,保障类别\r\n张三丰,城市低保\r\n李四,农村低保\r\n王五,城市低保\r\n';

export type Offices = {
  readonly provider: string;
  readonly applicant: string;
  readonly stranger: string;
  readonly operator: string;
};

/** Four departments with the people who act for them: by name `provider`, `provider-chief`, `applicant`, … */
export const settleOffices = async (city: City): Promise<Offices> => {
  const operator = await city.organization('南昌市经济信息中心', {
    kind: 'platform-operator',
    functions: ['platform-operator'],
    receivesApplications: true,
  });
  const provider = await city.organization('南昌市民政局');
  const applicant = await city.organization('南昌市医疗保障局');
  const stranger = await city.organization('南昌市水利局');
  await city.hire('operator', operator, ['operator-officer']);
  await city.hire('operator-2', operator, ['operator-officer']);
  await city.hire('assessor', operator, ['assessor']);
  await city.hire('gateway', operator, ['exchange-gateway'], 'gateway');
  await city.hire('auditor', city.organizations.get('nanchang-dashujuju') ?? '', ['auditor']);
  for (const [who, home] of Object.entries({ provider, applicant, stranger })) {
    await city.hire(who, home, ['provider-officer', 'applicant-officer']);
    await city.hire(`${who}-chief`, home, ['data-chief', 'applicant-officer', 'provider-officer']);
    const chief = { account: city.idOf(`${who}-chief`), document: '函〔2026〕1号' };
    await city.act('file-data-chief', 'admin-1', `/organizations/${home}/data-chief`, chief);
  }
  return { provider, applicant, stranger, operator };
};

/** Takes an entry from its draft to the catalog. */
export const publish = async (city: City, entry: object): Promise<string> => {
  const id = idOf(await city.act('draft-resource', 'provider', '/resources', entry));
  const submitted = await city.act('submit-resource', 'provider', `/resources/${id}/submit`, {});
  const path = `/resources/${id}`;
  const reviewed = await city.act(
    'review-in-department',
    'provider-chief',
    `${path}/department-review`,
    approve,
    revisionOf(submitted),
  );
  await city.act('review-as-operator', 'operator', `${path}/operator-review`, approve, revisionOf(reviewed));
  return id;
};

/** Changes a published entry at once: what a higher norm demands waits for no notice (R9.1). */
export const changeEntry = async (city: City, resourceId: string, patch: object): Promise<void> => {
  const path = `/resources/${resourceId}`;
  const change = { kind: 'update', ground: 'superior-law', effectiveOn: civilDateOf(city.now()), patch, reason: '上位法调整' };
  await city.act('request-change', 'provider', `${path}/changes`, change);
  const { body } = await city.get('provider', path);
  const { change: id } = body['change'] as { change: string };
  await city.act('review-change', 'operator', `${path}/changes/${id}/operator-review`, approve, Number(body['revision']));
};

/** An application that waits for its reply; sent by the chief, so that nothing waits for an endorsement. */
export const applyFor = async (
  city: City,
  resourceId: string,
  items: readonly string[] = request.items,
): Promise<{ application: string; path: string; revision: number }> => {
  const submitted = await city.act('submit-application', 'applicant-chief', '/applications', { resourceId, ...request, items });
  const application = idOf(submitted);
  const path = `/applications/${application}`;
  const passed = await city.act(
    'check-formality',
    'operator',
    `${path}/formality-check`,
    { outcome: 'passed' },
    revisionOf(submitted),
  );
  return { application, path, revision: revisionOf(passed) };
};

/** From submission to a grant; by chiefs, so that nothing waits for an endorsement. */
export const grantByReply = async (
  city: City,
  resourceId: string,
  items?: readonly string[],
  reply: object = { outcome: 'approved' },
): Promise<{ application: string; grant: string }> => {
  const { application, path, revision } = await applyFor(city, resourceId, items);
  city.pass(24 * 60);
  await city.act('reply-to-application', 'provider-chief', `${path}/reply`, reply, revision);
  const { body } = await city.get('applicant', path);
  return { application, grant: String(body['grant']) };
};

const catalogAndContents = async (city: City) => {
  const table = idOf(await city.act('draft-resource', 'provider', '/resources', entryOf({ title: '草稿' })));
  const revised = { ...conditionalEntry, title: '低保对象信息' };
  await city.act('revise-resource', 'provider', `/resources/${table}/revise`, revised);
  const first = await city.act('submit-resource', 'provider', `/resources/${table}/submit`, {});
  const returned = { decision: 'return', comment: '请补充摘要' };
  const path = `/resources/${table}`;
  await city.act('review-in-department', 'provider-chief', `${path}/department-review`, returned, revisionOf(first));
  const second = await city.act('submit-resource', 'provider', `${path}/submit`, {});
  const third = await city.act('review-in-department', 'provider-chief', `${path}/department-review`, approve, revisionOf(second));
  await city.act('review-as-operator', 'operator', `${path}/operator-review`, approve, revisionOf(third));
  await city.act('mount-resource', 'provider', `${path}/mount`, { mode: 'table', table: 'dibao' });
  await city.upload('provider', table, CSV);
  const file = await publish(city, entryOf({ title: '企业名录', shareMode: 'file', items: [itemOf('企业名称'), itemOf('法人')] }));
  await city.act('mount-resource', 'provider', `/resources/${file}/mount`, {
    mode: 'file',
    fileName: '名录.csv',
    mediaType: 'text/csv',
  });
  await city.upload('provider', file, CSV.repeat(1_000));
  await city.act('refresh-resource', 'provider', `/resources/${file}/refreshes`, { note: '三月数据' });
  return { table, file };
};

const applications = async (city: City, table: string) => {
  const by = { applicant: 'applicant', chief: 'applicant-chief' };
  const body = { resourceId: table, ...request };
  const submitted = await city.act('submit-application', by.applicant, '/applications', body);
  const path = `/applications/${idOf(submitted)}`;
  const endorsed = await city.act('endorse-application', by.chief, `${path}/endorsement`, approve, revisionOf(submitted));
  const defects = [{ path: 'legalDuty', message: '请写明条款' }];
  const returned = { outcome: 'returned', comment: '请补正', defects };
  await city.act('check-formality', 'operator', `${path}/formality-check`, returned, revisionOf(endorsed));
  city.pass(60);
  const again = await city.act('supplement-application', by.chief, `${path}/supplement`, { ...request, comment: '已补正' });
  await city.act('check-formality', 'operator', `${path}/formality-check`, { outcome: 'passed' }, revisionOf(again));
  const extension = { pack: 'sc-809-2025', days: 5, consent: '同意延期函', reason: '需逐条脱敏' };
  const extended = await city.act('extend-reply', 'provider-chief', `${path}/extension`, extension);
  city.pass(24 * 60 * 10);
  const reply = { outcome: 'partly-approved', reason: '超出必需', items: [{ item: '姓名', granted: true }, { item: '保障类别', granted: false, reason: '超出必需' }] }; // prettier-ignore
  const drafted = await city.act('reply-to-application', 'provider', `${path}/reply`, reply, revisionOf(extended));
  await city.act('endorse-application', 'provider-chief', `${path}/endorsement`, approve, revisionOf(drafted));
  const second = await city.act('submit-application', by.chief, '/applications', body);
  await city.act('withdraw-application', by.chief, `/applications/${idOf(second)}/withdraw`, { reason: '已取消' });
  await city.act('submit-application', 'stranger-chief', '/applications', body);
};

const grantsAndUse = async (city: City, table: string, file: string) => {
  const { grant } = await grantByReply(city, table);
  const direct = { resourceId: file, purpose: '信用核查', systemName: '审批平台', items: ['企业名称'], undertaking };
  const own = idOf(await city.act('register-direct-grant', 'applicant', '/grants', direct));
  await city.act('suspend-grant', 'provider', `/grants/${own}/suspend`, { reason: '核查中' });
  await city.act('resume-grant', 'provider', `/grants/${own}/resume`, { reason: '已核清' });
  const record = {
    grantId: grant,
    operation: 'query',
    items: ['姓名'],
    count: 3,
    outcome: 'completed',
    person: '赵六',
    system: '审批平台',
  };
  await city.act('report-accesses', 'gateway', '/accesses', { records: [{ ...record, occurredAt: city.now() }] });
  const revoked = idOf(await city.act('register-direct-grant', 'stranger', '/grants', direct));
  await city.act('revoke-grant', 'operator', `/grants/${revoked}/revoke`, { reason: '超范围使用' });
  return { grant, own };
};

const changeOf = async (city: City, resource: string): Promise<{ change: string; revision: number }> => {
  const { body } = await city.get('provider', `/resources/${resource}`);
  const { change } = body['change'] as { change: string };
  return { change, revision: Number(body['revision']) };
};

const changes = async (city: City, table: string, file: string) => {
  const update = {
    kind: 'update',
    ground: 'ordinary',
    effectiveOn: '2026-06-30',
    patch: { abstract: '新摘要' },
    reason: '口径调整',
  };
  await city.act('request-change', 'provider', `/resources/${table}/changes`, update);
  const { change } = await changeOf(city, table);
  const path = `/resources/${table}/changes/${change}`;
  await city.act('acknowledge-change', 'applicant', `${path}/acknowledge`, {});
  await city.act('object-to-change', 'applicant', `${path}/object`, { reason: '系统尚未改造' });
  const { revision } = await changeOf(city, table);
  await city.act('review-change', 'operator', `${path}/operator-review`, approve, revision);
  const urgent = { kind: 'update', ground: 'security', effectiveOn: '2026-06-30', patch: { abstract: '暂停' }, reason: '风险' };
  await city.act('request-change', 'provider', `/resources/${file}/changes`, urgent);
  const asked = await changeOf(city, file);
  const review = `/resources/${file}/changes/${asked.change}/operator-review`;
  await city.act('review-change', 'operator', review, approve, asked.revision);
  await city.act('resume-supply', 'provider', `/resources/${file}/resume-supply`, { reason: '风险已排除' });
};

const lawAndPeople = async (city: City, { stranger, provider }: Offices) => {
  const pack = {
    id: 'city-setting',
    title: '内部时限',
    documentNumber: '洪数发〔2026〕1号',
    issuer: '南昌市大数据发展管理局',
    effectiveFrom: '2027-01-01',
    effectiveUntil: null,
    legalBasisTypes: [],
    rules: [{ id: 'mount', article: '第三条', value: 10, unit: 'working-day', bound: 'at-most', startEvent: 'ResourcePublished', endEvent: 'ResourceMounted', extension: null, wording: '10个工作日' }], // prettier-ignore
  };
  const proposed = await city.act('propose-policy', 'lead-1', '/policies', pack);
  await city.act('confirm-policy', 'lead-2', '/policies/city-setting/confirm', { version: 1 }, revisionOf(proposed));
  const notice = { id: 'cn-2027-v1', year: 2027, version: 1, documentNumber: '国办发明电〔2026〕9号', title: '2027年节假日', publishedOn: '2026-03-01', offDays: ['2027-01-01'], makeUpWorkdays: [] }; // prettier-ignore
  const published = await city.act('propose-calendar-notice', 'lead-1', '/calendar-notices', notice);
  await city.act('confirm-calendar-notice', 'lead-2', '/calendar-notices/cn-2027-v1/confirm', {}, revisionOf(published));
  const validUntil = '2026-12-31T16:00:00.000Z';
  const delegate = { matters: ['applications', 'replies'], validUntil };
  await city.act('give-delegation', 'provider-chief', `/accounts/${city.idOf('provider')}/delegations`, delegate);
  const today = city.now().slice(0, 10);
  const code = { providerCode: '91350100M000100Y43' };
  await city.act('file-provider-code', 'provider', `/organizations/${provider}/provider-code`, code);
  await city.act('rename-organization', 'admin-1', `/organizations/${provider}/rename`, {
    name: '南昌市民政事务局',
    effectiveOn: today,
  });
  const leaving = await city.hire('leaving', stranger, ['applicant-officer', 'provider-officer']);
  await city.act('revoke-roles', 'admin-1', `/accounts/${leaving}/roles/revoke`, {
    roles: ['provider-officer'],
    reason: '岗位调整',
  });
  await city.act('disable-account', 'admin-1', `/accounts/${leaving}/disable`, { reason: '离职' });
  const merged = await city.organization('南昌市老机构');
  await city.act('merge-organization', 'admin-1', `/organizations/${merged}/merge`, { into: provider, effectiveOn: today });
  const closed = await city.organization('南昌市临时机构');
  await city.act('close-organization', 'admin-1', `/organizations/${closed}/close`, { effectiveOn: today, reason: '撤销' });
};

/**
 * Goes on where the story ends: the change that users answered takes effect, the entry goes over to files and back to a table,
 * is mounted anew each time, and is withdrawn. `moved` runs after each step.
 */
export const moveOn = async (city: City, { table }: Told, moved: () => Promise<void>): Promise<void> => {
  const path = `/resources/${table}`;
  const until = async (day: string): Promise<void> => {
    city.at(`${day}T00:00:00.000Z`);
    // What is due is read from a view.
    await city.service.settled();
    await city.service.runDue();
    await moved();
  };
  const change = async (effectiveOn: string, what: object): Promise<void> => {
    const asked = { ground: 'ordinary', effectiveOn, reason: '业务调整', ...what };
    await city.act('request-change', 'provider', `${path}/changes`, asked);
    const { change: id } = await changeOf(city, table);
    await city.act('acknowledge-change', 'applicant-chief', `${path}/changes/${id}/acknowledge`, {});
    const { revision } = await changeOf(city, table);
    await city.act('review-change', 'operator', `${path}/changes/${id}/operator-review`, approve, revision);
    await until(effectiveOn);
  };
  await until('2026-06-30');
  await change('2026-08-15', { kind: 'update', patch: { shareMode: 'file' } });
  await city.act('mount-resource', 'provider', `${path}/mount`, { mode: 'file', fileName: '低保.txt', mediaType: 'text/plain' });
  await city.upload('provider', table, '"此文件不是表格');
  await change('2026-10-15', { kind: 'update', patch: { shareMode: 'table' } });
  await city.act('mount-resource', 'provider', `${path}/mount`, { mode: 'table', table: 'dibao' });
  await moved();
  await change('2026-12-15', { kind: 'withdrawal' });
};

/** Merges a body that has applied and been granted into the applicant, and one with an open entry into that one before. */
export const mergeIn = async (city: City, { applicant, table, file }: Told): Promise<void> => {
  const today = city.now().slice(0, 10);
  const into = async (from: string, to: string) =>
    city.act('merge-organization', 'admin-1', `/organizations/${from}/merge`, { into: to, effectiveOn: today });
  const settle = async (name: string, who: string): Promise<string> => {
    const home = await city.organization(name);
    await city.hire(who, home, ['data-chief', 'applicant-officer', 'provider-officer']);
    await city.act('file-data-chief', 'admin-1', `/organizations/${home}/data-chief`, { account: city.idOf(who), document: null });
    await city.act('submit-application', who, '/applications', { resourceId: table, ...request });
    const direct = { resourceId: file, purpose: '信用核查', systemName: '审批平台', items: ['企业名称'], undertaking };
    await city.act('register-direct-grant', who, '/grants', direct);
    return home;
  };
  const first = await settle('南昌市老龄办', 'first-chief');
  const second = await settle('南昌市老干部局', 'second-chief');
  await into(first, second);
  await into(second, applicant);
};

export type Told = Offices & { readonly table: string; readonly file: string; readonly grant: string; readonly own: string };

/** A story in which every command of the contract is sent at least once, and changes something. */
export const tellStory = async (city: City): Promise<Told> => {
  const offices = await settleOffices(city);
  const { table, file } = await catalogAndContents(city);
  await applications(city, table);
  const grants = await grantsAndUse(city, table, file);
  await changes(city, table, file);
  await lawAndPeople(city, offices);
  return { ...offices, table, file, ...grants };
};
