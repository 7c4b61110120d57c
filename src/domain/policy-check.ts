import { LEGAL_BASIS_TYPES } from './catalog-entry.ts';
import { isEventType } from './events.ts';
import { fault, type Fault } from './fault.ts';
import {
  LONGEST_BY_UNIT,
  OBLIGATION_KINDS,
  PACK_IDS,
  RULE_UNITS,
  type PolicyPack,
  type PolicyRule,
  type RuleUnit,
} from './policy-pack.ts';
import { isCivilDate } from './time.ts';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
const checkLength = (value: number | null, unit: RuleUnit | null, path: string): readonly Fault[] => {
  const most = unit === null ? null : LONGEST_BY_UNIT[unit];
  const isTooLong = value !== null && most !== null && value > most;
  return fault(isTooLong, path, 'is longer than 1,000 working days, 120 months or 10 years');
};

/** `update-cycle` takes its length from the entry and has no number of its own; every other unit goes with one. */
const checkNumber = ({ value, unit }: PolicyRule, path: string): readonly Fault[] => [
  ...fault(value !== null && !isCount(value), `${path}.value`, 'must be a positive integer'),
  ...checkLength(value, unit, `${path}.value`),
  ...fault(unit !== null && !RULE_UNITS.includes(unit), `${path}.unit`, `must be one of ${RULE_UNITS.join(', ')}`),
  ...fault((value !== null) !== (unit !== null && unit !== 'update-cycle'), `${path}.unit`, 'a number needs a unit, and only update-cycle stands without a number'), // prettier-ignore
];

const checkRule = (rule: PolicyRule, path: string): readonly Fault[] => [
  ...fault(!OBLIGATION_KINDS.includes(rule.id), `${path}.id`, 'is not an obligation kind'),
  ...fault(rule.article === '', `${path}.article`, 'is missing'),
  ...checkNumber(rule, path),
  ...fault(
    rule.bound !== (rule.id === 'change-notice' ? 'at-least' : 'at-most'),
    `${path}.bound`,
    'change-notice is at-least, every other rule at-most',
  ),
  ...fault(
    rule.id === 'change-notice' && rule.unit !== 'calendar-month',
    `${path}.unit`,
    'change-notice is counted in calendar months',
  ),
  ...fault(rule.startEvent !== null && !isEventType(rule.startEvent), `${path}.startEvent`, 'is not an event type'),
  ...fault(rule.endEvent !== null && !isEventType(rule.endEvent), `${path}.endEvent`, 'is not an event type'),
  ...fault(rule.extension !== null && !isCount(rule.extension.atMost), `${path}.extension.atMost`, 'must be a positive integer'),
  ...checkLength(rule.extension?.atMost ?? null, rule.unit, `${path}.extension.atMost`),
  ...fault(rule.extension !== null && rule.value === null, `${path}.extension`, 'a rule without a number cannot be extended'),
];

const checkDates = ({ effectiveFrom, effectiveUntil }: PolicyPack): readonly Fault[] => [
  ...fault(!isCivilDate(effectiveFrom), 'effectiveFrom', 'must be a date'),
  ...fault(effectiveUntil !== null && !isCivilDate(effectiveUntil), 'effectiveUntil', 'must be a date'),
  ...fault((effectiveUntil ?? effectiveFrom) < effectiveFrom, 'effectiveUntil', 'lies before effectiveFrom'),
];

/** Everything that is wrong with a pack; empty when it can be proposed. Its events and kinds must be ones the service has. */
export const checkPack = (pack: PolicyPack): readonly Fault[] => [
  ...fault(!PACK_IDS.includes(pack.id), 'id', `must be one of ${PACK_IDS.join(', ')}`),
  ...(['title', 'documentNumber', 'issuer'] as const).flatMap((name) => fault(pack[name] === '', name, 'is missing')),
  ...checkDates(pack),
  ...pack.legalBasisTypes.flatMap((type, index) =>
    fault(!LEGAL_BASIS_TYPES.includes(type), `legalBasisTypes.${String(index)}`, 'is not a legal-basis type'),
  ),
  ...pack.rules.flatMap((rule, index) => [
    ...checkRule(rule, `rules.${String(index)}`),
    ...fault(pack.rules.findIndex(({ id }) => id === rule.id) !== index, `rules.${String(index)}.id`, 'stands there twice'),
  ]),
];
