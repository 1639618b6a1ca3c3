import { describe, expect, test } from 'vitest';
import { dicomFile, MESSAGE, slice } from '../../src/core/contents/testing.ts';
import type { Direction } from '../../src/core/flow.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { smtp } from './index.ts';

const bytesOf = (text: string | Uint8Array) => Uint8Array.from(Buffer.from(text as string, 'latin1'));
const send = (direction: Direction, text: string | Uint8Array): Step => ({
  send: direction,
  bytes: bytesOf(text),
});
const FILE = dicomFile(slice(), { preamble: 'MZ' });
const base64 = (bytes: string | Uint8Array) =>
  Buffer.from(bytes as string)
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');

const OPENING: Step[] = [
  send(1, '220 mail.zz.example ESMTP\r\n'),
  send(0, 'EHLO ct1.zz.example\r\n'),
  send(1, '250-mail.zz.example\r\n250 CHUNKING\r\n'),
];
const envelope = (command: string) =>
  send(0, `MAIL FROM:<a@zz.example>\r\nRCPT TO:<b@zz.example>\r\n${command}\r\n`);
const DATA: Step[] = [...OPENING, envelope('DATA'), send(1, '250 OK\r\n250 OK\r\n354 go on\r\n')];

type Part = readonly [fields: string, body: string];
const part = ([fields, body]: Part) => `${fields}\r\n\r\n${body}\r\n`;
const mixed = (parts: readonly Part[], boundary = 'zz', type = 'mixed'): Part => [
  `Content-Type: multipart/${type};\r\n boundary="${boundary}"`,
  `before\r\n${parts.map((one) => `--${boundary}\r\n${part(one)}`).join('')}--${boundary}--\r\nafter`,
];
const mail = ([fields, body]: Part) => `Subject: images\r\n${fields}\r\n\r\n${body}\r\n.\r\n`;
const TEXT: Part = ['Content-Type: text/plain', 'See attached.'];
const ATTACHED: Part = [
  'Content-Transfer-Encoding: BASE64\r\nContent-Type: application/octet-stream',
  base64(FILE),
];

function told(steps: readonly Step[], stride = 7): string[] {
  return everySplit(smtp, steps, { stride })
    .filter(({ fact }) => fact === 'phi' || fact === 'content')
    .map(({ fact, protocol = 'smtp', to }) => `${protocol} ${fact} to ${to}`);
}

const toldOf = (one: Part) => told([...DATA, send(0, mail(one)), send(1, '250 OK\r\n'), send(0, 'QUIT\r\n')]);
const PHI = 'smtp phi to server';
const PROGRAM = 'smtp content to server';

describe('a mail', () => {
  test('with a file in base64', () => {
    expect(toldOf(mixed([TEXT, ATTACHED]))).toEqual([PROGRAM, PHI]);
    expect(toldOf(ATTACHED)).toEqual([PROGRAM, PHI]);
  });

  test('with a message as it is, quoted, or as the mail itself', () => {
    const lines = MESSAGE.replaceAll('\r', '\r\n');
    const quoted = MESSAGE.replaceAll('=', '=3D')
      .replaceAll('\r', '=0D=\r\n')
      .replace('ZZMUSTER', 'ZZMU=\r\nSTER');
    expect(toldOf(mixed([TEXT, ['Content-Type: x-application/hl7-v2+er7', lines]]))).toEqual([PHI]);
    expect(toldOf(['Content-Transfer-Encoding: quoted-printable', quoted])).toEqual([PHI]);
    expect(toldOf(['From: a@zz.example', lines])).toEqual([PHI]);
  });

  test('in a mail, and in parts of parts', () => {
    const inner = mixed([TEXT, ATTACHED], 'inner', 'related');
    expect(toldOf(mixed([inner, ATTACHED], 'outer'))).toEqual([PROGRAM, PHI, PROGRAM, PHI]);
    expect(toldOf(mixed([['Content-Type: message/rfc822', part(inner)]]))).toEqual([PROGRAM, PHI]);
  });

  test('after another one', () => {
    const second = [envelope('DATA'), send(1, '354 go on\r\n'), send(0, mail(ATTACHED))];
    expect(told([...DATA, send(0, mail(TEXT)), send(1, '250 OK\r\n'), ...second])).toEqual([PROGRAM, PHI]);
  });

  test('when a recipient is refused, and when all are', () => {
    const [one, ...rest] = [...OPENING, envelope('DATA')];
    expect(
      told([one, ...rest, send(1, '250 OK\r\n550 no\r\n354 go on\r\n'), send(0, mail(ATTACHED))]),
    ).toEqual([PROGRAM, PHI]);
    const refused = [...OPENING, envelope('DATA'), send(1, '250 OK\r\n550 no\r\n503 no\r\n')];
    expect(told([...refused, ...DATA.slice(3), send(0, mail(ATTACHED))])).toEqual([PROGRAM, PHI]);
    // What follows is commands again, and after this one no text.
    const sealed = [send(0, 'STARTTLS\r\n'), send(1, '220 go on\r\n'), send(0, `\r\n${MESSAGE}`)];
    expect(told([...refused, ...sealed])).toEqual([]);
  });

  test('seen from the client alone', () => {
    const client = [...DATA, send(0, mail(ATTACHED))].filter((step) => 'send' in step && step.send === 0);
    expect(told(client)).toEqual([PROGRAM, PHI]);
  });

  test('in chunks, with binary contents', () => {
    const text = `Content-Type: application/dicom\r\nContent-Transfer-Encoding: binary\r\n\r\n${FILE.toString('latin1')}`;
    const chunks = [
      `BDAT 100\r\n${text.slice(0, 100)}`,
      `BDAT ${text.length - 100} LAST\r\n${text.slice(100)}`,
    ];
    const [first, second] = chunks;
    expect(
      told([...OPENING, send(0, first), send(1, '250 OK\r\n'), send(0, second), envelope('RSET')]),
    ).toEqual([PROGRAM, PHI]);
    expect(told([...OPENING, send(0, `BDAT 0\r\nBDAT ${text.length}\r\n${text}BDAT 0 LAST\r\n`)])).toEqual([
      PROGRAM,
      PHI,
    ]);
  });

  test('dots at the start of lines are not the end', () => {
    const lines = MESSAGE.replaceAll('\r', '\r\n');
    expect(toldOf(['A: b', `..\r\n..MSH|^~\\&|\r\n`])).toEqual([]);
    expect(
      toldOf(
        mixed([
          ['A: b', '..\r\n...'],
          ['A: b', lines],
        ]),
      ),
    ).toEqual([PHI]);
  });

  test('cut off, as far as it went', () => {
    const text = mail(ATTACHED);
    const steps = [...DATA, send(0, text.slice(0, 420))];
    expect(told(steps)).toEqual([PROGRAM, PHI]);
    expect(
      told([...DATA, send(0, text.slice(0, 420)), { gap: 0, length: 9 }, send(0, text.slice(429))]),
    ).toEqual([PROGRAM, PHI]);
  });
});

describe('what is not told', () => {
  test.each<[string, Part]>([
    ['an ordinary mail', mixed([TEXT, ['Content-Transfer-Encoding: base64', base64('%PDF-1.7 ...')]])],
    ['a file in another encoding', ['Content-Transfer-Encoding: x-uuencode', base64(FILE)]],
    ['a part without boundary', ['Content-Type: multipart/mixed', base64(FILE)]],
    ['what stands between parts', ['Content-Type: multipart/mixed; boundary=zz', MESSAGE]],
    ['lines of any length', ['A: b', `${'x'.repeat(9000)}\r\n${MESSAGE}`]],
  ])('%s', (_, one) => expect(told([...DATA, send(0, mail(one))], 41)).toEqual([]));

  test('what follows STARTTLS', () => {
    const tls = [...OPENING, send(0, 'STARTTLS\r\n'), send(1, '220 go on\r\n'), send(0, MESSAGE)];
    expect(told(tls)).toEqual([]);
    const alone = [
      send(0, 'EHLO a.zz.example\r\nSTARTTLS\r\n'),
      send(0, `\x16\x03\x01\r\nDATA\r\n${mail(ATTACHED)}`),
    ];
    expect(told(alone)).toEqual([]);
    const refused = [
      ...OPENING,
      send(0, 'STARTTLS\r\n'),
      send(1, '454 no\r\n'),
      ...DATA.slice(3),
      send(0, mail(ATTACHED)),
    ];
    expect(told(refused)).toEqual([PROGRAM, PHI]);
  });
});

test('damaged mails are read without an exception', () => {
  const random = new Random(5);
  const whole = bytesOf(
    mail(mixed([TEXT, ATTACHED, ['Content-Transfer-Encoding: quoted-printable', MESSAGE]])),
  );
  for (let n = 0; n < 1000; n++)
    play(smtp, [...DATA, { send: 0, bytes: Uint8Array.from(mutateBytes(whole, random)) }]);
});
