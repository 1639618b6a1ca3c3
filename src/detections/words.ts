import type { Address } from '../core/address.ts';
import type { InventoryView } from '../trackers/index.ts';

const ROLE_WORDS: Readonly<Record<string, string>> = {
  modality: 'modality',
  pacs: 'PACS',
  workstation: 'workstation',
  'worklist-server': 'worklist server',
  'print-server': 'print server',
  'integration-engine': 'integration engine',
  ehr: 'EHR',
  'medication-dispensing': 'medication dispenser',
  'infusion-pump': 'infusion pump',
  'patient-monitor': 'patient monitor',
  ecg: 'ECG',
  'lab-analyzer': 'lab analyzer',
  network: 'router',
  printer: 'printer',
};

/** `PACS 10.20.1.11:104`, `203.0.113.7 (IR)`, `10.0.0.5`: who it is, as far as is known. */
export function who(inventory: InventoryView, address: Address, port: number | null = null): string {
  const text = address.text;
  const place = port === null ? text : address.family === 6 ? `[${text}]:${port}` : `${text}:${port}`;
  if (address.external) return `${place} (${inventory.country(address) ?? 'country unknown'})`;
  const role = ROLE_WORDS[inventory.role(text)];
  return role === undefined ? place : `${role} ${place}`;
}

/** `1 object`, `3 objects`, `2 associations`. */
export function amount(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `1,234,567`. By hand: the first use of the locale's own way takes longer than reading a small capture. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** Text from the wire for a sentence: printable, in quotes, at most `limit` characters. */
export function quote(text: string, limit = 32): string {
  let out = '';
  for (const character of text) {
    if (out.length >= limit) return `"${out}…"`;
    const code = character.codePointAt(0)!;
    // Controls, bidirectional overrides and the like would make a line say something else than it shows.
    const plain = code >= 0x20 && code < 0x7f && character !== '"' && character !== '\\';
    out += plain ? character : `\\u{${code.toString(16)}}`;
  }
  return `"${out}"`;
}

/** A duration in µs as `21 s`, `3 min`, `2 h`; `less than a second`. */
export function span(micros: number): string {
  const seconds = Math.max(0, Math.round(micros / 1e6));
  if (seconds === 0) return 'less than a second';
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Bytes as `512 B`, `3.2 kB`, `1.4 MB` (powers of 1000). */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
