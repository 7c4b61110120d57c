import type { ProblemRows } from '../problem-row.ts';

const REQUESTS: ProblemRows = {
  'request.invalid': {
    status: 400,
    zh: ['请求内容有误', '{part}有字段缺失或不正确，见 errors，改正后重试。'],
    en: ['Invalid request', 'Fields of the {part} are missing or wrong; see errors, mend them and try again.'],
  },
  'request.malformed-json': {
    status: 400,
    zh: ['不是有效的 JSON', '请求体无法按 JSON 解析，请检查后重试。'],
    en: ['Malformed JSON', 'The body cannot be parsed as JSON.'],
  },
  'request.malformed': {
    status: 400,
    zh: ['请求格式错误', '请求行、首部或地址不符合 HTTP，请检查后重试。'],
    en: ['Malformed request', 'Request line, headers or address are not HTTP.'],
  },
  'request.headers-too-large': {
    status: 431,
    zh: ['首部过大', '请求的首部超过上限，请缩短后重试。'],
    en: ['Headers too large', 'The headers of the request are over the limit. Shorten them.'],
  },
  'request.timeout': {
    status: 408,
    zh: ['请求超时', '请求没有在规定时间内发完，请重试。'],
    en: ['Request timed out', 'The request did not come in time. Send it again.'],
  },
  'request.media-type': {
    status: 415,
    zh: ['不支持的内容类型', '该内容类型不被接受，一般请使用 application/json。'],
    en: ['Unsupported media type', 'This content type is not taken; mostly it is application/json.'],
  },
  'request.too-large': {
    status: 413,
    zh: ['请求过大', '请求体超过上限，请拆分后重试。'],
    en: ['Request too large', 'The body is over the limit. Send it in parts.'],
  },
  'route.not-found': {
    status: 404,
    zh: ['没有这个接口', '该地址或方法不存在，见 /docs。'],
    en: ['No such route', 'No such address or method; see /docs.'],
  },
  'thing.not-found': {
    status: 404,
    zh: ['未找到', '没有该对象，或者您无权查看。'],
    en: ['Not found', 'There is no such thing, or you may not see it.'],
  },
  'permission.denied': {
    status: 403,
    article: 'R24.1',
    zh: ['无权操作', '您的角色或您与该对象的关系不允许此操作（{operation}）。'],
    en: ['Not permitted', 'Your roles and your relation to this thing do not allow it ({operation}).'],
  },
};

const SIGN_IN: ProblemRows = {
  'token.missing': {
    status: 401,
    article: 'R24.1',
    zh: ['需要登录', '请求没有携带访问令牌，请先登录。'],
    en: ['Sign-in required', 'The request carries no access token. Sign in first.'],
  },
  'token.malformed': {
    status: 401,
    article: 'R24.1',
    zh: ['令牌格式错误', '访问令牌无法识别，请重新登录。'],
    en: ['Malformed token', 'The access token cannot be read. Sign in again.'],
  },
  'token.forged': {
    status: 401,
    article: 'R24.1',
    zh: ['令牌无效', '访问令牌的签名不正确，请重新登录。'],
    en: ['Invalid token', 'The signature of the access token is wrong. Sign in again.'],
  },
  'token.expired': {
    status: 401,
    article: 'R24.1',
    zh: ['令牌已过期', '请重新登录。'],
    en: ['Token expired', 'Sign in again.'],
  },
  'token.revoked': {
    status: 401,
    article: 'R24.1',
    zh: ['已退出登录', '请重新登录。'],
    en: ['Signed out', 'Sign in again.'],
  },
  'token.unknown-account': {
    status: 401,
    article: 'R24.1',
    zh: ['账号不可用', '该账号不存在或已停用，请联系系统管理员。'],
    en: ['Account not usable', 'The account does not exist or is disabled. Ask an administrator.'],
  },
  'session.wrong': {
    status: 401,
    article: 'R24.1',
    zh: ['账号或密码错误', '账号或密码不正确，请重新输入。'],
    en: ['Wrong account or password', 'Account or password is wrong.'],
  },
  'session.throttled': {
    status: 429,
    article: 'R24.1',
    zh: ['尝试次数过多', '请在 {retryAfter} 秒后再试。'],
    en: ['Too many attempts', 'Try again in {retryAfter} seconds.'],
  },
};

const COMMANDS: ProblemRows = {
  'precondition.missing': {
    status: 428,
    zh: ['缺少 If-Match', '此操作是对所见内容作出决定，请携带 If-Match，写明所见的版本号。'],
    en: ['If-Match required', 'This decides about what was read: send If-Match with its revision.'],
  },
  'precondition.malformed': {
    status: 400,
    zh: ['If-Match 格式错误', 'If-Match 应为带引号的版本号，如 "3"。'],
    en: ['Malformed If-Match', 'If-Match is a revision in quotes, such as "3".'],
  },
  'precondition.stale': {
    status: 412,
    zh: ['内容已变化', '您看到的是版本 {expected}，现为 {actual}，请重新查看后再决定。'],
    en: ['Changed meanwhile', 'You read revision {expected}; it is now {actual}. Read again and decide again.'],
  },
  'idempotency.malformed': {
    status: 400,
    zh: ['Idempotency-Key 格式错误', '应为 1 至 200 个可见 ASCII 字符。'],
    en: ['Malformed Idempotency-Key', '1 to 200 visible ASCII characters.'],
  },
  'idempotency.key-reused': {
    status: 422,
    zh: ['Idempotency-Key 已用于其他内容', '同一键曾提交过不同的内容，请换一个键。'],
    en: ['Idempotency-Key reused', 'The same key came with another body before. Use another key.'],
  },
  'stream.conflict': {
    status: 409,
    zh: ['与他人操作冲突', '同时有其他操作，请重新查看后再试。'],
    en: ['Lost a race', 'Others were acting at the same time. Read again and try again.'],
  },
};

const QUERIES: ProblemRows = {
  'query.malformed-position': {
    status: 400,
    zh: ['Ledger-Position 格式错误', '应为账本位置（自然数）。'],
    en: ['Malformed Ledger-Position', 'It is a ledger position, a natural number.'],
  },
  'query.position-ahead': {
    status: 400,
    zh: ['位置尚不存在', '账本目前到 {head}，请使用不大于它的位置。'],
    en: ['No such position yet', 'The ledger ends at {head}. Use no later position.'],
  },
  'query.two-times': {
    status: 400,
    zh: ['时间参数冲突', 'asOf、atPosition 与 inForceAt 只能用一个。'],
    en: ['Two times', 'Use one of asOf, atPosition and inForceAt.'],
  },
  'query.in-future': {
    status: 400,
    zh: ['时间在将来', '当前服务时间为 {now}，请使用不晚于它的时间。'],
    en: ['In the future', 'The service time is {now}. Use no later time.'],
  },
  'query.no-history': {
    status: 400,
    zh: ['该视图不保留历史', '不支持 asOf、atPosition 与 inForceAt，请去掉后重试。'],
    en: ['No history here', 'This view takes neither asOf, atPosition nor inForceAt. Leave them out.'],
  },
  'query.bad-cursor': {
    status: 400,
    zh: ['游标无效', '游标与本次查询不符，请从第一页重新查询。'],
    en: ['Bad cursor', 'The cursor does not belong to this query. Begin with the first page.'],
  },
};

const SERVICE: ProblemRows = {
  'service.fault': {
    status: 500,
    zh: ['服务故障', '服务内部出错，已记录。请稍后再试，并提供 Request-Id。'],
    en: ['Service fault', 'Something broke inside the service and was logged. Try again later and quote the Request-Id.'],
  },
  'ledger.unavailable': {
    status: 503,
    zh: ['账本暂不可用', '暂时无法写入或读取，请凭同一 Idempotency-Key 重试。'],
    en: ['Ledger unavailable', 'The ledger cannot be written or read now. Try again under the same Idempotency-Key.'],
  },
  'ledger.unsealed': {
    status: 503,
    zh: ['账本尚未定序', '事件已写入，但尚未取得账本位置，请凭同一 Idempotency-Key 重试以取得结果。'],
    en: [
      'Ledger not sealed',
      'The event was written but has no position in the ledger yet. Try again under the same Idempotency-Key to get the result.',
    ],
  },
  'view.behind': {
    status: 503,
    zh: ['视图尚未跟上', '视图 {view} 尚未到达位置 {position}，请稍后再试。'],
    en: ['View is behind', 'The view {view} has not reached position {position} yet. Try again soon.'],
  },
};

/** What HTTP itself refuses, before or after a rule is asked. */
export const TRANSPORT_PROBLEMS: ProblemRows = { ...REQUESTS, ...SIGN_IN, ...COMMANDS, ...QUERIES, ...SERVICE };
