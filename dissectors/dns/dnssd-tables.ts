import type { Attribute, DEVICE_CLASSES } from '../../src/core/facts.ts';

/** A key of a service's TXT record that describes the device. */
export interface TxtField {
  readonly types: readonly string[];
  /** As its source writes it; the case does not count. */
  readonly key: string;
  readonly attribute: Attribute;
  /** Values that count; every printable one when absent. */
  readonly when?: RegExp;
  /** Another key that has to be there too. */
  readonly beside?: string;
  readonly source: string;
  readonly example: string;
}

const PRINTING = ['_ipp._tcp', '_ipps._tcp', '_printer._tcp', '_pdl-datastream._tcp', '_riousbprint._tcp'];
const SCANNING = ['_scanner._tcp', '_uscan._tcp', '_uscans._tcp'];
const DICOM = ['_dicom._tcp', '_dicom-tls._tcp', '_acr-nema._tcp'];
const BONJOUR_PRINTING = 'Apple, Bonjour Printing Specification 1.2.1, §9';

export const TXT_FIELDS: readonly TxtField[] = [
  {
    types: DICOM,
    key: 'AET',
    attribute: 'ae-title',
    // PS3.5 §6.2: at most 16 characters, no backslash.
    when: /^[\x20-\x5b\x5d-\x7e]{1,16}$/,
    source: 'DICOM PS3.15 Annex H.2 (DNS TXT record parameters)',
    example: 'CT1',
  },
  {
    types: DICOM,
    key: 'PrimaryDeviceType',
    attribute: 'modality',
    // A code of a modality (PS3.16 CID 30); ARCHIVE, PRINT, RT, … are no modalities.
    when: /^(?:AR|AS|BI|BMD|CR|CT|DX|ECG|ES|GM|IO|IVOCT|IVUS|KER|LEN|MG|MR|NM|OAM|OCT|OP|OPM|OPT|OPV|PT|PX|RF|RG|SM|SRF|TG|US|VA|XA)$/,
    source: 'DICOM PS3.15 Annex H.2 (DNS TXT record parameters)',
    example: 'CT',
  },
  {
    types: PRINTING,
    key: 'ty',
    attribute: 'model',
    source: BONJOUR_PRINTING,
    example: 'Canon MF640C Series',
  },
  {
    types: PRINTING,
    key: 'usb_MFG',
    attribute: 'vendor',
    source: BONJOUR_PRINTING,
    example: 'Hewlett-Packard',
  },
  {
    types: PRINTING,
    key: 'usb_MDL',
    attribute: 'model',
    source: BONJOUR_PRINTING,
    example: 'HP LaserJet 4250',
  },
  {
    types: [...PRINTING, ...SCANNING],
    key: 'UUID',
    attribute: 'device-id',
    when: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
    source: BONJOUR_PRINTING,
    example: '564e4333-4e32-3532-3737-ecb1d7001122',
  },
  {
    types: SCANNING,
    key: 'ty',
    attribute: 'model',
    source: 'Mopria, eSCL Technical Specification, §5 (Bonjour TXT record)',
    example: 'HP OfficeJet Pro 9020 series',
  },
  {
    types: SCANNING,
    key: 'mfg',
    attribute: 'vendor',
    source: 'Apple, Bonjour scanner TXT record',
    example: 'EPSON',
  },
  {
    types: SCANNING,
    key: 'mdl',
    attribute: 'model',
    source: 'Apple, Bonjour scanner TXT record',
    example: 'ET-4750',
  },
  {
    types: ['_device-info._tcp'],
    key: 'model',
    attribute: 'model',
    source: 'Apple, device information service of Bonjour hosts',
    example: 'MacBookPro17,1',
  },
  {
    types: ['_airplay._tcp'],
    key: 'model',
    attribute: 'model',
    source: 'AirPlay service discovery (unofficial protocol specification)',
    example: 'AppleTV5,3',
  },
  {
    types: ['_raop._tcp'],
    key: 'am',
    attribute: 'model',
    source: 'AirPlay service discovery (unofficial protocol specification)',
    example: 'AppleTV5,3',
  },
  {
    types: ['_hap._tcp', '_hap._udp'],
    key: 'md',
    attribute: 'model',
    source: 'HomeKit Accessory Protocol Specification, non-commercial version, §6.4',
    example: 'BSB002',
  },
  {
    types: ['_googlecast._tcp'],
    key: 'md',
    attribute: 'model',
    source: 'Google Cast discovery',
    example: 'Chromecast Ultra',
  },
  // Network storage of Synology puts these beside its web page.
  {
    types: ['_http._tcp'],
    key: 'vendor',
    attribute: 'vendor',
    beside: 'model',
    source: 'Synology DSM, Bonjour service of its web page',
    example: 'Synology',
  },
  {
    types: ['_http._tcp'],
    key: 'model',
    attribute: 'model',
    beside: 'vendor',
    source: 'Synology DSM, Bonjour service of its web page',
    example: 'DS918+',
  },
  {
    types: ['_http._tcp'],
    key: 'serial',
    attribute: 'serial',
    beside: 'vendor',
    source: 'Synology DSM, Bonjour service of its web page',
    example: '1780PDN123456',
  },
];

/** What servers of files pretend to be, so that a Mac shows a fitting picture (Samba `fruit:model`, Netatalk). */
export const HIDDEN_MODELS = /^(?:MacSamba|RackMac|Xserve|TimeCapsule|AirPort)/;

/**
 * The service, `printer-type` where that key is there, and the key `rp`: CUPS marks the queues that it shares with
 * `printer-type`, and their resource path begins with `printers/`.
 */
export const SHARED_QUEUE =
  /^_(?:ipps?|printer|pdl-datastream|riousbprint)\._tcp (?:printer-type|\S* printers\/)/;

/** A service that only one kind of device offers, or one whose TXT record says which kind it is. */
export interface ClassRow {
  readonly types: readonly string[];
  readonly key?: string;
  readonly when?: RegExp;
  readonly class: (typeof DEVICE_CLASSES)[number];
  readonly source: string;
  readonly example: string;
}

export const CLASSES: readonly ClassRow[] = [
  { types: PRINTING, class: 'printer', source: BONJOUR_PRINTING, example: '_ipp._tcp' },
  {
    types: DICOM,
    key: 'PrimaryDeviceType',
    when: /^(?:AR|AS|BI|BMD|CR|CT|DX|ECG|ES|GM|IO|IVOCT|IVUS|KER|LEN|MG|MR|NM|OAM|OCT|OP|OPM|OPT|OPV|PT|PX|RF|RG|SM|SRF|TG|US|VA|XA)$/,
    class: 'medical-device',
    source: 'DICOM PS3.15 Annex H.2: the type of the device is that of a modality',
    example: 'MR',
  },
  {
    types: ['_axis-video._tcp'],
    class: 'camera',
    source: 'IANA service names: axis-video, Axis Video Cameras',
    example: '_axis-video._tcp',
  },
  {
    types: ['_androidtvremote._tcp', '_androidtvremote2._tcp'],
    class: 'television',
    source: 'Android TV Remote Service',
    example: '_androidtvremote2._tcp',
  },
  {
    types: ['_apple-mobdev2._tcp'],
    class: 'mobile',
    source: 'IANA service names: apple-mobdev, Apple Mobile Device Protocol',
    example: '_apple-mobdev2._tcp',
  },
  {
    types: ['_device-info._tcp', '_airplay._tcp'],
    key: 'model',
    when: /^(?:MacBook|iMac|Macmini|MacPro|Mac\d)/,
    class: 'workstation',
    source: "Apple's model identifiers of Macs",
    example: 'MacBookPro17,1',
  },
  {
    types: ['_device-info._tcp', '_airplay._tcp'],
    key: 'model',
    when: /^(?:iPhone|iPad|iPod)\d/,
    class: 'mobile',
    source: "Apple's model identifiers of hand-held devices",
    example: 'iPad13,4',
  },
  {
    types: ['_device-info._tcp', '_airplay._tcp'],
    key: 'model',
    when: /^AppleTV\d/,
    class: 'television',
    source: "Apple's model identifiers of television boxes",
    example: 'AppleTV5,3',
  },
  {
    types: ['_http._tcp'],
    key: 'vendor',
    when: /^Synology$/,
    class: 'storage',
    source: 'Synology DSM, Bonjour service of its web page',
    example: 'Synology',
  },
];
