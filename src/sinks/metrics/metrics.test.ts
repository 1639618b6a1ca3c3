import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { tool } from '../../testing/tools.ts';
import { asset, association, dimse, finding, flow, hl7, results, T0 } from '../samples.ts';
import { Tally } from '../tally.ts';
import { CATALOGUE, type MetricDefinition, PREFIX } from './catalogue.ts';
import { Exporter, type Source } from './exporter.ts';

function source(more: Partial<Source> = {}): Source {
  const tally = new Tally();
  const one = flow(1, '10.0.0.5', '10.0.0.9', 104);
  tally.event({ type: 'dicom.association', association: association() }, one);
  tally.event(dimse(), one);
  tally.event(dimse({ command: 'C-STORE-RSP', status: '0000' }), one);
  tally.event(hl7(), one);
  tally.event(hl7({ ackCode: 'AA', messageType: 'ACK', latency: 20_000 }), one);
  return {
    results: results({
      net: () => ({ ...results().net(), undecoded: new Map([['arp', 3]]) }),
      assets: () => [asset('10.0.0.9', { role: 'pacs', vendor: 'Quote " and \\ and\nline' })],
      findings: () => [
        finding(),
        finding({ destination: { ip: '10.0.0.8', port: 1, asset: null, country: null } }),
      ],
      evictions: () =>
        new Map([
          ['flows', 0],
          ['assets', 7],
        ]),
      ignored: () => 5,
    }),
    tally,
    inputs: [{ path: 'a', packets: 1, bytes: 1, error: null, dropped: 4 }],
    version: '1.2.3',
    maxAssets: 2000,
    ...more,
  };
}

describe('the catalogue', () => {
  const all = Object.entries<MetricDefinition>(CATALOGUE);
  test.each(all)('%s follows the conventions', (key, { name, type, unit, help, labels, limit }) => {
    expect(name).toBe(key);
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (unit === 'seconds') expect(name).toMatch(/_seconds$/);
    if (unit === 'bytes') expect(name).toMatch(/bytes(_total)?$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(limit).toBeGreaterThan(0);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  });
});

describe('the exporter', () => {
  test('writes what was counted', async () => {
    const text = await new Exporter(source()).text();
    for (const line of [
      'auscult_packets_total 1234',
      'auscult_packets_dropped_total{where="interface"} 4',
      'auscult_packets_undecoded_total{reason="arp"} 3',
      'auscult_dicom_associations_total{outcome="released"} 1',
      'auscult_dicom_associations_total{outcome="rejected"} 0',
      'auscult_dicom_messages_total{command="C-STORE-RSP",status="0000"} 1',
      'auscult_dicom_messages_total{command="C-STORE-RQ",status=""} 1',
      'auscult_dicom_association_duration_seconds_bucket{le="1"} 0',
      'auscult_dicom_association_duration_seconds_bucket{le="5"} 1',
      'auscult_dicom_association_duration_seconds_bucket{le="+Inf"} 1',
      'auscult_dicom_association_duration_seconds_sum 1.5',
      'auscult_dicom_association_duration_seconds_count 1',
      'auscult_hl7_messages_total{type="ADT^A01"} 1',
      'auscult_hl7_acknowledgements_total{code="AA"} 1',
      'auscult_hl7_acknowledgement_seconds_count 1',
      'auscult_findings_total{detection="phi.cleartext-dicom",severity="medium"} 2',
      'auscult_assets{role="pacs"} 1',
      'auscult_asset_info_omitted 0',
      'auscult_flow_evictions_total{table="flows"} 0',
      'auscult_flow_evictions_total{table="assets"} 7',
      'auscult_findings_ignored_total 5',
      'auscult_build_info{version="1.2.3"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain('vendor="Quote \\" and \\\\ and\\nline"');
  });

  test('has every metric that makes sense in a replay, and nothing of the process', async () => {
    const text = await new Exporter(source()).text();
    for (const definition of Object.values<MetricDefinition>(CATALOGUE)) {
      const declared = text.includes(`# TYPE ${PREFIX}${definition.name} ${definition.type}\n`);
      expect(declared, definition.name).toBe(definition.live !== true);
    }
    expect(text).not.toMatch(/process_|nodejs_/);
  });

  test('copies anew at each scrape', async () => {
    const from = source();
    const exporter = new Exporter(from);
    await exporter.text();
    from.tally.event(hl7(), flow(2, '10.0.0.1', '10.0.0.2', 1));
    expect(await exporter.text()).toContain('auscult_hl7_messages_total{type="ADT^A01"} 2');
  });

  test('assets beyond the limit are counted, medical ones stay', async () => {
    const assets = Array.from({ length: 30 }, (_, i) =>
      asset(`10.0.0.${i}`, { role: i === 29 ? 'pacs' : 'client' }),
    );
    const text = await new Exporter(
      source({ results: results({ assets: () => assets }), maxAssets: 10 }),
    ).text();
    expect(text.match(/^auscult_asset_info\{/gm)).toHaveLength(10);
    expect(text).toContain('asset="ip-10.0.0.29"');
    expect(text).toContain('auscult_asset_info_omitted 20');
    expect(text).toContain('auscult_assets{role="client"} 29');
  });

  test('label sets beyond the limit are added up as other', async () => {
    const undecoded = new Map(Array.from({ length: 500 }, (_, i) => [`reason-${i}`, 2] as const));
    const text = await new Exporter(
      source({ results: results({ net: () => ({ ...results().net(), undecoded }) }) }),
    ).text();
    expect(text.match(/^auscult_packets_undecoded_total\{/gm)).toHaveLength(100);
    expect(text).toContain('auscult_packets_undecoded_total{reason="other"} 802');
    expect(T0).toBeGreaterThan(0);
  });

  const promtool = tool('promtool', 'the metrics are what promtool calls clean');
  test.runIf(promtool)('promtool has nothing to say', async () => {
    const input = await new Exporter(source()).text();
    const { status, stdout, stderr } = spawnSync(promtool as string, ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
