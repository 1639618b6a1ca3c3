import { z } from 'zod';
import { ROLES } from '../trackers/asset.ts';
import { isAddress, parseNetwork } from './cidr.ts';
import { parseDuration, parseSize } from './duration.ts';
import { parseService } from './service.ts';

/**
 * What a configuration file may say. Each `meta` text ends up in the JSON schema that editors show, and in the
 * message when a value is wrong (`expected`).
 */

/** What a value has to be, for the message about one that is not. Survives the description of a key. */
function expects(what: string): { description: string; 'x-expected': string } {
  return { description: what, 'x-expected': what };
}

const cidr = z
  .string()
  .refine((text) => parseNetwork(text) !== null)
  .meta(expects('a network such as 10.20.0.0/16 or 2001:db8::/32, or one address'));

const address = z.string().refine(isAddress).meta(expects('an IP address such as 10.20.1.5'));

const mac = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}$/)
  .meta(expects('a MAC address such as 00:11:22:aa:bb:cc'));

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null)
  .meta(expects('a duration such as 30s, 15m, 12h, 7d or 2w'));

const size = z
  .string()
  .refine((text) => parseSize(text) !== null)
  .meta(expects('a size such as 100 MB or 1 GiB'));

const moment = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text)),
  )
  .meta(expects('a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z'));

const text = z.string().min(1).max(1024).meta(expects('a text that is not empty'));
const count = z.int().min(1).max(1_000_000_000).meta(expects('a whole number above 0'));
const aeTitle = z
  .string()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/)
  .meta(expects('an AE title: 1 to 16 printable ASCII characters without a backslash'));
const endpoint = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/)
  .meta(expects('host:port, such as 127.0.0.1:9464 or [::1]:9464'));
const url = z
  .string()
  .regex(/^https?:\/\/\S+$/)
  .meta(expects('a URL beginning with http:// or https://'));
const path = text.meta(expects('the path of a file'));
const flag = z.boolean().meta(expects('true or false'));

export const SEVERITY = z
  .enum(['critical', 'high', 'medium', 'low', 'info'])
  .meta(expects('one of critical, high, medium, low, info'));

const cidrs = z.array(cidr).min(1);

const zone = z
  .union([
    cidrs,
    z.strictObject({
      cidrs: cidrs.meta({ description: 'the networks that make up the zone' }),
      medical: flag.optional().meta({ description: 'true: medical devices live here' }),
    }),
  ])
  .meta({ description: 'a list of networks, or cidrs: and medical: true' });

const service = z
  .string()
  .refine((text) => parseService(text) !== null)
  .meta(expects('a protocol such as dicom, a port such as tcp/443 or udp/161, or both: dicom tcp/104'));

/** Somewhere: a zone, a device by its name, a network, or anywhere. */
const place = text.meta({ description: 'a zone, a device, a network in CIDR notation, or any' });

const allowed = z.strictObject({
  from: place,
  to: place,
  service: z
    .union([service, z.array(service).min(1)])
    .optional()
    .meta(
      expects('a protocol such as dicom, a port such as tcp/443, both (dicom tcp/104), or a list of these'),
    ),
  reason: text.optional().meta({ description: 'why this is expected, for whoever reads it next' }),
});

const aeTitleEntry = z
  .union([
    cidrs,
    z.strictObject({
      hosts: cidrs.meta({ description: 'the addresses where this AE title is at home' }),
      move_destinations: z
        .array(aeTitle)
        .optional()
        .meta({ description: 'AE titles it may have objects moved to' }),
    }),
  ])
  .meta({ description: 'a list of addresses, or hosts: and move_destinations:' });

const device = z
  .strictObject({
    ip: address.optional(),
    mac: mac.optional(),
    name: text.optional().meta({ description: 'what people call it' }),
    role: z
      .enum(ROLES)
      .optional()
      .meta(expects(`one of ${ROLES.join(', ')}`)),
    vendor: text.optional(),
    model: text.optional(),
  })
  .refine((entry) => entry.ip !== undefined || entry.mac !== undefined)
  .meta({ description: 'a device with an ip or a mac, by which it is known' });

const ignored = z
  .strictObject({
    source: cidr.optional(),
    destination: cidr.optional(),
    until: moment.optional().meta({
      description:
        'the entry has no effect on packets after this moment; a date alone is to the end of that day, UTC',
    }),
    reason: text.optional().meta({ description: 'why, for whoever reads it next' }),
  })
  .refine((entry) => entry.source !== undefined || entry.destination !== undefined)
  .meta({ description: 'an entry with a source, a destination, or both' });

const detection = z.strictObject({
  enabled: flag.optional().meta({ description: 'false: this detection does not run' }),
  severity: SEVERITY.optional().meta({ description: 'the severity of all its findings' }),
  thresholds: z
    .record(z.string(), z.number().nonnegative().meta(expects('a number, not negative')))
    .optional()
    .meta({ description: 'thresholds of this detection by name: `auscult detections` lists them' }),
  ignore: z.array(ignored).optional().meta({ description: 'pairs that are known and not to be reported' }),
});

const outputs = z.strictObject({
  eve: z
    .strictObject({
      file: path,
      rotate: z
        .strictObject({ size: size.optional(), every: duration.optional(), keep: count.optional() })
        .optional(),
    })
    .optional()
    .meta({ description: 'EVE JSON lines into a file, with rotation' }),
  syslog: z
    .strictObject({
      to: endpoint,
      tls: flag.optional(),
      ca_file: path.optional(),
      min_severity: SEVERITY.optional(),
    })
    .optional()
    .meta({ description: 'findings as RFC 5424 messages over TCP or TLS' }),
  webhook: z
    .strictObject({ url, token_file: path.optional(), min_severity: SEVERITY.optional() })
    .optional()
    .meta({ description: 'findings as JSON by HTTP POST' }),
  nats: z
    .strictObject({
      servers: z.array(text).min(1),
      subject: text.optional(),
      credentials_file: path.optional(),
    })
    .optional()
    .meta({ description: 'events and findings to NATS' }),
});

const web = z
  .strictObject({
    bind: endpoint.optional(),
    tls: z.strictObject({ certificate: path, key: path }).optional(),
    basic_auth: z.strictObject({ user: text, password_file: path }).optional(),
    bearer_token_file: path.optional(),
  })
  .meta({ description: 'the page and the API of a running sensor' });

export const CONFIG = z.strictObject({
  internal: cidrs.optional().meta({ description: 'networks that are your own; replaces the private ranges' }),
  zones: z.record(z.string().min(1), zone).optional().meta({ description: 'parts of the network by name' }),
  allow: z.array(allowed).optional().meta({ description: 'traffic between zones that is expected' }),
  ae_titles: z.record(aeTitle, aeTitleEntry).optional().meta({ description: 'known DICOM AE titles' }),
  devices: z.array(device).optional().meta({ description: 'what the site knows of its devices' }),
  detections: z
    .record(z.string(), detection)
    .optional()
    .meta({ description: 'settings of detections by id' }),
  vulnerabilities: z
    .union([
      path,
      z.array(path).min(1),
      z.strictObject({
        file: z
          .union([path, z.array(path).min(1)])
          .meta({ description: 'the tables: YAML, JSON, or advisories as CSAF JSON' }),
        replace: flag.optional().meta({ description: 'true: without the built-in table' }),
      }),
    ])
    .optional()
    .meta({
      description:
        'newer tables of known vulnerabilities, which extend the built-in one and win where both have a CVE; paths are relative to this file',
    }),
  learn: duration.optional().meta({
    description: 'how long to learn, from the first packet on, what is normal here before it is judged',
  }),
  outputs: outputs.optional().meta({ description: 'where else events and findings go' }),
  web: web.optional(),
  metrics: z
    .strictObject({
      max_assets: count.optional().meta({ description: 'devices with an asset_info metric of their own' }),
    })
    .optional()
    .meta({ description: 'limits of the metrics' }),
  limits: z
    .strictObject({
      memory: size.optional().meta({ description: 'memory the analysis may take, such as 200 MB' }),
      flows: count.optional().meta({ description: 'flows followed at a time' }),
    })
    .optional()
    .meta({ description: 'limits of memory' }),
});

export type ConfigFile = z.infer<typeof CONFIG>;

/** The JSON schema that editors validate and complete configuration files with. */
export function jsonSchema(): Record<string, unknown> {
  return { title: 'auscult configuration', ...z.toJSONSchema(CONFIG) };
}
