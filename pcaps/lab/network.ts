import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOSTS, OUTSIDE, PREFIX_LENGTH, ROUTER } from './hospital.ts';

/**
 * The hospital's network: a namespace per host, a bridge in a namespace of its own where tcpdump sees every frame
 * as a SPAN port would, and a router to the outside hosts. Nothing leaves the namespaces. Needs root.
 */
export class Network {
  readonly #tag = `aulab${process.pid}`;
  readonly #spaces: string[] = [];
  readonly #children = new Set<ChildProcess>();

  build(): void {
    this.#space('span');
    this.#in('span', ['ip', 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0']);
    this.#in('span', ['ip', 'link', 'set', 'br0', 'up']);
    for (const host of Object.values(HOSTS)) {
      this.#space(host.name);
      this.#plug(host.name, 'eth0', host.name, host.mac, `${host.ip}/${PREFIX_LENGTH}`);
      this.#in(host.name, ['ip', 'route', 'add', 'default', 'via', ROUTER.inside]);
    }
    this.#space('router');
    this.#plug('router', 'eth0', 'router', ROUTER.mac, `${ROUTER.inside}/${PREFIX_LENGTH}`);
    this.#in('router', ['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    for (const host of Object.values(OUTSIDE)) {
      this.#space(host.name);
      const wire = ['ip', 'link', 'add', 'eth0', 'netns', this.name(host.name), 'type', 'veth'];
      execFileSync(wire[0], [...wire.slice(1), 'peer', 'name', host.name, 'netns', this.name('router')]);
      this.#up(host.name, 'eth0', `${host.ip}/24`);
      this.#up('router', host.name, `${host.gateway}/24`);
      this.#in(host.name, ['ip', 'route', 'add', 'default', 'via', host.gateway]);
    }
  }

  name(space: string): string {
    return `${this.#tag}-${space}`;
  }

  /** Segmentation offload of every host and its port on the bridge; off as built. */
  offload(on: boolean): void {
    for (const { name } of Object.values(HOSTS)) {
      this.#offload(name, 'eth0', on);
      this.#offload('span', `p-${name}`, on);
    }
  }

  /** Runs a program on a host to its end; its exit code must be one of `codes`. Bounded to 60 s. */
  async run(
    space: string,
    argv: readonly string[],
    options: { codes?: readonly number[]; cwd?: string } = {},
  ): Promise<string> {
    const child = this.#spawn(space, argv, options.cwd);
    let said = '';
    child.stdout?.on('data', (data) => (said += data));
    child.stderr?.on('data', (data) => (said += data));
    const timer = setTimeout(() => killGroup(child), 60_000);
    const code = await ended(child);
    clearTimeout(timer);
    const allowed = options.codes ?? [0];
    if (code === null || !allowed.includes(code))
      throw new Error(`${space}: ${argv.join(' ')}: exit ${code}\n${said}`);
    return said;
  }

  /** Starts a server on a host and waits until it listens on `port`. Ends with the network, or by `stop`. */
  async serve(space: string, port: number, argv: readonly string[], cwd?: string): Promise<ChildProcess> {
    const child = this.#spawn(space, argv, cwd);
    let said = '';
    child.stdout?.on('data', (data) => (said = (said + data).slice(-4_000)));
    child.stderr?.on('data', (data) => (said = (said + data).slice(-4_000)));
    for (let i = 0; i < 200; i++) {
      if (child.exitCode !== null) break;
      if (this.#in(space, ['ss', '-Hltn', `sport = :${port}`]).trim() !== '') return child;
      await sleep(50);
    }
    throw new Error(`${space}: ${argv.join(' ')} does not listen on ${port}\n${said}`);
  }

  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended(child);
      clearTimeout(timer);
    }
    this.#children.delete(child);
  }

  /** Records everything the bridge sees while `action` runs. */
  async record(file: string, action: () => Promise<void>): Promise<void> {
    const argv = [
      'tcpdump',
      '--immediate-mode',
      '-i',
      'br0',
      '-n',
      '-s',
      '0',
      '-B',
      '32768',
      '-Z',
      'root',
      '-w',
      file,
    ];
    const child = this.#spawn('span', argv);
    let said = '';
    child.stderr?.on('data', (data) => (said += data));
    for (let i = 0; i < 100 && !said.includes('listening on'); i++) await sleep(20);
    try {
      await action();
      // Last acknowledgements and delayed FINs.
      await sleep(250);
    } finally {
      child.kill('SIGINT');
      await ended(child);
      this.#children.delete(child);
    }
    if (!existsSync(file)) throw new Error(`tcpdump wrote nothing: ${said}`);
    if (!/\b0 packets dropped by kernel/.test(said)) throw new Error(`tcpdump lost packets: ${said}`);
  }

  /** Ends every process started and removes every namespace, whatever happened before. */
  async remove(): Promise<void> {
    for (const child of [...this.#children]) await this.stop(child);
    this.destroy();
  }

  /** As `remove`, at once: for the process's own end. */
  destroy(): void {
    for (const child of this.#children) killGroup(child);
    this.#children.clear();
    for (const space of this.#spaces.splice(0)) {
      try {
        // A server that forked its workers: whatever still lives in the namespace we made is ours.
        const pids = execFileSync('ip', ['netns', 'pids', space], { encoding: 'utf8' })
          .split('\n')
          .filter(Boolean);
        for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // Gone already.
      }
      try {
        execFileSync('ip', ['netns', 'del', space], { stdio: 'ignore' });
      } catch {
        // The next one matters more than why.
      }
    }
  }

  #spawn(space: string, argv: readonly string[], cwd?: string): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.name(space), ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
      // A group of its own, so that a time-out ends a shell's children too.
      detached: true,
      env: { ...process.env, TZ: 'UTC' },
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  #space(space: string): void {
    const name = this.name(space);
    execFileSync('ip', ['netns', 'add', name]);
    this.#spaces.push(name);
    // No neighbour discovery or multicast reports: only what the programs say.
    this.#in(space, [
      'sysctl',
      '-qw',
      'net.ipv6.conf.all.disable_ipv6=1',
      'net.ipv6.conf.default.disable_ipv6=1',
    ]);
    this.#in(space, ['ip', 'link', 'set', 'lo', 'up']);
  }

  #plug(space: string, device: string, port: string, mac: string, address: string): void {
    const wire = ['ip', 'link', 'add', device, 'netns', this.name(space), 'address', mac, 'type', 'veth'];
    execFileSync(wire[0], [...wire.slice(1), 'peer', 'name', `p-${port}`, 'netns', this.name('span')]);
    this.#in('span', ['ip', 'link', 'set', `p-${port}`, 'master', 'br0', 'up']);
    this.#offload('span', `p-${port}`, false);
    this.#up(space, device, address);
  }

  #up(space: string, device: string, address: string): void {
    this.#offload(space, device, false);
    this.#in(space, ['ip', 'addr', 'add', address, 'dev', device]);
    this.#in(space, ['ip', 'link', 'set', device, 'up']);
  }

  #offload(space: string, device: string, on: boolean): void {
    const state = on ? 'on' : 'off';
    // Checksums stay computed in both: what a card would have sent.
    this.#in(space, ['ethtool', '-K', device, 'tso', state, 'gso', state, 'gro', state, 'tx', state]);
  }

  #in(space: string, argv: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name(space), ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // As a shell says it: 128 and the signal's number.
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}

/** Throws when this machine cannot run the laboratory, saying what is missing. */
export function requirePrograms(programs: readonly string[]): void {
  if (process.getuid?.() !== 0) throw new Error('the laboratory makes network namespaces, which needs root');
  const folders = (process.env.PATH ?? '').split(':');
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(`${folder}/${program}`)));
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')} (see pcaps/lab/README.md)`);
}
