import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Hl7Session } from './hl7/events.ts';
import type { AnyEvent } from './index.ts';
import { dissectors } from './index.ts';

describe('the list of dissectors', () => {
  test('has every folder, and each once', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    const list = readFileSync(new URL('index.ts', import.meta.url), 'utf8');
    for (const folder of folders) expect(list).toContain(`from './${folder}/index.ts'`);
    const kinds = dissectors.map(({ name, over }) => `${name} over ${over}`);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  test('infers the union of events', () => {
    const outcome = (event: AnyEvent): Hl7Session['outcome'] | null =>
      event.type === 'hl7.session' ? event.outcome : null;
    const types: AnyEvent['type'][] = [
      'dicom.requested',
      'dicom.answered',
      'dicom.association',
      'dicom.message',
      'hl7.message',
      'hl7.session',
      'tls.session',
    ];
    const event: Partial<Hl7Session> = { type: 'hl7.session', outcome: 'reset' };
    expect(outcome(event as Hl7Session)).toBe('reset');
    expect(types).toHaveLength(7);
  });
});
