import type { KnownVulnerability } from '../knowledge/vulnerabilities.ts';

/** One device of the inventory, shaped as `assets.json` has it. Times are microseconds; the sink formats them. */
export interface Asset {
  /** `mac-<12 hex>` where a MAC of its own was seen, else `ip-<address>`. */
  readonly id: string;
  readonly ips: string[];
  readonly macs: string[];
  readonly hostname: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly software: string | null;
  readonly os: string | null;
  readonly role: Role;
  readonly modality: string | null;
  readonly ae_titles: string[];
  readonly hl7_applications: string[];
  readonly hl7_facilities: string[];
  readonly implementation: {
    class_uid: string | null;
    version_name: string | null;
    product: string | null;
    version: string | null;
  };
  readonly services: AssetService[];
  readonly exposure: { inbound: number; outbound: number; countries: string[] };
  /** What the exposure is made of, as far as it was kept. For people; the document has the sums. */
  readonly crossings: readonly Crossing[];
  /** Worst first. */
  readonly vulnerabilities: readonly AssetVulnerability[];
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly evidence: { attribute: string; value: string; source: string; at: number }[];
  /** Of the evidence, where serious sources disagree. For people; the document has all the evidence. */
  readonly contradictions: Contradiction[];
}

export interface Contradiction {
  attribute: string;
  /** Each value once, with its best source; what is shown of the device first. */
  said: { value: string; source: string }[];
}

/** Connections across the border of one device, in one direction, with one country, through one port. */
export interface Crossing {
  readonly direction: 'inbound' | 'outbound';
  readonly country: string;
  /** The server's. */
  readonly port: number;
  readonly proto: 'tcp' | 'udp';
  /** '' while it is not recognised. */
  readonly protocol: string;
  /** A medical service was asked for, whether it answered or not. */
  readonly medical: boolean;
  readonly count: number;
  /** A few of the addresses outside, the first ones. */
  readonly peers: readonly string[];
  readonly at: number;
}

export interface AssetService {
  port: number;
  proto: 'tcp' | 'udp';
  protocol: string;
  tls: boolean;
  product: string | null;
  version: string | null;
}

/** `assets.json` has its first six. */
export type AssetVulnerability = KnownVulnerability;

export const ROLES = [
  'modality',
  'pacs',
  'workstation',
  'worklist-server',
  'print-server',
  'integration-engine',
  'ehr',
  'medication-dispensing',
  'infusion-pump',
  'patient-monitor',
  'ecg',
  'lab-analyzer',
  'server',
  'client',
  'network',
  'printer',
  'unknown',
] as const;
export type Role = (typeof ROLES)[number];

/** Roles that make a device a medical one in `summary.json`'s `assets.medical`. */
export const MEDICAL_ROLES: ReadonlySet<Role> = new Set<Role>(ROLES.slice(0, 12));
