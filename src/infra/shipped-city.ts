import { z } from 'zod';
import { DATA_TYPES, LEGAL_BASIS_TYPES, MASKS, SHARE_MODES, SHARE_TYPES, UPDATE_CYCLES } from '../domain/catalog-entry.ts';
import type { CatalogEntry } from '../domain/catalog-entry.ts';
import { FUNCTIONS, LEVELS, ORGANIZATION_KINDS } from '../domain/events/organization.ts';
import { fault } from '../domain/fault.ts';
import { date, readShipped, refuseFaults, SHIPPED, text } from './shipped-file.ts';

const organizationSchema = z.strictObject({
  slug: text,
  name: text,
  shortName: text.nullable(),
  aliases: z.array(text),
  level: z.enum(LEVELS),
  kind: z.enum(ORGANIZATION_KINDS),
  divisionCode: z.string().regex(/^\d{6}$/),
  /** Slug of the parent, which stands before its children. */
  parent: text.nullable(),
  functions: z.array(z.enum(FUNCTIONS)),
  receivesApplications: z.boolean(),
  providerCode: text.nullable(),
  validFrom: date.nullable(),
});
/** An organization as `data/organizations.json` has it: the facts of its registration; its parent, by slug, stands before it. */
export type ShippedOrganization = Readonly<z.infer<typeof organizationSchema>>;

/** What became of a district and when: background to the organizations, for readers. */
const divisionChangeSchema = z.strictObject({
  decidedOn: date,
  document: text.nullable(),
  abolished: text.nullable(),
  mergedInto: text.nullable(),
  created: text.nullable(),
  fact: text,
});

const legalBasis = z.strictObject({ type: z.enum(LEGAL_BASIS_TYPES), title: text, article: text });
const entrySchema: z.ZodType<CatalogEntry> = z.strictObject({
  title: text,
  abstract: text,
  category: z.strictObject({ class: text, item: text, section: text, detail: text }),
  domain: text,
  format: z.strictObject({ category: text, type: text }),
  items: z.array(
    z.strictObject({
      name: text,
      dataType: z.enum(DATA_TYPES),
      length: z.int().nullable(),
      scale: z.int().nullable(),
      shareType: z.enum(SHARE_TYPES),
      legalBasis: legalBasis.nullable(),
      mask: z.enum(MASKS),
    }),
  ),
  shareType: z.enum(SHARE_TYPES),
  shareCondition: text.nullable(),
  legalBasis: legalBasis.nullable(),
  shareMode: z.enum(SHARE_MODES),
  open: z.boolean(),
  openCondition: text.nullable(),
  updateCycle: z.enum(UPDATE_CYCLES),
  sensitive: z.boolean(),
  sourceSystem: text.nullable(),
  offlineTerms: z.strictObject({ way: text, workingDays: z.int() }).nullable(),
  relatedCodes: z.array(text),
});
/** A catalog entry as `data/resources.json` has it, with the slug of its providing department. */
export type ShippedResource = { readonly slug: string; readonly provider: string; readonly entry: CatalogEntry };
const resourceSchema: z.ZodType<ShippedResource> = z.strictObject({ slug: text, provider: text, entry: entrySchema });

/** The organizations that ship, parents before their children. Throws `BadShippedData`. */
export const readOrganizations = (folder = SHIPPED): readonly ShippedOrganization[] => {
  const file = 'organizations.json';
  const schema = z.strictObject({ divisionChanges: z.array(divisionChangeSchema), organizations: z.array(organizationSchema) });
  const { organizations } = readShipped(folder, file, schema);
  const seen = new Set<string>();
  const seats = new Set<string>();
  const faults = organizations.flatMap(({ slug, parent, receivesApplications, level, divisionCode }, index) => {
    const path = `organizations.${String(index)}`;
    const seat = `${level}-${divisionCode}`;
    const found = [
      ...fault(seen.has(slug), `${path}.slug`, `${slug} stands there twice`),
      ...fault(parent !== null && !seen.has(parent), `${path}.parent`, `${String(parent)} does not stand before it`),
      ...fault(receivesApplications && seats.has(seat), `${path}.receivesApplications`, `${seat} has a receiving operator already`),
    ];
    seen.add(slug);
    if (receivesApplications) seats.add(seat);
    return found;
  });
  refuseFaults(file, faults);
  return organizations;
};

/** The catalog entries that ship (illustrative), each with a provider among the organizations. Throws `BadShippedData`. */
export const readResources = (folder = SHIPPED): readonly ShippedResource[] => {
  const file = 'resources.json';
  const resources = readShipped(folder, file, z.array(resourceSchema));
  const providers = new Set(readOrganizations(folder).map(({ slug }) => slug));
  const slugs = resources.map(({ slug }) => slug);
  const faults = resources.flatMap(({ slug, provider }, index) => [
    ...fault(slugs.indexOf(slug) !== index, `${String(index)}.slug`, `${slug} stands there twice`),
    ...fault(!providers.has(provider), `${String(index)}.provider`, `${provider} is not an organization`),
  ]);
  refuseFaults(file, faults);
  return resources;
};
