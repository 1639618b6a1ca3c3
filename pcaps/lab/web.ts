import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTS } from './hospital.ts';
import { makeSeries, studyUid } from './objects.ts';
import { PATIENTS } from './patients.ts';
import type { Hospital } from './servers.ts';
import type { Recorded } from './traces.ts';

/**
 * What web servers and their clients say in clear: an archive with its REST interface and DICOMweb (Debian's
 * `orthanc-dicomweb`), nginx, Python's server, curl and Python's client.
 */

/** The archive's web interface; the one of the archive without DICOMweb has the usual port. */
const ARCHIVE = 8043;
const NGINX = 8081;
const PYTHON = 8000;
/** Far from the numbers of the other traces' series. */
const SERIES = 901;

const folderOf = (hospital: Hospital, name: string): string => {
  const folder = join(hospital.folder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

function object(hospital: Hospital, number: number): string {
  const folder = folderOf(hospital, 'web-objects');
  const series = {
    patient: PATIENTS[number % 2],
    number,
    modality: 'CT',
    images: 1,
    side: 16,
    time: '101500',
  } as const;
  return makeSeries(folder, series)[0];
}

const started = new WeakSet<Hospital>();

async function serve(hospital: Hospital): Promise<void> {
  if (started.has(hospital)) return;
  started.add(hospital);
  const archive = folderOf(hospital, 'web-archive');
  const config = join(archive, 'orthanc.json');
  writeFileSync(
    config,
    JSON.stringify({
      Name: 'ZZTEST WEB ARCHIVE',
      StorageDirectory: archive,
      IndexDirectory: archive,
      HttpPort: ARCHIVE,
      RemoteAccessAllowed: true,
      AuthenticationEnabled: false,
      DicomServerEnabled: false,
      DicomAet: 'WEBARCH1',
      OverwriteInstances: true,
      Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    }),
  );
  await hospital.net.serve('pacs', ARCHIVE, ['Orthanc', config], archive);
  const pages = folderOf(hospital, 'web-pages');
  writeFileSync(
    join(pages, 'index.html'),
    `<html><head><title>Intranet</title></head>${'<p>zz</p>'.repeat(300)}</html>`,
  );
  const nginx = join(pages, 'nginx.conf');
  writeFileSync(
    nginx,
    `daemon off; user root; error_log /dev/null; pid ${pages}/pid; events {}
http { access_log off; default_type text/html; gzip on; client_body_temp_path ${pages}/body;
  proxy_temp_path ${pages}/proxy; fastcgi_temp_path ${pages}/fastcgi; uwsgi_temp_path ${pages}/uwsgi;
  scgi_temp_path ${pages}/scgi; server { listen ${NGINX}; root ${pages}; } }`,
  );
  await hospital.net.serve('engine', NGINX, ['nginx', '-c', nginx], pages);
  await hospital.net.serve('ehr', PYTHON, ['python3', '-m', 'http.server', String(PYTHON)], pages);
}

const curl = (hospital: Hospital, argv: readonly string[]): Promise<string> =>
  hospital.run('ws', ['curl', '-sS', '-o', '/dev/null', ...argv]);

const archive = (path: string): string => `http://${HOSTS.pacs.ip}:${ARCHIVE}${path}`;

/** Several requests of one curl go over one connection. */
const several = (urls: readonly string[], options: readonly string[] = []): string[] =>
  urls.flatMap((url, n) => [...(n === 0 ? [] : ['--next', '-sS', '-o', '/dev/null']), ...options, url]);

const PYTHON_CLIENT = (url: string) => `import urllib.request as u; u.urlopen('${url}').read()`;

export const WEB: readonly Recorded[] = [
  {
    path: 'http/orthanc',
    program: 'curl, Orthanc',
    about:
      "an archive's web interface: its page, /system, an object uploaded, a patient read, over one connection",
    before: serve,
    act: async (hospital) => {
      const file = object(hospital, SERIES);
      await curl(hospital, several([archive('/'), archive('/app/explorer.html'), archive('/system')]));
      await curl(hospital, ['--data-binary', `@${file}`, archive('/instances')]);
      await curl(hospital, several([archive('/patients?expand'), archive('/statistics')], ['--compressed']));
    },
  },
  {
    path: 'http/dicomweb',
    program: 'curl, Orthanc with orthanc-dicomweb',
    about: 'STOW-RS, QIDO-RS by patient name, WADO-RS metadata and instances, WADO-URI',
    before: serve,
    act: async (hospital) => {
      const file = object(hospital, SERIES + 1);
      const body = join(folderOf(hospital, 'web-objects'), 'stow');
      await hospital.run('ws', [
        'sh',
        '-c',
        `{ printf -- '--zzboundary\\r\\nContent-Type: application/dicom\\r\\n\\r\\n'; cat ${file}; printf -- '\\r\\n--zzboundary--\\r\\n'; } > ${body}`,
      ]);
      const type = 'Content-Type: multipart/related; type="application/dicom"; boundary=zzboundary';
      const study = studyUid(SERIES + 1);
      const root = archive('/dicom-web/studies');
      await curl(hospital, ['-H', type, '--data-binary', `@${body}`, root]);
      await curl(hospital, [
        '-H',
        'Accept: application/dicom+json',
        `${root}?PatientName=${PATIENTS[0].family}*`,
      ]);
      await curl(hospital, ['-H', 'Accept: application/dicom+json', `${root}/${study}/metadata`]);
      await curl(hospital, ['-H', 'Accept: multipart/related; type=application/dicom', `${root}/${study}`]);
      await curl(hospital, [archive(`/wado?requestType=WADO&studyUID=${study}&objectUID=1.2.3`)]);
    },
  },
  {
    path: 'http/servers',
    program: 'curl, Python, nginx, Python http.server',
    about: 'pages compressed, HEAD, 304, 404, HTTP/1.0 until the end of the connection',
    before: serve,
    act: async (hospital) => {
      const nginx = `http://${HOSTS.engine.ip}:${NGINX}/`;
      const python = `http://${HOSTS.ehr.ip}:${PYTHON}/`;
      await curl(hospital, ['--compressed', nginx, '--next', '-sSI', nginx]);
      await curl(
        hospital,
        several([nginx, `${nginx}none`], ['-H', 'If-Modified-Since: Wed, 01 Jan 2070 00:00:00 GMT']),
      );
      await hospital.run('ws', ['python3', '-c', PYTHON_CLIENT(python)]);
    },
  },
];
