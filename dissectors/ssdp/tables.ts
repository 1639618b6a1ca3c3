import type { DEVICE_CLASSES } from '../../src/core/facts.ts';

/** A type of device or service that only one kind of device has. */
export interface TypeRow {
  /** Of NT or ST, any version. */
  readonly pattern: RegExp;
  readonly class: (typeof DEVICE_CLASSES)[number];
  /** Systems (SERVER) that offer it without being such a device. */
  readonly except?: RegExp;
  readonly source: string;
  readonly example: string;
}

const FORUM = 'UPnP Forum, device control protocols';

export const TYPES: readonly TypeRow[] = [
  {
    pattern: /^urn:schemas-upnp-org:device:InternetGatewayDevice:\d+$/,
    class: 'router',
    source: `${FORUM}: InternetGatewayDevice:1, :2`,
    example: 'urn:schemas-upnp-org:device:InternetGatewayDevice:1',
  },
  {
    pattern: /^urn:schemas-upnp-org:device:WLANAccessPointDevice:\d+$/,
    class: 'access-point',
    source: `${FORUM}: WLANAccessPointDevice:1`,
    example: 'urn:schemas-upnp-org:device:WLANAccessPointDevice:1',
  },
  {
    pattern: /^urn:schemas-upnp-org:device:Printer:\d+$/,
    class: 'printer',
    source: `${FORUM}: Printer:1`,
    example: 'urn:schemas-upnp-org:device:Printer:1',
  },
  {
    pattern: /^urn:schemas-upnp-org:device:DigitalSecurityCamera:\d+$/,
    class: 'camera',
    source: `${FORUM}: DigitalSecurityCamera:1`,
    example: 'urn:schemas-upnp-org:device:DigitalSecurityCamera:1',
  },
  {
    pattern: /^urn:schemas-upnp-org:device:MediaRenderer:\d+$/,
    class: 'television',
    // Windows plays what others send it, too; players of music are no televisions.
    except: /Windows|Sonos|ZPS|HEOS|MusicCast/i,
    source: `${FORUM}: MediaRenderer:1, :2, :3`,
    example: 'urn:schemas-upnp-org:device:MediaRenderer:1',
  },
];

export function classOf(type: string, server: string): TypeRow['class'] | null {
  const row = TYPES.find(({ pattern }) => pattern.test(type));
  return row === undefined || row.except?.test(server) ? null : row.class;
}
