import { execFileSync, spawnSync } from 'node:child_process';

/** Whether Wireshark's `tshark` is there to compare with. */
export function hasTshark(): boolean {
  return spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0;
}

const OPTIONS = [
  'ip.defragment:TRUE',
  'ipv6.defragment:TRUE',
  'ip.tso_support:TRUE',
  'tcp.desegment_tcp_streams:FALSE',
  'tcp.relative_sequence_numbers:FALSE',
];

/** One row per packet of the capture: the innermost value of each field, '' where the packet has none. */
export function tsharkFields(path: string, fields: readonly string[]): string[][] {
  const args = ['-n', '-r', path, '-T', 'fields', '-E', 'occurrence=l'];
  for (const option of OPTIONS) args.push('-o', option);
  for (const field of fields) args.push('-e', field);
  const text = execFileSync('tshark', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
