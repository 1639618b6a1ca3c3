/** Who is in the laboratory hospital: one network namespace each. */
export interface Host {
  readonly name: string;
  /** In the hospital's DNS. */
  readonly hostname: string;
  readonly ip: string;
  /** Real vendors' prefixes, so that a vendor look-up has something to find; the rest is invented. */
  readonly mac: string;
  readonly vendor: string;
  /** The word of the inventory for what it is. */
  readonly role: string;
  readonly aeTitles: readonly string[];
}

export const DOMAIN = 'zztest.example';

const host = (
  name: string,
  label: string,
  ip: string,
  mac: string,
  vendor: string,
  role: string,
  aeTitles: readonly string[] = [],
): Host => ({ name, hostname: `${label}.${DOMAIN}`, ip, mac, vendor, role, aeTitles });

export const PREFIX_LENGTH = 16;

export const HOSTS = {
  ct: host('ct', 'ct-revo1', '10.20.1.10', '44:4b:5d:20:01:10', 'GE Healthcare', 'modality', ['CT_REVO1']),
  cr: host('cr', 'cr-fdr1', '10.20.1.20', '88:b4:36:20:01:20', 'FUJIFILM Corporation', 'modality', [
    'CR_FDR1',
  ]),
  pacs: host('pacs', 'archive1', '10.20.2.10', '00:14:22:20:02:10', 'Dell Inc.', 'pacs', ['ARCHIVE1']),
  worklist: host(
    'worklist',
    'worklist1',
    '10.20.2.20',
    '00:25:90:20:02:20',
    'Super Micro Computer, Inc.',
    'worklist-server',
    ['WORKLIST1'],
  ),
  print: host('print', 'filmprint1', '10.20.2.30', '00:01:4a:20:02:30', 'Sony Corporation', 'print-server', [
    'FILMPRINT1',
  ]),
  secure: host('secure', 'secarch1', '10.20.2.40', '00:50:56:20:02:40', 'VMware, Inc.', 'server', [
    'SECARCH1',
  ]),
  engine: host('engine', 'engine1', '10.20.3.10', '00:0c:29:20:03:10', 'VMware, Inc.', 'integration-engine'),
  ehr: host('ehr', 'ehr1', '10.20.3.20', '00:50:56:20:03:20', 'VMware, Inc.', 'ehr'),
  lab: host(
    'lab',
    'atellica1',
    '10.20.3.30',
    '00:18:65:20:03:30',
    'Siemens Healthcare Diagnostics Manufacturing Ltd',
    'lab-analyzer',
  ),
  pumps: host('pumps', 'plumgw1', '10.20.4.10', '00:1a:01:20:04:10', 'ICU Medical, Inc.', 'infusion-pump'),
  ws: host('ws', 'readws1', '10.20.5.10', '00:1f:29:20:05:10', 'Hewlett Packard', 'workstation', ['READWS1']),
  dns: host('dns', 'ns1', '10.20.3.53', '00:50:56:20:03:53', 'VMware, Inc.', 'server'),
  pc: host('pc', 'office99', '10.20.5.99', '3c:d9:2b:20:05:99', 'Hewlett Packard', 'client'),
} as const satisfies Record<string, Host>;

export type HostName = keyof typeof HOSTS;

export const ROUTER = { inside: '10.20.0.1', mac: '00:1b:54:20:00:01' };

/**
 * Public addresses, inside the namespaces only. They lie in networks that registries keep for routing experiments
 * (RIPE NCC's beacons, APNIC's test ranges), so that a trace points at nobody.
 */
export const OUTSIDE = {
  prober: { name: 'prober', ip: '84.205.75.66', gateway: '84.205.75.1', country: 'NL' },
  vendor: { name: 'vendor', ip: '203.133.248.10', gateway: '203.133.248.1', country: 'AU' },
} as const;

export type OutsideName = keyof typeof OUTSIDE;

export const PORTS = {
  dicom: 104,
  worklist: 11112,
  storage: 11112,
  print: 10004,
  tls: 2762,
  hl7: 2575,
  engine: 6661,
  hl7Tls: 2576,
  web: 8042,
};
