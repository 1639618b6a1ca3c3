import { Document, isMap, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { Micros } from '../../core/time.ts';
import { csvRecord } from '../../sinks/csv.ts';
import { printable } from '../../sinks/printable.ts';
import { momentOf, number } from '../../sinks/text.ts';
import type { Refused, SuggestedRule, Suggestion } from './suggest.ts';

/** What the suggestion was made from. */
export interface Origin {
  readonly packets: number;
  readonly first: Micros;
  readonly last: Micros;
  /** Networks that were called internal, where they are not the usual ones. */
  readonly internal: readonly string[] | null;
  /** Name of the table beside it. */
  readonly table: string;
}

/** The suggestion as a configuration that this program reads, with what there is to know in comments. */
export function policyYaml(suggestion: Suggestion, origin: Origin): string {
  const { zones, rules, titles } = suggestion;
  const document = new Document({
    ...(origin.internal === null ? {} : { internal: origin.internal }),
    ...(zones.length === 0
      ? {}
      : {
          zones: Object.fromEntries(
            zones.map(({ name, medical, hosts }) => [
              name,
              { ...(medical ? { medical } : {}), cidrs: hosts.map(({ address }) => address) },
            ]),
          ),
        }),
    ...(rules.length === 0 ? {} : { allow: rules.flatMap(entriesOf) }),
    ...(titles.length === 0
      ? {}
      : {
          ae_titles: Object.fromEntries(
            titles.map(({ title, hosts, moveDestinations }) => [
              title,
              moveDestinations.length === 0 ? hosts : { hosts, move_destinations: moveDestinations },
            ]),
          ),
        }),
  });
  document.commentBefore = comment(header(suggestion, origin));
  for (const { name, hosts, within } of zones) {
    const cidrs = document.getIn(['zones', name, 'cidrs'], true);
    if (isSeq(cidrs) && within !== null)
      cidrs.commentBefore = comment([`all within ${within}, where nobody else was seen`]);
    if (isSeq(cidrs))
      hosts.forEach(({ what }, i) => {
        if (what !== '') (cidrs.items[i] as Scalar).comment = comment([what]);
      });
  }
  const allow = document.get('allow');
  if (isSeq(allow)) {
    let at = 0;
    rules.forEach((rule, i) => {
      (allow.items[at] as Node).commentBefore = comment(aboutRule(rule, i + 1));
      at += entriesOf(rule).length;
    });
    for (const item of allow.items) if (isMap(item)) item.flow = true;
  }
  const known = document.get('ae_titles');
  if (isMap(known)) for (const pair of known.items) flat(pair as Pair);
  if (suggestion.refused.length > 0 || suggestion.notes.length > 0)
    document.comment = comment(afterwards(suggestion));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Lists of AE titles on one line. */
function flat({ value }: Pair): void {
  if (isSeq(value) || isMap(value)) value.flow = true;
}

/** An entry for each pair of places; mostly one. */
function entriesOf({ from, to, service }: SuggestedRule): { from: string; to: string; service: string }[] {
  return from.flatMap((source) => to.map((target) => ({ from: source, to: target, service })));
}

function header({ rules, refused }: Suggestion, { packets, first, last, table }: Origin): string[] {
  const period = packets === 0 ? '' : `, from ${momentOf(first)} to ${momentOf(last)} UTC`;
  return [
    `Suggested by auscult from what was seen: ${number(packets)} packets${period}.`,
    '',
    'It allows what was answered and is not part of an attack that was found, and nothing else. What is rare was',
    'not seen: a fail-over, a monthly job, a device that was switched off. Read every line, with those who run',
    'the devices, before a firewall enforces it. What stays within one zone is not judged.',
    '',
    `The same as a table: ${table}. Not allowed, though seen: at the end (${refused.length}).`,
    ...(rules.length === 0
      ? ['', 'No traffic between zones of medical devices was seen that could be allowed.']
      : []),
  ];
}

function aboutRule(rule: SuggestedRule, index: number): string[] {
  const { connections, first, last, why, review } = rule;
  const times = `${number(connections)} ${connections === 1 ? 'connection' : 'connections'}`;
  const [begin, end] = [momentOf(first), momentOf(last)];
  const period = begin === end ? begin : `${begin} to ${end}`;
  return [
    `${index}: ${why}; ${times}, ${period}`,
    ...(review.length === 0 ? [] : [`   look at: ${review.join('; ')}`]),
  ];
}

function afterwards({ refused, refusedOmitted, notes }: Suggestion): string[] {
  return [
    ...notes,
    ...(notes.length > 0 && refused.length > 0 ? [''] : []),
    ...(refused.length === 0 ? [] : ['Seen, not allowed:']),
    ...refused.map(
      ({ from, to, service, times, reason }) =>
        `  ${from} to ${to}, ${service}, ${number(times)} ${times === 1 ? 'time' : 'times'}: ${reason}`,
    ),
    ...(refusedOmitted === 0 ? [] : [`  and ${number(refusedOmitted)} more`]),
  ];
}

/** Lines of a comment as the document takes them. What the wire said can end none of them. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? ' ' : ` ${printable(line)}`)).join('\n');
}

const COLUMNS = [
  'number',
  'action',
  'from_zone',
  'from_addresses',
  'to_zone',
  'to_addresses',
  'protocol',
  'ports',
  'connections',
  'first_seen',
  'last_seen',
  'why',
  'review',
] as const;

/** The suggestion as a table for whoever runs the firewall: numbered as in the configuration, what is not allowed last. */
export function policyCsv({ rules, refused, zones }: Suggestion): string {
  const zoneOf = new Map(
    zones.flatMap(({ name, hosts }) => hosts.map(({ address }) => [address, name] as const)),
  );
  return [
    csvRecord(COLUMNS),
    ...rules.map((rule, i) => csvRecord(allowedRow(rule, i + 1))),
    ...refused.map((one) => csvRecord(refusedRow(one, zoneOf))),
  ].join('');
}

type Row = (string | number | null)[];

function allowedRow(rule: SuggestedRule, index: number): Row {
  const { fromZone, fromHosts, toZone, toHosts, protocol, ports, connections, first, last, why, review } =
    rule;
  return [
    index,
    'allow',
    fromZone,
    fromHosts.join('; '),
    toZone,
    toHosts.join('; '),
    protocol,
    ports,
    connections,
    momentOf(first),
    momentOf(last),
    printable(why),
    printable(review.join('; ')),
  ];
}

function refusedRow(
  { from, to, service, times, first, last, reason }: Refused,
  zoneOf: ReadonlyMap<string, string>,
): Row {
  const words = service.split(' ');
  return [
    null,
    'not allowed',
    zoneOf.get(from) ?? null,
    from,
    zoneOf.get(to) ?? null,
    to,
    words.slice(0, -1).join(' '),
    words.at(-1)!,
    times,
    momentOf(first),
    momentOf(last),
    printable(reason),
    null,
  ];
}
