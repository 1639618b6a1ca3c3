#!/usr/bin/env node
/**
 * The command line. Only what `--help` and `--version` need is loaded here: each command loads its own parts
 * when it is called, so that help answers at once.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { ReplayOptions } from './cli/replay.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

const program = new Command('auscult')
  .description(
    'Listens to a hospital network without ever sending: reads captures, understands DICOM and HL7, says which\n' +
      'medical systems talk to whom, what is in clear, who comes from outside, and what is wrong.',
  )
  .version(manifest.version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help; auscult replay --help explains one command')
  .helpCommand(false)
  .configureHelp({ helpWidth: 110, sortOptions: false })
  .exitOverride()
  .configureOutput({ writeErr: (text) => void process.stderr.write(text), outputError });

const replay = program
  .command('replay')
  .argument(
    '<path...>',
    'pcap or pcapng files (also gzip or zstd), folders of them, or - for a capture on stdin',
  )
  .description('read captures and report; for example: auscult replay --out report monday.pcap.gz')
  .addOption(
    new Option(
      '--config <file>',
      'settings from a YAML file, such as your networks and thresholds: --config site.yaml',
    ),
  )
  .addOption(
    new Option(
      '--internal <cidr>',
      'a network of your own, in place of the private ranges; can be repeated: --internal 10.0.0.0/8 --internal 192.0.2.0/24',
    ).argParser(collect),
  )
  .addOption(
    new Option(
      '--baseline <file>',
      'judge by what is normal here, as --write-baseline learned it, from the first packet on (learn: of the configuration has no effect then): --baseline normal.json tuesday.pcap',
    ),
  )
  .addOption(
    new Option(
      '--write-baseline <file>',
      'learn from all that is replayed what is normal here, and judge nothing by it; with --baseline add to that one: --write-baseline normal.json good-week/',
    ),
  )
  .addOption(
    new Option(
      '--out <dir>',
      'write summary.json, assets.json, assets.csv, findings.json, eve.json and metrics.prom there: --out report',
    ),
  )
  .addOption(
    new Option(
      '--format <format>',
      'what to print at the end, a page to read or the summary as JSON: --format json | jq .findings',
    )
      .choices(['text', 'json'])
      .default('text'),
  )
  .addOption(
    new Option(
      '--fail-on <severity>',
      `exit with 3 when there is a finding this severe or worse (${SEVERITIES.join(', ')}): --fail-on high`,
    ).choices(SEVERITIES),
  )
  .addOption(
    new Option(
      '--suggest-policy <file>',
      'write the zones and pairs that the medical traffic seen needs, as a configuration to review, and the same as a table beside it (site.csv): --suggest-policy site.yaml',
    ),
  )
  .addOption(
    new Option(
      '--reveal-phi',
      "write patients' names and numbers into eve.json instead of only saying which kinds went by; off unless typed here: --reveal-phi --out case-17",
    ),
  )
  .addOption(
    new Option('--quiet', 'no progress and no warnings on stderr, only errors: --quiet --out report'),
  )
  .addOption(
    new Option(
      '--verbose',
      'cut no list short, and say on stderr what each input was: --verbose monday.pcap',
    ),
  )
  .action(async (paths: string[], options: ReplayOptions) => {
    const { replayCommand } = await import('./cli/replay.ts');
    process.exitCode = await replayCommand(paths, options, manifest.version);
  });

program
  .command('detections')
  .description('list what auscult can detect; for example: auscult detections --format json')
  .addOption(
    new Option('--format <format>', 'a table to read or JSON: --format json')
      .choices(['table', 'json'])
      .default('table'),
  )
  .action(async (options: { format: 'table' | 'json' }) => {
    const { detectionsCommand } = await import('./cli/detections.ts');
    process.exitCode = await detectionsCommand(options.format);
  });

program
  .command('check-config')
  .argument('<file>', 'a configuration in YAML')
  .description(
    'say what is wrong with a configuration, with line and key; for example: auscult check-config site.yaml',
  )
  .action(async (file: string) => {
    const { checkConfigCommand } = await import('./cli/check-config.ts');
    process.exitCode = await checkConfigCommand(file);
  });

for (const command of program.commands) {
  command.helpOption('-h, --help', 'print this help');
  command.configureHelp({ helpWidth: 110 });
}

program.addHelpText('after', () => {
  const help = replay.createHelp();
  help.helpWidth = 110;
  const options = help.visibleOptions(replay).filter((option) => option.long !== '--help');
  const width = Math.max(...options.map((option) => help.optionTerm(option).length));
  const lines = options.map((option) =>
    help.formatItem(help.optionTerm(option), width, help.optionDescription(option), help),
  );
  return `\nOptions of replay:\n${lines.join('\n')}\n\n${EXIT_STATUS}`;
});
replay.addHelpText('after', () => `\n${EXIT_STATUS}`);

const EXIT_STATUS = `Exit status:
  0    done
  1    an input could not be read to its end; the rest was processed and reported
  2    wrong usage or configuration, or a file could not be written; nothing was reported
  3    --fail-on: there is a finding that severe
  130  stopped by Ctrl-C (143 by SIGTERM); what was read until then was reported`;

function collect(value: string, before: string[] | undefined): string[] {
  if (value.startsWith('-')) throw new InvalidArgumentError('A network such as 10.0.0.0/8 belongs here.');
  return [...(before ?? []), value];
}

/** Commander's message on one line, and what to do. */
function outputError(text: string, write: (text: string) => void): void {
  const line = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  write(`auscult: ${line}\nauscult --help shows how it is used\n`);
}

// `auscult … | head`: whoever read us has enough. Not an error, and nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version that were asked for are no error; everything else is wrong usage.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
