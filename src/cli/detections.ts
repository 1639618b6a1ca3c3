import type { DetectionMeta } from '../detections/index.ts';
import { jsonDocument, pad, wrap } from '../sinks/printable.ts';
import { catalogue } from './catalogue.ts';
import { print } from './complain.ts';

/** `auscult detections`: the catalogue, for people or for programs. */
export async function detectionsCommand(format: 'table' | 'json'): Promise<number> {
  const entries = catalogue();
  const columns = process.stdout.isTTY ? Math.max(60, Math.min(140, process.stdout.columns)) : 110;
  await print(format === 'json' ? jsonDocument(entries.map(document)) : table(entries, columns));
  return 0;
}

function document(entry: DetectionMeta) {
  const { id, title, severity, escalation, stage, why, action, reference, attack, thresholds, example } =
    entry;
  return { id, title, severity, escalation, stage, why, action, reference, attack, thresholds, example };
}

function table(entries: readonly DetectionMeta[], columns: number): string {
  const lines: string[] = [];
  for (const entry of entries) {
    lines.push(`${pad(entry.severity.toUpperCase(), 9)}${entry.id}`);
    const paragraph = (text: string) => {
      for (const line of wrap(text, columns - 9)) lines.push(`         ${line}`);
    };
    paragraph(entry.title);
    if (entry.escalation !== '') paragraph(`Severity: ${entry.severity}; ${entry.escalation}`);
    paragraph(`Why: ${entry.why}`);
    paragraph(`Do: ${entry.action}`);
    paragraph(`Fires: ${entry.example.fires}`);
    paragraph(`Silent: ${entry.example.silent}`);
    const thresholds = Object.entries(entry.thresholds).map(
      ([name, { default: value, unit }]) => `${name} ${value} (${unit})`,
    );
    if (thresholds.length > 0) paragraph(`Thresholds: ${thresholds.join('; ')}`);
    if (entry.baseline === 'needed')
      paragraph('Silent without a baseline: replay --baseline FILE, or learn:');
    const attack = entry.attack.length > 0 ? ` · ATT&CK ${entry.attack.join(', ')}` : '';
    paragraph(`${entry.reference}${attack}`);
    lines.push('');
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}`;
}
