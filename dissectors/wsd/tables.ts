import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';
import type { QualifiedName } from './wire.ts';

type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** A type of device that only one kind of device has. */
export interface TypeRow extends QualifiedName {
  readonly class: DeviceClass;
  /** It offers medical services. */
  readonly medical?: true;
  readonly source: string;
  readonly example: string;
}

const SDC = 'IEEE 11073-20702:2016 (MDPWS), discovery type';

export const TYPES: readonly TypeRow[] = [
  {
    namespace: 'http://standards.ieee.org/downloads/11073/11073-20702-2016',
    name: 'MedicalDevice',
    class: 'medical-device',
    medical: true,
    source: SDC,
    example: 'mdpws:MedicalDevice',
  },
  {
    // As some implementations wrote it while the standard was a draft, and with a slash after it.
    namespace: 'http://standards.ieee.org/downloads/11073/11073-20702-201x',
    name: 'MedicalDevice',
    class: 'medical-device',
    medical: true,
    source: `${SDC}, draft`,
    example: 'mdpws:MedicalDevice',
  },
  {
    namespace: 'http://schemas.microsoft.com/windows/2006/08/wdp/print',
    name: 'PrintDeviceType',
    class: 'printer',
    source: 'Microsoft, Print Device Definition V1.0 for Web Services on Devices',
    example: 'wprt:PrintDeviceType',
  },
  {
    namespace: 'http://www.onvif.org/ver10/network/wsdl',
    name: 'NetworkVideoTransmitter',
    class: 'camera',
    source: 'ONVIF Core Specification, §7.3.2 (types)',
    example: 'dn:NetworkVideoTransmitter',
  },
  {
    namespace: 'http://www.onvif.org/ver10/network/wsdl',
    name: 'NetworkVideoStorage',
    class: 'storage',
    source: 'ONVIF Core Specification, §7.3.2 (types)',
    example: 'dn:NetworkVideoStorage',
  },
];

export function typeRow({ namespace, name }: QualifiedName): TypeRow | undefined {
  const bare = namespace.replace(/\/$/, '');
  return TYPES.find((row) => row.name === name && row.namespace === bare);
}

/** Code of a medical device system in a `sdc.cdc.type` scope. */
export interface CodeRow {
  readonly code: number;
  readonly name: string;
  readonly class: DeviceClass;
  readonly source: string;
  readonly example: string;
}

const NOMENCLATURE = 'ISO/IEEE 11073-10101, partition 1 (context-free code: 65536 + code)';

export const CODES: readonly CodeRow[] = [
  {
    code: 69_965,
    name: 'MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS',
    class: 'patient-monitor',
    source: NOMENCLATURE,
    example: 'sdc.cdc.type:///69965',
  },
  {
    code: 69_985,
    name: 'MDC_DEV_PUMP_INFUS_MDS',
    class: 'infusion-pump',
    source: NOMENCLATURE,
    example: 'sdc.cdc.type:///69985',
  },
  {
    code: 70_001,
    name: 'MDC_DEV_SYS_PT_VENT_MDS',
    class: 'ventilator',
    source: NOMENCLATURE,
    example: 'sdc.cdc.type:///70001',
  },
];

/** A scope whose value is said in clear: everything after `prefix`, percent-decoded. */
export interface ScopeRow {
  readonly prefix: string;
  readonly attribute: Attribute;
  readonly what: string;
  readonly source: string;
  readonly example: string;
}

export const SCOPES: readonly ScopeRow[] = [
  {
    prefix: 'onvif://www.onvif.org/hardware/',
    attribute: 'model',
    what: 'onvif hardware',
    source: 'ONVIF Core Specification, §7.3.3.2 (scopes)',
    example: 'onvif://www.onvif.org/hardware/D1-566',
  },
  {
    prefix: 'onvif://www.onvif.org/name/',
    attribute: 'product',
    what: 'onvif name',
    source: 'ONVIF Core Specification, §7.3.3.2 (scopes)',
    example: 'onvif://www.onvif.org/name/ARV-453',
  },
];
