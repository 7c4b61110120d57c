import type { ProblemRow } from './problem-table.ts';
import { DOMAIN_PROBLEMS } from './domain-problems.ts';

const row = (status: number, zh: readonly [string, string], en: readonly [string, string], article?: string): ProblemRow => ({
  status,
  zh,
  en,
  ...(article === undefined ? {} : { article }),
});

/** What HTTP itself refuses. The rules' own codes stand in `domain-problems.ts`. */
const TRANSPORT: Readonly<Record<string, ProblemRow>> = {
  'request.invalid': row(400, ['请求内容有误', '请求的 {part} 有字段缺失或不正确，见 errors。'], ['Invalid request', 'Fields of the {part} are missing or wrong; see errors.']), // prettier-ignore
  'request.malformed-json': row(
    400,
    ['不是有效的 JSON', '请求体无法按 JSON 解析。'],
    ['Malformed JSON', 'The body cannot be parsed as JSON.'],
  ),
  'request.malformed': row(
    400,
    ['请求格式错误', '请求行、首部或地址不符合 HTTP。'],
    ['Malformed request', 'Request line, headers or address are not HTTP.'],
  ),
  'request.media-type': row(
    415,
    ['不支持的内容类型', '请使用 application/json。'],
    ['Unsupported media type', 'Use application/json.'],
  ),
  'request.too-large': row(413, ['请求过大', '请求体超过上限。'], ['Request too large', 'The body is over the limit.']),
  'route.not-found': row(
    404,
    ['没有这个接口', '该地址或方法不存在，见 /docs。'],
    ['No such route', 'No such address or method; see /docs.'],
  ),
  'thing.not-found': row(
    404,
    ['未找到', '没有该对象，或您无权查看。'],
    ['Not found', 'There is no such thing, or you may not see it.'],
  ),
  'token.missing': row(
    401,
    ['需要登录', '请求没有携带访问令牌。'],
    ['Sign-in required', 'The request carries no access token.'],
    'R24.1',
  ),
  'token.malformed': row(
    401,
    ['令牌格式错误', '访问令牌无法识别。'],
    ['Malformed token', 'The access token cannot be read.'],
    'R24.1',
  ),
  'token.forged': row(
    401,
    ['令牌无效', '访问令牌的签名不正确。'],
    ['Invalid token', 'The signature of the access token is wrong.'],
    'R24.1',
  ),
  'token.expired': row(401, ['令牌已过期', '请重新登录。'], ['Token expired', 'Sign in again.'], 'R24.1'),
  'token.revoked': row(401, ['已退出登录', '请重新登录。'], ['Signed out', 'Sign in again.'], 'R24.1'),
  'token.unknown-account': row(
    401,
    ['账号不可用', '该账号不存在或已停用。'],
    ['Account not usable', 'The account does not exist or is disabled.'],
    'R24.1',
  ),
  'session.wrong': row(
    401,
    ['账号或密码错误', '账号或密码不正确。'],
    ['Wrong account or password', 'Account or password is wrong.'],
    'R24.1',
  ),
  'session.throttled': row(
    429,
    ['尝试次数过多', '请在 {retryAfter} 秒后再试。'],
    ['Too many attempts', 'Try again in {retryAfter} seconds.'],
    'R24.1',
  ),
  'permission.denied': row(403, ['无权操作', '您的角色或与该对象的关系不允许此操作（{operation}）。'], ['Not permitted', 'Your roles and relation to this thing do not allow it ({operation}).'], 'R24.1'), // prettier-ignore
  'precondition.missing': row(428, ['缺少 If-Match', '此操作是对所见内容作出决定，须携带 If-Match。'], ['If-Match required', 'This decides about what was read: send If-Match with its revision.']), // prettier-ignore
  'precondition.malformed': row(400, ['If-Match 格式错误', 'If-Match 应为带引号的版本号，如 "3"。'], ['Malformed If-Match', 'If-Match is a revision in quotes, such as "3".']), // prettier-ignore
  'precondition.stale': row(412, ['内容已变化', '您看到的是版本 {expected}，现为 {actual}，请重新查看后再决定。'], ['Changed meanwhile', 'You read revision {expected}; it is now {actual}. Read again and decide again.']), // prettier-ignore
  'idempotency.malformed': row(400, ['Idempotency-Key 格式错误', '应为 1 至 200 个可见 ASCII 字符。'], ['Malformed Idempotency-Key', '1 to 200 visible ASCII characters.']), // prettier-ignore
  'idempotency.key-reused': row(422, ['Idempotency-Key 已用于其他内容', '同一键曾提交过不同的内容。'], ['Idempotency-Key reused', 'The same key came with another body before.']), // prettier-ignore
  'stream.conflict': row(409, ['与他人操作冲突', '同时有其他操作，请重新查看后再试。'], ['Lost a race', 'Others were acting at the same time. Read again and try again.']), // prettier-ignore
  'ledger.unavailable': row(503, ['账本暂不可用', '暂时无法写入或读取，请凭同一 Idempotency-Key 重试。'], ['Ledger unavailable', 'The ledger cannot be written or read now. Try again under the same Idempotency-Key.']), // prettier-ignore
  'view.behind': row(503, ['视图尚未跟上', '视图 {view} 尚未到达位置 {position}。'], ['View is behind', 'The view {view} has not reached position {position} yet.']), // prettier-ignore
  'service.stopping': row(503, ['服务正在停止', '请稍后再试。'], ['Stopping', 'The service is stopping. Try again later.']),
  'query.malformed-position': row(400, ['Ledger-Position 格式错误', '应为账本位置（自然数）。'], ['Malformed Ledger-Position', 'It is a ledger position, a natural number.']), // prettier-ignore
  'query.position-ahead': row(400, ['位置尚不存在', '账本目前到 {head}。'], ['No such position yet', 'The ledger ends at {head}.']),
  'query.two-times': row(
    400,
    ['时间参数冲突', 'asOf 与 atPosition 只能用一个。'],
    ['Two times', 'Use asOf or atPosition, not both.'],
  ),
  'query.in-future': row(400, ['时间在将来', '当前服务时间为 {now}。'], ['In the future', 'The service time is {now}.']),
  'query.no-history': row(
    400,
    ['该视图不保留历史', '不支持 asOf 与 atPosition。'],
    ['No history here', 'This view takes neither asOf nor atPosition.'],
  ),
  'query.bad-cursor': row(400, ['游标无效', '游标与本次查询不符。'], ['Bad cursor', 'The cursor does not belong to this query.']),
  'content.bad-range': row(
    400,
    ['Content-Range 格式错误', '应为 bytes 起-止/总长。'],
    ['Malformed Content-Range', 'Use bytes start-end/total.'],
  ),
};

/** Every code the service can answer with. A test holds it against the codes in the source. */
export const PROBLEMS: Readonly<Record<string, ProblemRow | undefined>> = { ...TRANSPORT, ...DOMAIN_PROBLEMS };
