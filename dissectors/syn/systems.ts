/**
 * Which family of operating systems writes its SYNs so. Only what no other family is known to do: a signature that two
 * share is not here, and a device behind a proxy or a load balancer shows that one's.
 */
export interface SystemRow {
  /** The family, and no more: versions share their TCP. */
  readonly os: string;
  /** Initial time to live. */
  readonly ttl: number;
  readonly layout: string;
  /** Window size; a multiple of the MSS; null for any. */
  readonly window: number | { readonly segments: number } | null;
  /** Holds for a SYN+ACK too, whose options otherwise depend on what was asked for. */
  readonly answers: boolean;
  readonly source: string;
  /** A signature that the row is for. */
  readonly example: string;
}

const P0F = 'p0f 3 signature file, [tcp:request]';

export const SYSTEMS: readonly SystemRow[] = [
  {
    os: 'Windows',
    ttl: 128,
    layout: 'mss,nop,ws,nop,nop,sok',
    window: null,
    answers: true,
    source: `${P0F}: Windows 7 and later`,
    example: '128:64240:1460:8:mss,nop,ws,nop,nop,sok',
  },
  {
    os: 'Windows',
    ttl: 128,
    layout: 'mss,nop,ws,sok,ts',
    window: null,
    answers: true,
    source: `${P0F}: Windows 7 and later, with time stamps turned on`,
    example: '128:8192:1460:8:mss,nop,ws,sok,ts',
  },
  {
    os: 'Windows',
    ttl: 128,
    layout: 'mss,nop,nop,sok',
    window: null,
    answers: true,
    source: `${P0F}: Windows XP`,
    example: '128:65535:1460:-:mss,nop,nop,sok',
  },
  {
    os: 'Linux',
    ttl: 64,
    layout: 'mss,sok,ts,nop,ws',
    window: null,
    answers: true,
    source:
      'Linux net/ipv4/tcp_output.c, tcp_options_write: the first of two no-ops gives room to SACK permitted',
    example: '64:64240:1460:7:mss,sok,ts,nop,ws',
  },
  {
    os: 'Linux',
    ttl: 64,
    layout: 'mss,nop,nop,sok,nop,ws',
    window: null,
    answers: true,
    source: 'Linux net/ipv4/tcp_output.c, tcp_options_write, without time stamps',
    example: '64:14600:1460:9:mss,nop,nop,sok,nop,ws',
  },
  {
    os: 'macOS/iOS',
    ttl: 64,
    layout: 'mss,nop,ws,nop,nop,ts,sok,eol',
    window: 65_535,
    answers: false,
    source: `${P0F}: Mac OS X, iOS`,
    example: '64:65535:1460:6:mss,nop,ws,nop,nop,ts,sok,eol',
  },
  {
    os: 'BSD',
    ttl: 64,
    layout: 'mss,nop,ws,sok,ts',
    window: 65_535,
    answers: false,
    source: 'FreeBSD sys/netinet/tcp_output.c, tcp_addoptions',
    example: '64:65535:1460:6:mss,nop,ws,sok,ts',
  },
  {
    os: 'BSD',
    ttl: 64,
    layout: 'mss,nop,nop,sok,nop,ws,nop,nop,ts',
    window: 16_384,
    answers: false,
    source: `${P0F}: OpenBSD`,
    example: '64:16384:1460:6:mss,nop,nop,sok,nop,ws,nop,nop,ts',
  },
  {
    os: 'Cisco IOS',
    ttl: 255,
    layout: 'mss',
    window: 4128,
    answers: true,
    source: 'Cisco IOS Command Reference, ip tcp window-size: 4128 bytes by default',
    example: '255:4128:1460:-:mss',
  },
  {
    os: 'embedded (lwIP)',
    ttl: 255,
    layout: 'mss',
    window: { segments: 4 },
    answers: false,
    source: 'lwIP src/include/lwip/opt.h: TCP_WND is four segments, the time to live 255',
    example: '255:5840:1460:-:mss',
  },
];

const byLayout = new Map<string, SystemRow[]>();
for (const row of SYSTEMS) byLayout.set(row.layout, [...(byLayout.get(row.layout) ?? []), row]);

/** The family that a SYN (or the answer to one) is of; '' when it could be several, or any. */
export function systemOf(ttl: number, window: number, mss: number, layout: string, answers: boolean): string {
  for (const row of byLayout.get(layout) ?? []) {
    if (row.ttl !== ttl || (answers && !row.answers)) continue;
    const wanted = row.window;
    if (wanted === null || window === (typeof wanted === 'number' ? wanted : wanted.segments * mss))
      return row.os;
  }
  return '';
}
