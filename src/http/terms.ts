import type { Role } from '../domain/events/account.ts';
import type { DataOperation } from '../domain/events/grant.ts';
import type { Relation } from '../domain/relation.ts';

/** The roles as the measure and the offices call them. */
export const ROLE_NAMES: Readonly<Record<Role | 'account' | 'public', string>> = {
  public: '公众',
  account: '已登录账号',
  'applicant-officer': '申请经办人',
  'data-chief': '云长',
  'provider-officer': '提供部门经办人',
  'operator-officer': '平台管理单位经办人',
  'lead-officer': '领导小组办公室经办人',
  assessor: '评估人员',
  auditor: '审计人员',
  administrator: '系统管理员',
  'exchange-gateway': '交换网关',
};

export const RELATION_NAMES: Readonly<Record<Relation | 'any', string>> = {
  any: '不限',
  own: '本单位',
  self: '本人',
  provider: '提供部门',
  applicant: '申请部门',
  user: '使用部门',
  operator: '本级平台管理单位',
  recipient: '被告知部门',
  debtor: '义务部门',
  listed: '已发布',
};

/** The eight operations of R24.2, in the words of the article. */
export const OPERATION_NAMES: Readonly<Record<DataOperation, string>> = {
  collect: '汇聚',
  share: '共享',
  query: '查询',
  compare: '比对',
  download: '下载',
  analyse: '分析研判',
  access: '访问',
  maintain: '更新维护',
};

const VALUES = new Map<string, string>(
  Object.entries({
    ...ROLE_NAMES,
    table: '库表',
    file: '文件',
    api: '服务接口',
    unconditional: '无条件共享',
    conditional: '有条件共享',
    'not-shared': '不予共享',
    province: '省级',
    city: '市级',
    county: '县区级',
    zone: '开发区',
    none: '不存在',
    abandoned: '已放弃',
    draft: '草稿',
    returned: '已退回',
    submitted: '已提交',
    'department-approved': '部门已审核',
    published: '已发布',
    withdrawn: '已撤销',
    open: '有效',
    merged: '已合并',
    closed: '已撤销',
    active: '正常',
    disabled: '已停用',
    'awaiting-endorsement': '待云长确认',
    declined: '云长未同意',
    received: '待规范性检查',
    'awaiting-reply': '待答复',
    'reply-drafted': '答复待云长确认',
    approved: '同意',
    'partly-approved': '部分同意',
    refused: '不同意',
    'check-refused': '不予受理',
    'not-yet': '未到使用期限',
    expired: '已过期',
    suspended: '已暂停',
    revoked: '已撤销',
    basic: '低',
    substantial: '中',
    high: '高',
    body: '请求体',
    querystring: '查询参数',
    params: '路径参数',
    headers: '首部',
  }),
);

/** A value of one of the closed lists in Chinese; any other text as it is. */
export const chineseOf = (value: string): string => VALUES.get(value) ?? value;
