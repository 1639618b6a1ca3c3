/**
 * Devices that a model name or device identity names beyond doubt. Matched against what a device says of
 * itself (DICOM model, HL7 OBX-18, PRT, EQU), never against free text of others.
 */
export interface ProductRow {
  readonly pattern: RegExp;
  readonly vendor: string;
  readonly model: string;
  /** Of the inventory's roles. */
  readonly role: 'infusion-pump' | 'patient-monitor';
  readonly source: string;
  readonly example: string;
}

export const PRODUCTS: readonly ProductRow[] = [
  {
    pattern: /\bPlum\s*A\+/i,
    vendor: 'Hospira',
    model: 'Plum A+',
    role: 'infusion-pump',
    source: 'OBX-18 in the public HL7 captures of the tapirx project',
    example: 'Hospira Plum A+',
  },
  {
    pattern: /\bAlaris\b/i,
    vendor: 'BD',
    model: 'Alaris',
    role: 'infusion-pump',
    source: 'CISA ICSMA-23-194-01 (BD Alaris System)',
    example: 'BD Alaris PCU 8015',
  },
  {
    pattern: /\bCARESCAPE\b/i,
    vendor: 'GE Healthcare',
    model: 'CARESCAPE',
    role: 'patient-monitor',
    source: 'CISA ICSMA-20-023-01 (GE CARESCAPE)',
    example: 'GE CARESCAPE B650',
  },
  {
    pattern: /\bIntelliVue\b/i,
    vendor: 'Philips',
    model: 'IntelliVue',
    role: 'patient-monitor',
    source: 'Philips IntelliVue Data Export Interface Programming Guide 4535 642 59271',
    example: 'Philips IntelliVue MX800',
  },
  {
    pattern: /\bCMS8000\b/i,
    vendor: 'Contec',
    model: 'CMS8000',
    role: 'patient-monitor',
    source: 'CVE-2025-0626, CVE-2025-0683',
    example: 'CONTEC CMS8000',
  },
];

export function identifyProduct(text: string): ProductRow | null {
  for (const row of PRODUCTS) if (row.pattern.test(text)) return row;
  return null;
}
