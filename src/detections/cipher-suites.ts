export type SuiteWeakness = 'null' | 'anonymous' | 'export' | 'rc4' | 'des' | '3des';

/** By what is worst about them: numbers of the IANA registry «TLS Cipher Suites», and a few from before it. */
const WEAK_SUITES: Readonly<Record<SuiteWeakness, string>> = {
  null:
    '0000 0001 0002 001c 002c 002d 002e 003b 0082 0083 00b0 00b1 00b4 00b5 00b8 00b9 c001 c006 c00b c010 c015 c039 ' +
    'c03a c03b c0b4 c0b5',
  anonymous:
    '0017 0018 0019 001a 001b 0034 003a 0046 006c 006d 0089 009b 00a6 00a7 00bf 00c5 c016 c017 c018 c019 c046 c047 ' +
    'c05a c05b c084 c085',
  export: '0003 0006 0008 000b 000e 0011 0014 0026 0027 0028 0029 002a 002b 0060 0061 0062 0063 0064 0065',
  rc4: '0004 0005 0020 0024 0066 008a 008e 0092 c002 c007 c00c c011 c033',
  des: '0009 000c 000f 0012 0015 001e 0022 fefe ffe1',
  '3des':
    '000a 000d 0010 0013 0016 001f 0023 008b 008f 0093 c003 c008 c00d c012 c01a c01b c01c c034 feff ffe0',
};

const WEAKNESSES = new Map<string, SuiteWeakness>(
  (Object.keys(WEAK_SUITES) as SuiteWeakness[]).flatMap((weakness) =>
    WEAK_SUITES[weakness].split(' ').map((suite) => [suite, weakness] as const),
  ),
);

/** What is worst about a cipher suite given as four hexadecimal digits; null for nothing of these kinds. */
export function suiteWeakness(suite: string): SuiteWeakness | null {
  return WEAKNESSES.get(suite) ?? null;
}
