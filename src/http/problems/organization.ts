import type { ProblemRows } from '../problem-row.ts';

export const ORGANIZATION_PROBLEMS: ProblemRows = {
  'organization.exists': {
    status: 409,
    article: 'R2.1',
    zh: ['机构已登记', '该机构已经登记，请直接查看。'],
    en: ['Organization exists', 'This organization is registered already. Read it instead.'],
  },
  'organization.abandoned': {
    status: 409,
    article: 'R2.1',
    zh: ['登记已放弃', '该机构的登记未完成，已被放弃，请重新登记。'],
    en: ['Registration abandoned', 'The registration of this organization was never completed. Register it again.'],
  },
  'organization.closed': {
    status: 409,
    article: 'R2.1',
    zh: ['机构已不存续', '该机构{status}，不能再变更，请对承接其职责的机构办理。'],
    en: [
      'Organization is no more',
      'This organization is {status} and changes no more. Turn to the one that took over its duties.',
    ],
  },
  'organization.no-such-parent': {
    status: 422,
    article: 'R2.1',
    zh: ['上级机构无效', '上级机构 {parent} 未登记或已不存续，请改为存续的机构。'],
    en: ['No such parent', 'The parent {parent} is not registered or is no more. Name one that exists.'],
  },
  'organization.level-above-parent': {
    status: 422,
    article: 'R2.1',
    zh: ['层级不符', '本机构为{level}，其上级机构为{parent}；机构不能高于其上级，请核对层级。'],
    en: ['Level above its parent', 'The level is {level}, that of its parent {parent}. Check which one is wrong.'],
  },
  'organization.not-an-operator': {
    status: 422,
    article: 'R6.1',
    zh: ['不是平台管理单位', '只有承担平台管理职能的机构才能受理申请，请先选定职能 platform-operator。'],
    en: ['Not a platform operator', 'Only a platform operator receives applications. Give it the function platform-operator.'],
  },
  'organization.operator-seat-taken': {
    status: 409,
    article: 'R6.1',
    zh: ['受理单位已确定', '本级本地区已由机构 {holder} 受理申请；每一层级和地区只设一家。'],
    en: ['Seat is taken', '{holder} receives applications for this level and area already; there is exactly one.'],
  },
  'organization.provider-code-invalid': {
    status: 422,
    article: 'R7.1',
    zh: ['统一社会信用代码有误', '应为 18 位统一社会信用代码，且校验码正确，请核对。'],
    en: ['Invalid provider code', 'It is a unified social credit code: 18 characters with a correct check digit.'],
  },
  'organization.chief-not-of-it': {
    status: 422,
    article: 'R27.1',
    zh: ['不是本单位人员', '账号 {account} 不是本单位的在用账号，不能备案为云长。'],
    en: [
      'Not of this organization',
      'Account {account} is not an active account of this organization and cannot be its data chief.',
    ],
  },
  'organization.chief-without-role': {
    status: 422,
    article: 'R27.1',
    zh: ['尚无云长角色', '账号 {account} 尚无有效的云长角色，请先授予该角色，并由另一名管理员确认。'],
    en: [
      'Role is missing',
      'Account {account} does not hold the data-chief role. Give it first and have another administrator confirm it.',
    ],
  },
  'organization.files-oneself': {
    status: 422,
    article: 'R24.1',
    zh: ['不能备案本人', '任何人不得将本人备案为云长，请由本单位其他经办人或系统管理员办理。'],
    en: ['Own mandate', 'Nobody files themselves as data chief. Ask another officer of the organization or an administrator.'],
  },
  'organization.holds-operator-seat': {
    status: 409,
    article: 'R6.1',
    zh: ['仍是受理单位', '该机构仍受理 {area} 的申请；每一层级和地区须有一家受理单位，请将其并入承接机构，不要直接撤销。'],
    en: [
      'Still receives applications',
      'It receives the applications of {area}, where there is exactly one such operator. Merge it into its successor instead.',
    ],
  },
  'organization.awaits-merger': {
    status: 409,
    article: 'R2.1',
    zh: ['尚有机构待并入', '机构 {from} 已定并入该机构，届时须由其承接，不能撤销；可待并入生效后，将其并入承接机构。'],
    en: [
      'A merger leads to it',
      'Organization {from} is to be merged into it and needs somebody to take over on that day. Merge this one into a successor instead.',
    ],
  },
  'organization.merge-into-itself': {
    status: 422,
    article: 'R2.1',
    zh: ['不能并入自身', '请指定另一个承接职责的机构。'],
    en: ['Cannot merge into itself', 'Name another organization that takes over.'],
  },
  'organization.no-such-target': {
    status: 422,
    article: 'R2.1',
    zh: ['承接机构无效', '机构 {into} 未登记或已不存续，请改为存续的机构。'],
    en: ['No such target', 'Organization {into} is not registered or is no more. Name one that exists.'],
  },
  'init.no-lead-office': {
    status: 422,
    article: 'R6.1',
    zh: ['缺少领导小组办公室', '起始数据中没有机构 {slug}，请补上领导小组办公室后重新初始化。'],
    en: ['No lead office', 'The beginning names no organization {slug}. Add the lead office and begin again.'],
  },
};
