/** Core metadata of a catalog entry, modelled on 发改高技〔2017〕1272号 (requirements §5). */
export const SHARE_TYPES = ['unconditional', 'conditional', 'not-shared'] as const;
export type ShareType = (typeof SHARE_TYPES)[number];
export const SHARE_MODES = ['table', 'file', 'api'] as const;
export type ShareMode = (typeof SHARE_MODES)[number];
export const UPDATE_CYCLES = ['realtime', 'hourly', 'daily', 'weekly', 'every-ten-days', 'monthly', 'quarterly', 'half-yearly', 'yearly', 'irregular'] as const; // prettier-ignore
export type UpdateCycle = (typeof UPDATE_CYCLES)[number];
export const LEGAL_BASIS_TYPES = ['law', 'administrative-regulation', 'party-central-or-state-council-policy', 'provincial-policy', 'state-council-decision'] as const; // prettier-ignore
export type LegalBasisType = (typeof LEGAL_BASIS_TYPES)[number];
/** 字符 C, 数值 N, 货币 Y, 日期 D, 日期时间 T, 逻辑 L, 备注 M, 通用 G, 双精度 B, 整型 I, 浮点 F. */
export const DATA_TYPES = ['C', 'N', 'Y', 'D', 'T', 'L', 'M', 'G', 'B', 'I', 'F'] as const;
export type DataType = (typeof DATA_TYPES)[number];
/** The twenty domains of Art. 20; it says 包括但不限于, so `other:<text>` stands beside them. */
export const DOMAINS = ['信用', '交通', '医疗', '卫生', '就业', '社保', '医保', '地理', '文化', '教育', '科技', '能源', '农业', '环境', '经济', '金融', '安全', '统计', '气象', '企业登记监管'] as const; // prettier-ignore
/** How an item is shown to those who read it through a grant (R23.1, R24.1). */
export const MASKS = ['none', 'name', 'id-number', 'phone', 'all'] as const;
export type Mask = (typeof MASKS)[number];

export type LegalBasis = { readonly type: LegalBasisType; readonly title: string; readonly article: string };
export type InformationItem = {
  readonly name: string;
  readonly dataType: DataType;
  readonly length: number | null;
  readonly scale: number | null;
  readonly shareType: ShareType;
  readonly legalBasis: LegalBasis | null;
  readonly mask: Mask;
};
/** 类 1 digit, 项 2, 目 3, 细目 variable. */
export type Category = { readonly class: string; readonly item: string; readonly section: string; readonly detail: string };
export type CatalogEntry = {
  readonly title: string;
  readonly abstract: string;
  readonly category: Category;
  readonly domain: string;
  readonly format: { readonly category: string; readonly type: string };
  readonly items: readonly InformationItem[];
  readonly shareType: ShareType;
  readonly shareCondition: string | null;
  readonly legalBasis: LegalBasis | null;
  readonly shareMode: ShareMode;
  readonly open: boolean;
  readonly openCondition: string | null;
  readonly updateCycle: UpdateCycle;
  readonly sensitive: boolean;
  readonly sourceSystem: string | null;
  readonly offlineTerms: { readonly way: string; readonly workingDays: number } | null;
  readonly relatedCodes: readonly string[];
};

/** The category as one code, e.g. `20202703`. */
export const categoryCode = ({ class: first, item, section, detail }: Category): string => `${first}${item}${section}${detail}`;

type Shared = Pick<CatalogEntry, 'shareType' | 'items'>;
/**
 * Whether others may have an item at all: it is in the entry and is not withheld (R11.3). What is withheld as a whole gives
 * no part of itself away, whatever an item of it says.
 */
export const isOffered = ({ shareType: whole, items }: Shared, item: string): boolean =>
  whole !== 'not-shared' && items.some(({ name, shareType }) => name === item && shareType !== 'not-shared');

/** Whether others have an item for the asking, without application, check or reply (R11.2). */
export const isUnconditional = (entry: Shared, item: string): boolean =>
  isOffered(entry, item) && entry.items.some(({ name, shareType }) => name === item && shareType === 'unconditional');

/** Which catalog shows the entry: derived from it, never set by hand (R8.1, R8.2). */
export const catalogOf = ({ open }: Pick<CatalogEntry, 'open'>): 'open' | 'sharing' => (open ? 'open' : 'sharing');
