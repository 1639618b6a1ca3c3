import { z } from 'zod';
import { parseVersion } from '../knowledge/versions.ts';
import {
  CONFIDENCES,
  GRAVITIES,
  type VulnerabilityRow,
  type VulnerabilityTable,
  type VulnerableProduct,
} from '../knowledge/vulnerabilities.ts';
import { isAdvisory, readAdvisory } from './advisory.ts';
import { type Checked, checkFile } from './load.ts';

function expects(what: string): { description: string; 'x-expected': string } {
  return { description: what, 'x-expected': what };
}

const text = z.string().min(1).max(512).meta(expects('a text that is not empty'));
const version = z
  .string()
  .max(64)
  .refine((value) => parseVersion(value) !== null)
  .meta(expects('a version in quotes, such as "3.6.10" or "2025.1"'));
const flag = z.boolean().meta(expects('true or false'));

const row = z
  .strictObject({
    cve: z
      .string()
      .regex(/^CVE-\d{4}-\d{4,19}$/)
      .meta(expects('a CVE id such as CVE-2023-43208')),
    product: text.meta({ description: 'the product, as the inventory shows it: OFFIS DCMTK, Orthanc' }),
    names: z.array(text).max(16).optional().meta({ description: 'other names under which it is seen' }),
    from: version.optional().meta({ description: 'the first version that has it; all earlier ones without' }),
    through: version
      .optional()
      .meta({ description: 'the last version that has it; "2" is every version that begins with 2' }),
    fixed_in: version.nullable().optional().meta({
      description: 'the first version without it; null when there is none',
      'x-expected': 'a version in quotes, such as "3.6.10" or "2025.1", or null',
    }),
    cvss: z.number().min(0).max(10).optional().meta(expects('a CVSS base score from 0 to 10')),
    severity: z
      .enum(GRAVITIES)
      .optional()
      .meta(expects(`one of ${GRAVITIES.join(', ')}`)),
    reference: text.meta({ description: 'where to read about it' }),
    source: text.optional().meta({ description: 'where the score was read' }),
    known_exploited: flag.optional().meta({ description: 'true: it is used in attacks (CISA KEV)' }),
    confidence: z
      .enum(CONFIDENCES)
      .optional()
      .meta(expects(`one of ${CONFIDENCES.join(', ')}`)),
    doubt: text.optional().meta({ description: 'why the confidence is not high' }),
    backported: z
      .array(version)
      .max(64)
      .optional()
      .meta({ description: 'versions that a distribution has with the fix in it' }),
    toolkit: flag.optional().meta({ description: 'true: the product is part of other products' }),
    packaged: flag.optional().meta({ description: 'true: distributions have it, with fixes of their own' }),
  })
  .refine((one) => typeof one.fixed_in === 'string' || one.through !== undefined)
  .refine((one) => one.cvss !== undefined || one.severity !== undefined)
  .meta({ description: 'a vulnerability with fixed_in or through, and with cvss or severity' });

export const VULNERABILITIES = z.strictObject({
  vulnerabilities: z.array(row).max(50_000).meta({ description: 'a list of vulnerabilities' }),
});

/** The JSON schema that editors validate and complete such tables with. */
export function vulnerabilitiesSchema(): Record<string, unknown> {
  return { title: 'auscult vulnerabilities', ...z.toJSONSchema(VULNERABILITIES) };
}

/**
 * Reads a table, or an advisory in CSAF JSON as CISA publishes them. Throws what node throws when it cannot be read.
 */
export function loadVulnerabilities(path: string): Checked<VulnerabilityTable> {
  const { data, problems } = checkFile(path, VULNERABILITIES, vulnerabilitiesSchema, (value) =>
    isAdvisory(value) ? readAdvisory(value) : null,
  );
  if (data === null) return { data: null, problems };
  return { data: 'rows' in data ? data : fileOf(data), problems };
}

function fileOf({ vulnerabilities }: z.infer<typeof VULNERABILITIES>): VulnerabilityTable {
  const products: VulnerableProduct[] = [];
  const rows = vulnerabilities.map(
    ({ names, toolkit, packaged, fixed_in, cvss, severity, known_exploited, ...rest }): VulnerabilityRow => {
      if (names !== undefined || toolkit !== undefined || packaged !== undefined)
        products.push({ name: rest.product, names: names ?? [], toolkit, packaged });
      return {
        ...rest,
        fixedIn: fixed_in ?? null,
        cvss: cvss ?? null,
        ...(severity === undefined ? {} : { gravity: severity }),
        ...(known_exploited === undefined ? {} : { knownExploited: known_exploited }),
      };
    },
  );
  return { rows, products };
}
