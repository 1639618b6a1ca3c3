import type { Address } from './address.ts';
import type { FlowEnd } from './flow.ts';
import type { Identifier } from './sealed.ts';

/**
 * What dissectors state about the world in words that belong to no protocol. Trackers live on these alone,
 * so a new protocol feeds the inventory without the inventory learning its name. The engine adds time and
 * flow when it hands a fact on.
 */
export type Fact =
  | AttributeFact
  | ActivityFact
  | ServiceFact
  | PhiFact
  | AnomalyFact
  | FlowFact
  | NeighbourFact
  | DeviceFact
  | BehaviourFact
  | LoginFact
  | ContentFact;

/** Which end of the flow a fact is about. */
export type Side = 'client' | 'server';

/** Inventory fields that traffic can tell of a device. */
export type Attribute =
  | 'hostname'
  /** DNS, Kerberos or Windows domain or workgroup. */
  | 'domain'
  /** A word of `DEVICE_CLASSES`. */
  | 'device-class'
  | 'vendor'
  | 'model'
  | 'serial'
  | 'software'
  | 'os'
  | 'modality'
  | 'ae-title'
  | 'hl7-application'
  | 'hl7-facility'
  | 'implementation-class-uid'
  | 'implementation-version-name'
  | 'product'
  | 'station'
  | 'institution'
  | 'device-id'
  /** Unique device identifier, whole; what it is made of goes to `model`, `serial`, … */
  | 'udi'
  | 'user-agent'
  /** Id of the outermost VLAN that its frames came in. */
  | 'vlan'
  /** What it says of itself in free text (sysDescr of SNMP): evidence for a reader, from which nothing follows. */
  | 'description'
  /** Subject of a certificate that the device presented. */
  | 'certificate'
  /** How it speaks, as a value that others know: JA3, JA4, DHCP option 55, TCP SYN. `source` says which. */
  | 'fingerprint';

/** What kind of thing a device says it is. */
export const DEVICE_CLASSES = [
  'router',
  'switch',
  'access-point',
  'phone',
  'printer',
  'camera',
  'storage',
  'hypervisor',
  'workstation',
  'server',
  'mobile',
  'television',
  'infusion-pump',
  'patient-monitor',
  'ventilator',
  'ecg',
  'lab-analyzer',
  'medical-device',
] as const;

export interface AttributeFact {
  readonly fact: 'attribute';
  readonly side: Side;
  readonly attribute: Attribute;
  readonly value: string;
  /** Where it was read, in the protocol's own words: `DICOM (0008,1090) of a stored object`, `HL7 MSH-3`. */
  readonly source: string;
}

/** What a device was seen doing, from which its role follows. */
export type Activity =
  | 'sends-images'
  | 'accepts-images'
  | 'asks-queries'
  | 'answers-queries'
  | 'asks-retrieve'
  | 'answers-retrieve'
  | 'asks-worklist'
  | 'answers-worklist'
  | 'asks-print'
  | 'answers-print'
  | 'reports-procedure'
  | 'accepts-procedure'
  | 'asks-echo'
  | 'answers-echo'
  | 'sends-messages'
  | 'accepts-messages'
  | 'sends-admissions'
  | 'accepts-admissions'
  | 'sends-results'
  | 'accepts-results'
  | 'sends-orders'
  | 'accepts-orders'
  | 'sends-medication-orders'
  | 'sends-dispense'
  | 'accepts-dispense'
  | 'sends-pump-data'
  | 'sends-monitor-data'
  | 'sends-waveforms'
  | 'sends-lab-results'
  | 'sends-ecg';

export interface ActivityFact {
  readonly fact: 'activity';
  readonly side: Side;
  readonly activity: Activity;
  /** What narrows it: a DICOM modality for images (`CT`), a message type for HL7 (`ADT`); '' for nothing. */
  readonly detail: string;
}

/** The server end of the flow speaks `protocol`. */
export interface ServiceFact {
  readonly fact: 'service';
  readonly protocol: string;
  /** A medical protocol: its server must not be reachable from the Internet. */
  readonly medical: boolean;
  readonly tls: boolean;
  /**
   * `asked`: a client spoke the protocol; `answered`: the server did too, as one that offers the service;
   * `refused`: the server answered in the protocol, to say no.
   */
  readonly state: 'asked' | 'answered' | 'refused';
  readonly product?: string;
  readonly version?: string;
}

/** Identifiers of one patient went by in clear. One fact per message or object. */
export interface PhiFact {
  readonly fact: 'phi';
  /** `dicom`, `hl7`, `http`, … : the last part of a `phi.cleartext-*` id. */
  readonly protocol: string;
  /** Which identifiers had a value. Shared and frozen: one array per distinct set. */
  readonly identifiers: readonly Identifier[];
  /** Keyed hash (`KeyedHash.bytes`) of who the patient is (record number, else name and birth date); null when neither is there. */
  readonly patient: number | null;
  /** From where to where the identifiers went. */
  readonly to: Side;
}

/** Something that should not be on the wire: malformed, contradictory, undecodable. */
export interface AnomalyFact {
  readonly fact: 'anomaly';
  /** The dissector, or `tcp`, `ip`. */
  readonly protocol: string;
  /** Short stable word: `pdu-length`, `mllp-end-block`. */
  readonly kind: string;
  /** One line for a reader; never a value that could identify a patient. */
  readonly detail: string;
  readonly from: Side;
}

/** States of a flow's life, told by `streams`. */
export interface FlowFact {
  readonly fact: 'flow';
  /**
   * `open`: it is known who is client; `established`: the handshake was completed, or a connection joined midway
   * was acknowledged; `identified`: a dissector took it; `end`: it is over, `how` says why.
   */
  readonly state: 'open' | 'established' | 'identified' | 'end';
  readonly how?: FlowEnd;
}

/** ARP or NDP bound an address to a MAC, or a DHCP server leased it. May come without a flow. */
export interface NeighbourFact {
  readonly fact: 'neighbour';
  readonly address: Address;
  readonly mac: number;
  /** From now on the address is this MAC's, whoever had it before. */
  readonly leased?: true;
  /** Id of the outermost VLAN in which it was said, where there is one: an address may be in use in several. */
  readonly vlan?: number;
}

/**
 * Something that was told of a device which need not be an end of the flow: by its address, its MAC, or both. May come
 * without a flow.
 */
export interface DeviceFact {
  readonly fact: 'device';
  readonly address: Address | null;
  /** 48-bit integer; -1 when it was not told. */
  readonly mac: number;
  readonly attribute: Attribute;
  readonly value: string;
  readonly source: string;
}

/**
 * Kinds of behaviour that a baseline remembers. Together with who did it to whom, and `value`, one is what is known or new.
 */
export type Behaviour =
  /** An association that was accepted; `value`: calling and called AE title, `CT1>ARCHIVE`. */
  | 'association'
  /** An operation on a class of objects; `value`: who performs it how, `C-STORE 1.2.840.10008.5.1.4.1.1.2`. */
  | 'operation'
  /** Messages of a type; `value`: sender and type, `LAB|MAIN ORU^R01`. */
  | 'message-type'
  /** Objects sent to a third party at the request of the first; `value`: that party's AE title. */
  | 'move-destination'
  /** Objects fetched; `value`: by which operation; `amount` in one association: bytes (C-GET), objects (C-MOVE). */
  | 'retrieve';

/** One end of the flow did something to the other that is worth comparing with what is normal here. */
export interface BehaviourFact {
  readonly fact: 'behaviour';
  /** Who did it; the other end is whom it was done to. */
  readonly side: Side;
  readonly behaviour: Behaviour;
  readonly value: string;
  /** How much of it, where that is worth comparing too. */
  readonly amount?: number;
}

/** The client gave a secret in clear to log in. */
export interface LoginFact {
  readonly fact: 'login';
  /** What was given, in the protocol's own words: `FTP PASS`, `HTTP Basic`. Never the secret, nor whose it is. */
  readonly method: string;
  /** What the server made of it; null when it has not answered. */
  readonly accepted: boolean | null;
}

/** A document or file that went by holds something it should not. */
export interface ContentFact {
  readonly fact: 'content';
  readonly content: 'executable';
  /** What it is: `Windows executable (MZ)`, `script (#!)`. */
  readonly kind: string;
  /** Where it stands, in the format's own words: `preamble of a DICOM file`, `DICOM (0042,0011) encapsulated document`. */
  readonly within: string;
  readonly to: Side;
}
