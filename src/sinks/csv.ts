import type { AssetDocument } from './documents.ts';
import { printable } from './printable.ts';

/**
 * One record of RFC 4180: fields with a comma, quote or line break are quoted, quotes doubled, CRLF at the
 * end. A field that a spreadsheet would run as a formula gets an apostrophe in front
 * (https://owasp.org/www-community/attacks/CSV_Injection): names on the wire are anybody's to choose.
 */
export function csvRecord(fields: readonly (string | number | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const guarded = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

type Column = readonly [name: string, value: (asset: AssetDocument) => string | number | null];

/** Lists inside a field are joined by `; `. Evidence is in assets.json only. */
const COLUMNS: readonly Column[] = [
  ['id', (asset) => asset.id],
  ['ips', (asset) => list(asset.ips)],
  ['macs', (asset) => list(asset.macs)],
  ['hostname', (asset) => asset.hostname],
  ['vendor', (asset) => asset.vendor],
  ['model', (asset) => asset.model],
  ['serial', (asset) => asset.serial],
  ['software', (asset) => asset.software],
  ['os', (asset) => asset.os],
  ['role', (asset) => asset.role],
  ['modality', (asset) => asset.modality],
  ['ae_titles', (asset) => list(asset.ae_titles)],
  ['hl7_applications', (asset) => list(asset.hl7_applications)],
  ['hl7_facilities', (asset) => list(asset.hl7_facilities)],
  ['implementation_class_uid', (asset) => asset.implementation.class_uid],
  ['implementation_version_name', (asset) => asset.implementation.version_name],
  ['product', (asset) => asset.implementation.product],
  ['product_version', (asset) => asset.implementation.version],
  ['services', (asset) => list(asset.services.map(serviceText))],
  ['inbound_connections', (asset) => asset.exposure.inbound],
  ['outbound_connections', (asset) => asset.exposure.outbound],
  ['countries', (asset) => list(asset.exposure.countries)],
  ['vulnerabilities', (asset) => list(asset.vulnerabilities.map((known) => known.cve))],
  ['first_seen', (asset) => asset.first_seen],
  ['last_seen', (asset) => asset.last_seen],
  ['confidence', (asset) => asset.confidence],
];

/** assets.csv: a header and one record per asset. */
export function assetsCsv(assets: readonly AssetDocument[]): string {
  let text = csvRecord(COLUMNS.map(([name]) => name));
  for (const asset of assets) text += csvRecord(COLUMNS.map(([, value]) => harmless(value(asset))));
  return text;
}

/** `dicom 4242/tcp`, `hl7 2575/tcp tls`, `http 80/tcp (nginx 1.18.0)`. */
export function serviceText(service: AssetDocument['services'][number]): string {
  const what = [service.product, service.version].filter((part) => part !== null).join(' ');
  const where = `${service.protocol} ${service.port}/${service.proto}${service.tls ? ' tls' : ''}`;
  return what === '' ? where : `${where} (${what})`;
}

function list(values: readonly string[]): string {
  return values.join('; ');
}

/** People look at the file with `less` and `cat` too. */
function harmless(value: string | number | null): string | number | null {
  return typeof value === 'string' ? printable(value) : value;
}
