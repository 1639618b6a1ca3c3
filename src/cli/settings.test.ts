import { expect, test } from 'vitest';
import { detectionSettings } from './settings.ts';

const endOf = (until?: string) =>
  detectionSettings({ detections: { x: { ignore: [{ source: '10.0.0.1', until }] } } }).x.ignore![0].until;

test('an exception holds to the end of the day that was named, or to the moment', () => {
  expect(endOf()).toBeUndefined();
  expect(endOf('2026-12-31')).toBe(Date.UTC(2027, 0, 1) * 1000);
  expect(endOf('2026-12-31T12:00:00Z')).toBe(Date.UTC(2026, 11, 31, 12) * 1000);
  expect(endOf('2026-12-31T12:00:00+01:00')).toBe(Date.UTC(2026, 11, 31, 11) * 1000);
});
