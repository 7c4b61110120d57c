import type { ProblemRows } from '../problem-row.ts';

export const ACCOUNT_PROBLEMS: ProblemRows = {
  'account.exists': {
    status: 409,
    article: 'R24.1',
    zh: ['账号已登记', '该账号已经登记，请直接查看。'],
    en: ['Account exists', 'This account is registered already. Read it instead.'],
  },
  'account.login-taken': {
    status: 409,
    article: 'R24.1',
    zh: ['登录名已被使用', '请换一个登录名再登记。'],
    en: ['Login is taken', 'Choose another login.'],
  },
  'account.abandoned': {
    status: 409,
    article: 'R24.1',
    zh: ['登记已放弃', '该账号的登记未完成，已被放弃，请重新登记。'],
    en: ['Registration abandoned', 'The registration of this account was never completed. Register it again.'],
  },
  'account.disabled': {
    status: 409,
    article: 'R24.1',
    zh: ['账号已停用', '已停用的账号不能再变更，需要时请登记新账号。'],
    en: ['Account is disabled', 'A disabled account changes no more. Register a new one where it is needed.'],
  },
  'account.no-such-organization': {
    status: 422,
    article: 'R24.1',
    zh: ['所属机构无效', '所属机构未登记或已不存续，请改为存续的机构。'],
    en: ['No such organization', 'The organization is not registered or is no more. Name one that exists.'],
  },
  'account.own-rights': {
    status: 422,
    article: 'R24.1',
    zh: ['不能变更本人权限', '任何人不得变更本人的角色或停用本人账号，请由另一名管理员办理。'],
    en: ['Own rights', 'Nobody changes their own roles or account. Ask another administrator.'],
  },
  'account.same-administrator': {
    status: 422,
    article: 'R24.1',
    zh: ['须由另一名管理员确认', '您是提出人；敏感角色须由另一名管理员确认。'],
    en: ['A second administrator is needed', 'You proposed these roles; sensitive roles are confirmed by another administrator.'],
  },
  'account.no-such-proposal': {
    status: 422,
    article: 'R24.1',
    zh: ['没有这项提议', '该账号没有编号为 {proposal} 的角色提议，请查看后重新填写。'],
    en: ['No such proposal', 'This account has no role proposal {proposal}. Read it and try again.'],
  },
  'account.role-unfit-for-kind': {
    status: 422,
    article: 'R24.1',
    zh: ['角色与账号类型不符', '所选角色：{roles}。交换网关角色只能授予网关账号，网关账号也只能有此角色。'],
    en: [
      'Role does not fit the account',
      'Roles: {roles}. Only gateway accounts are exchange gateways, and they are nothing else.',
    ],
  },
  'account.role-unfit-for-organization': {
    status: 422,
    article: 'R6.1',
    zh: ['角色与单位职能不符', '该账号所在单位没有相应职能，不能授予角色“{role}”。'],
    en: ['Role does not fit the organization', "The account's organization has no function that the role {role} needs."],
  },
  'account.term-ends-before-it-begins': {
    status: 422,
    article: 'R13.1',
    zh: ['期限有误', '截止时间须晚于开始时间；任何授权不得早于登记之时生效。'],
    en: ['Term ends before it begins', 'The end must lie after the beginning, and no mandate begins before it was recorded.'],
  },
  'account.not-its-chief': {
    status: 403,
    article: 'R13.1',
    zh: ['不是该单位的云长', '只有该账号所在单位已备案的云长才能向其委托。'],
    en: ['Not its data chief', "Only the filed data chief of the account's organization delegates to it."],
  },
  'account.delegates-to-oneself': {
    status: 422,
    article: 'R13.1',
    zh: ['不能委托本人', '请选择本单位的另一个账号。'],
    en: ['Delegates to oneself', 'Choose another account of the organization.'],
  },
  'account.delegation-too-long': {
    status: 422,
    article: 'R13.1',
    zh: ['委托期限过长', '委托期限最长 12 个月，最迟到 {latest}，请缩短期限。'],
    en: ['Delegation is too long', 'At most 12 months, until {latest} at the latest.'],
  },
};
