/**
 * Medical products by what their web interfaces show. Data with a source and an example per row. What goes out is the
 * row's own name and a version that the pattern's first group caught, never the path, title or value itself.
 */
export interface ProductRow {
  /** Where it is read. A path counts once the server answered it. */
  readonly where: 'path' | 'title' | 'server' | 'powered-by' | 'realm' | 'cookie' | 'location' | 'user-agent';
  readonly pattern: RegExp;
  readonly product: string;
  readonly source: string;
  /** What it matches, and nothing else in this table of its kind does. */
  readonly example: string;
}

/** What an exampled row's place is called in a fact's source. */
export const PLACES: Readonly<Record<ProductRow['where'], string>> = {
  path: 'HTTP path',
  title: 'HTTP page title',
  server: 'HTTP Server',
  'powered-by': 'HTTP X-Powered-By',
  realm: 'HTTP WWW-Authenticate',
  cookie: 'HTTP Set-Cookie',
  location: 'HTTP Location',
  'user-agent': 'HTTP User-Agent',
};

export const PRODUCTS: readonly ProductRow[] = [
  {
    where: 'title',
    pattern: /^Orthanc Explorer/,
    product: 'Orthanc',
    source: 'OrthancExplorer/explorer.html of jodogne/OrthancMirror; a recording of Orthanc 1.10.1',
    example: 'Orthanc Explorer',
  },
  {
    where: 'path',
    pattern: /\/app\/explorer\.html$/,
    product: 'Orthanc',
    source: 'Orthanc Book, First steps: Orthanc Explorer at /app/explorer.html',
    example: '/app/explorer.html',
  },
  {
    where: 'location',
    pattern: /(?:^|\/)app\/explorer\.html(?:$|[?#])/,
    product: 'Orthanc',
    source: 'a recording of Orthanc 1.10.1, whose root leads to app/explorer.html',
    example: 'app/explorer.html',
  },
  {
    where: 'realm',
    pattern: /^Orthanc Secure Area$/,
    product: 'Orthanc',
    source: 'ORTHANC_REALM in HttpServer.cpp of jodogne/OrthancMirror',
    example: 'Orthanc Secure Area',
  },
  {
    where: 'title',
    pattern: /^Mirth Connect Administrator(?: (\d[\w.]*))?$/,
    product: 'Mirth Connect',
    source: 'server/public_html/index.jsp and webstart.jnlp of nextgenhealthcare/connect',
    example: 'Mirth Connect Administrator 4.4.0',
  },
  {
    where: 'path',
    pattern: /\/webadmin\/Index\.action$/,
    product: 'Mirth Connect',
    source: 'where the root of its web server leads, as several walk-throughs of 4.4.0 show',
    example: '/webadmin/Index.action',
  },
  {
    where: 'path',
    pattern: /\/dcm4chee-arc\//,
    product: 'dcm4chee-arc',
    source:
      'dcm4che/dcm4chee-arc-light, wiki: web interface at /dcm4chee-arc/ui2, services at /dcm4chee-arc/aets',
    example: '/dcm4chee-arc/aets/DCM4CHEE/rs/studies',
  },
  {
    where: 'path',
    pattern: /\/dcm4chee-web3?\//,
    product: 'dcm4chee',
    source: 'installation guides of dcm4chee 2: web interface at http://…:8080/dcm4chee-web3/',
    example: '/dcm4chee-web3/',
  },
  {
    where: 'title',
    pattern: /^OpenEMR(?:$| )/,
    product: 'OpenEMR',
    source:
      'interface/login/login.php of openemr/openemr: the title is the name of the installation, OpenEMR unless changed',
    example: 'OpenEMR Login',
  },
  {
    where: 'cookie',
    pattern: /^OpenEMR=/,
    product: 'OpenEMR',
    source: 'SessionUtil.php of openemr/openemr: CORE_SESSION_ID',
    example: 'OpenEMR=',
  },
  {
    where: 'path',
    pattern: /\/interface\/login\/login\.php$/,
    product: 'OpenEMR',
    source: 'interface/login/login.php of openemr/openemr',
    example: '/openemr/interface/login/login.php',
  },
  {
    where: 'title',
    pattern: /^OpenMRS(?:$| )/,
    product: 'OpenMRS',
    source: 'omod/src/main/webapp/index.jsp of openmrs-module-spa',
    example: 'OpenMRS',
  },
  {
    where: 'title',
    pattern: /^OHIF Viewer/,
    product: 'OHIF Viewer',
    source: 'platform/app/public/html-templates/index.html of OHIF/Viewers',
    example: 'OHIF Viewer',
  },
  {
    where: 'title',
    pattern: /^Sante PACS Server/,
    product: 'Sante PACS Server',
    source:
      'sante_pacs_server_file_read of rapid7/metasploit-framework: `Sante PACS Server PG` in index.html',
    example: 'Sante PACS Server PG',
  },
  {
    where: 'title',
    pattern: /^MedDream/,
    product: 'MedDream',
    source: 'name of Softneta’s viewer; its page itself was not seen',
    example: 'MedDream DICOM Viewer',
  },
  {
    where: 'path',
    pattern: /\/meddream\//i,
    product: 'MedDream',
    source: 'Softneta MedDream, as at dicomlibrary.com/meddream',
    example: '/meddream/',
  },
  {
    where: 'title',
    pattern: /^(?:Carestream |Philips )?Vue (?:Motion|PACS)/i,
    product: 'Vue PACS',
    source:
      'names in Carestream Vue Motion user guide 6K9272 and CISA ICSMA-24-200-01; its page itself was not seen',
    example: 'CARESTREAM Vue Motion',
  },
  {
    where: 'title',
    pattern: /^Opal-?RAD/i,
    product: 'Opal-RAD',
    source: 'name in Viztek, OpalRAD Admin User Guide; its page itself was not seen',
    example: 'Opal-RAD Studylist',
  },
  {
    where: 'path',
    pattern: /\/dgate(?:\.exe)?$/,
    product: 'ConQuest',
    source: 'cgi.cpp of the ConQuest DICOM server: scripts/dgate.exe?mode=',
    example: '/cgi-bin/dgate.exe',
  },
  {
    where: 'title',
    pattern: /^Dicoogle Web$/,
    product: 'Dicoogle',
    source: 'index.jsp of bioinformatics-ua/dicoogle',
    example: 'Dicoogle Web',
  },
  {
    where: 'title',
    pattern: /^(?:UniWeb Server|SoliPACS Web Server)$/,
    product: 'EBM UniWeb',
    source: 'DICOM Internet Census: titles of EBM Technologies',
    example: 'UniWeb Server',
  },
  {
    where: 'title',
    pattern: /^Visage 7$/,
    product: 'Visage 7',
    source: 'DICOM Internet Census: title of Visage Imaging',
    example: 'Visage 7',
  },
  {
    where: 'powered-by',
    pattern: /^HAPI FHIR (\d[\w.]*)/,
    product: 'HAPI FHIR',
    source: 'RestfulServer.java of hapifhir/hapi-fhir',
    example: 'HAPI FHIR 6.10.5 REST Server (FHIR Server; FHIR 4.0.1/R4)',
  },
  {
    where: 'user-agent',
    pattern: /^HAPI-FHIR\/(\d[\w.]*)/,
    product: 'HAPI FHIR',
    source: 'BaseClient.java of hapifhir/hapi-fhir',
    example: 'HAPI-FHIR/6.10.5 (FHIR Client; FHIR 4.0.1/R4; apache)',
  },
];

export interface KnownProduct {
  readonly row: ProductRow;
  readonly version: string;
}

const BY_PLACE = new Map<ProductRow['where'], readonly ProductRow[]>();
for (const { where } of PRODUCTS)
  BY_PLACE.set(
    where,
    PRODUCTS.filter((row) => row.where === where),
  );

/** The row for a value read at a place; null. */
export function identifyWeb(where: ProductRow['where'], value: string): KnownProduct | null {
  for (const row of BY_PLACE.get(where) ?? []) {
    const match = row.pattern.exec(value);
    if (match !== null) return { row, version: (match[1] ?? '').slice(0, 32) };
  }
  return null;
}
