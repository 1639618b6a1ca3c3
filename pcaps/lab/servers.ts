import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Conversation } from './conversation.ts';
import { DOMAIN, HOSTS, type HostName, OUTSIDE, type OutsideName, PORTS } from './hospital.ts';
import { Network } from './network.ts';
import { makeWorklist } from './objects.ts';
import { PATIENTS } from './patients.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The hospital with its servers running, and what its people do: one method per kind of action. */
export class Hospital {
  readonly net = new Network();
  readonly folder: string;
  #files = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  async open(): Promise<void> {
    this.net.build();
    await Promise.all([
      this.#orthanc(),
      this.#workstation(),
      this.#worklist(),
      this.#printer(),
      this.#secure(),
      this.net.serve('engine', PORTS.hl7, this.#script('hl7-peer.ts', 'serve', PORTS.hl7), ROOT),
      this.net.serve('engine', PORTS.engine, this.#script('hl7-peer.ts', 'serve', PORTS.engine), ROOT),
      this.net.serve('ehr', PORTS.engine, this.#script('hl7-peer.ts', 'serve', PORTS.engine), ROOT),
      this.net.serve('engine', 2580, this.#script('hl7-peer.ts', 'serve', 2580, 'AE'), ROOT),
      this.net.serve('engine', 2581, this.#script('hl7-peer.ts', 'serve', 2581, 'AR'), ROOT),
      this.#names(),
      this.#agent(),
      this.net.serve('vendor', PORTS.hl7, this.#script('hl7-peer.ts', 'serve', PORTS.hl7), ROOT),
      this.#collector(),
      this.#web('vendor'),
      this.#web('engine'),
    ]);
  }

  close(): Promise<void> {
    return this.net.remove();
  }

  // ---- Servers ----

  async #orthanc(): Promise<void> {
    const folder = this.#dir('orthanc');
    const config = {
      Name: 'ZZTEST ARCHIVE',
      StorageDirectory: folder,
      IndexDirectory: folder,
      HttpPort: PORTS.web,
      RemoteAccessAllowed: true,
      AuthenticationEnabled: false,
      DicomPort: PORTS.dicom,
      DicomAet: HOSTS.pacs.aeTitles[0],
      DicomCheckCalledAet: true,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowMove: true,
      DicomAlwaysAllowGet: true,
      DeflatedTransferSyntaxAccepted: true,
      OverwriteInstances: true,
      DicomModalities: {
        ws: [HOSTS.ws.aeTitles[0], HOSTS.ws.ip, PORTS.storage],
        collector: ['COLLECT1', OUTSIDE.prober.ip, PORTS.dicom],
      },
      Plugins: [],
    };
    const path = join(folder, 'orthanc.json');
    writeFileSync(path, JSON.stringify(config));
    await this.net.serve('pacs', PORTS.dicom, ['Orthanc', path], folder);
  }

  /** The hospital's own zone: every host's name, both ways. */
  async #names(): Promise<void> {
    const folder = this.#dir('names');
    const hosts = join(folder, 'hosts');
    writeFileSync(
      hosts,
      Object.values(HOSTS)
        .map(({ ip, hostname }) => `${ip} ${hostname}\n`)
        .join(''),
    );
    const argv = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
    ];
    const zone = [`--addn-hosts=${hosts}`, `--local=/${DOMAIN}/`, `--pid-file=${join(folder, 'pid')}`];
    await this.net.serve('dns', 53, ['dnsmasq', ...argv, ...zone], folder);
  }

  /** The archive's host can be asked how it is. */
  async #agent(): Promise<void> {
    const folder = this.#dir('agent');
    const config = join(folder, 'snmpd.conf');
    writeFileSync(
      config,
      [
        'agentaddress udp:161,tcp:161',
        'rocommunity zzpublic',
        'sysname archive1',
        'sysdescr Linux archive1 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 x86_64',
        '',
      ].join('\n'),
    );
    const argv = ['snmpd', '-f', '-Lf', join(folder, 'log'), '-C', '-c', config, '-p', join(folder, 'pid')];
    await this.net.serve('pacs', 161, argv, folder);
  }

  async #workstation(): Promise<void> {
    const argv = ['storescp', '-dhl', '--ignore', '+xa', '-aet', HOSTS.ws.aeTitles[0], String(PORTS.storage)];
    await this.net.serve('ws', PORTS.storage, argv, this.#dir('ws'));
  }

  /** An SCP outside that takes what it is sent. */
  async #collector(): Promise<void> {
    const argv = ['storescp', '-dhl', '--ignore', '+xa', '-aet', 'COLLECT1', String(PORTS.dicom)];
    await this.net.serve('prober', PORTS.dicom, argv, this.#dir('collector'));
  }

  async #worklist(): Promise<void> {
    const folder = this.#dir('worklist');
    makeWorklist(folder, HOSTS.worklist.aeTitles[0], PATIENTS.slice(0, 4));
    await this.net.serve(
      'worklist',
      PORTS.worklist,
      ['wlmscpfs', '-q', '-dhl', '-dfp', folder, String(PORTS.worklist)],
      folder,
    );
  }

  async #printer(): Promise<void> {
    const folder = this.#dir('print');
    for (const part of ['database', 'spool', 'log', 'lut'])
      mkdirSync(join(folder, part), { recursive: true });
    await this.net.serve(
      'print',
      PORTS.print,
      ['dcmprscp', '-q', '-c', this.#printConfig(folder), '-p', 'FILM'],
      folder,
    );
  }

  /** dcmtk's print programs take everything from one file: the server's and the client's view of the printer. */
  #printConfig(folder: string): string {
    const path = join(folder, 'dcmpstat.cfg');
    const lines = [
      '[[GENERAL]]',
      '[APPLICATION]',
      `LogDirectory = ${join(folder, 'log')}`,
      '[PRINT]',
      `Directory = ${join(folder, 'spool')}`,
      'MinPrintResolution = 256\\256',
      'MaxPrintResolution = 512\\512',
      '[DATABASE]',
      `Directory = ${join(folder, 'database')}`,
      '[NETWORK]',
      `aetitle = ${HOSTS.ct.aeTitles[0]}`,
      '[[COMMUNICATION]]',
      '[FILM]',
      `Aetitle = ${HOSTS.print.aeTitles[0]}`,
      'Description = ZZTEST film printer',
      `Hostname = ${HOSTS.print.ip}`,
      `Port = ${PORTS.print}`,
      'Type = LOCALPRINTER',
      'DisableNewVRs = false',
      'DisplayFormat = 1,1\\2,2',
      'FilmSizeID = 8INX10IN\\14INX17IN',
      'ImplicitOnly = false',
      'MagnificationType = NONE\\BILINEAR',
      'MaxPDU = 32768',
      'MediumType = PAPER\\BLUE FILM',
      'Supports12Bit = false',
      'SupportsPresentationLUT = false',
      'SupportsTrim = true',
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  async #secure(): Promise<void> {
    const folder = this.#dir('secure');
    const [key, certificate] = this.certificate();
    const argv = [
      'storescp',
      '-dhl',
      '--ignore',
      '-aet',
      'SECARCH1',
      '+tls',
      key,
      certificate,
      '-ic',
      String(PORTS.tls),
    ];
    await this.net.serve('secure', PORTS.tls, argv, folder);
  }

  certificate(): [key: string, certificate: string] {
    const folder = this.#dir('certificate');
    const paths: [string, string] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const argv = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '3650',
      '-subj',
      '/O=ZZTEST HOSPITAL/CN=secarch1.zztest.example',
    ];
    execFileSync('openssl', [...argv, '-keyout', paths[0], '-out', paths[1]], { stdio: 'ignore' });
    return paths;
  }

  #web(host: 'vendor' | 'engine'): Promise<unknown> {
    const code = `require('http').createServer((q,r)=>{r.setHeader('Server','zzvendor');r.end('{"status":"up to date"}\\n')}).listen(80)`;
    return this.net.serve(host, 80, ['node', '-e', code]);
  }

  // ---- What people and programs do ----

  run(
    host: HostName | OutsideName,
    argv: readonly (string | number)[],
    codes?: readonly number[],
  ): Promise<string> {
    return this.net.run(host, argv.map(String), { codes, cwd: this.#dir(`home-${host}`) });
  }

  /** C-ECHO to the archive. */
  echo(from: HostName | OutsideName, calling: string, called = 'ARCHIVE1', codes = [0]): Promise<string> {
    return this.run(from, ['echoscu', '-aet', calling, '-aec', called, HOSTS.pacs.ip, PORTS.dicom], codes);
  }

  /** Asks the hospital's DNS for the names of hosts, and for whose addresses they are. */
  async resolve(from: HostName, ...names: HostName[]): Promise<void> {
    for (const name of names) {
      const { hostname, ip } = HOSTS[name];
      await this.run(from, ['dig', '+short', `@${HOSTS.dns.ip}`, hostname, '-x', ip]);
    }
  }

  store(from: HostName, files: readonly string[], options: readonly string[] = []): Promise<string> {
    return this.run(from, [
      'storescu',
      '-aet',
      HOSTS[from].aeTitles[0],
      '-aec',
      'ARCHIVE1',
      ...options,
      HOSTS.pacs.ip,
      PORTS.dicom,
      ...files,
    ]);
  }

  /** C-STORE to the workstation, which takes every transfer syntax as it is. */
  push(
    files: readonly string[],
    options: readonly string[] = [],
    codes?: readonly number[],
  ): Promise<string> {
    return this.run(
      'ct',
      ['storescu', '-aet', 'CT_REVO1', '-aec', 'READWS1', ...options, HOSTS.ws.ip, PORTS.storage, ...files],
      codes,
    );
  }

  find(
    from: HostName | OutsideName,
    calling: string,
    keys: readonly string[],
    model = '-S',
  ): Promise<string> {
    return this.run(from, [
      'findscu',
      model,
      '-aet',
      calling,
      '-aec',
      'ARCHIVE1',
      ...keyed(keys),
      HOSTS.pacs.ip,
      PORTS.dicom,
    ]);
  }

  move(destination: string, keys: readonly string[], codes?: readonly number[]): Promise<string> {
    return this.run(
      'ws',
      [
        'movescu',
        '-S',
        '-aet',
        'READWS1',
        '-aec',
        'ARCHIVE1',
        '-aem',
        destination,
        ...keyed(keys),
        HOSTS.pacs.ip,
        PORTS.dicom,
      ],
      codes,
    );
  }

  get(
    keys: readonly string[],
    from: HostName | OutsideName = 'ws',
    calling: string = HOSTS.ws.aeTitles[0],
  ): Promise<string> {
    return this.run(from, [
      'getscu',
      '-S',
      '-aet',
      calling,
      '-aec',
      'ARCHIVE1',
      '--ignore',
      ...keyed(keys),
      HOSTS.pacs.ip,
      PORTS.dicom,
    ]);
  }

  worklist(keys: readonly string[]): Promise<string> {
    return this.run('ct', [
      'findscu',
      '-W',
      '-aet',
      'CT_REVO1',
      '-aec',
      'WORKLIST1',
      ...keyed(keys),
      HOSTS.worklist.ip,
      PORTS.worklist,
    ]);
  }

  /** Renders an image into a stored print and sends that to the printer. */
  async print(file: string): Promise<void> {
    const folder = mkdtempSync(join(this.#dir('spooler'), 'job-'));
    for (const part of ['database', 'spool', 'log', 'lut'])
      mkdirSync(join(folder, part), { recursive: true });
    const options = ['-c', this.#printConfig(folder), '-p', 'FILM'];
    await this.run('ct', ['dcmpsprt', ...options, '--no-annotation', file]);
    const database = join(folder, 'database');
    const print = readdirSync(database).find((name) => name.startsWith('SP'));
    if (print === undefined) throw new Error('dcmpsprt made no stored print');
    await this.run('ct', ['dcmprscu', ...options, join(database, print)]);
  }

  /** Messages from one HL7 sender, by simple-hl7; one connection each unless `stream`. */
  async hl7(
    from: HostName,
    to: HostName | OutsideName,
    messages: readonly string[],
    options: { stream?: boolean; port?: number } = {},
  ): Promise<void> {
    const file = this.#file(messages);
    const { port = PORTS.hl7, stream = false } = options;
    await this.net.run(
      from,
      this.#script('hl7-peer.ts', stream ? 'stream' : 'send', addressOf(to), port, file),
      { cwd: ROOT },
    );
  }

  /** Plays both sides of a conversation. */
  async converse(
    from: HostName | OutsideName,
    to: HostName,
    port: number,
    conversation: Conversation,
  ): Promise<void> {
    const file = this.#file(conversation);
    const server = await this.net.serve(
      to,
      port,
      this.#script('conversation.ts', 'listen', port, file),
      ROOT,
    );
    try {
      await this.net.run(from, this.#script('conversation.ts', 'connect', HOSTS[to].ip, port, file), {
        cwd: ROOT,
      });
    } finally {
      await this.net.stop(server);
    }
  }

  #script(name: string, ...argv: (string | number)[]): string[] {
    return ['node', '--import', 'tsx', join(HERE, name), ...argv.map(String)];
  }

  #dir(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  #file(content: unknown): string {
    const path = join(this.folder, `script-${++this.#files}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }
}

function keyed(keys: readonly string[]): string[] {
  return keys.flatMap((key) => ['-k', key]);
}

export function addressOf(name: HostName | OutsideName): string {
  return name in OUTSIDE ? OUTSIDE[name as OutsideName].ip : HOSTS[name as HostName].ip;
}
