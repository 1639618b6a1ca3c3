/**
 * DICOM implementations by what they announce in every association: Implementation Class UID and
 * Implementation Version Name (PS3.7 §D.3.3.2). Rows match the arc of one implementation, never a vendor's
 * whole arc unless they say so, and each carries where it was read and an example that is its test. The first
 * row that matches wins, so narrow rows stand before wide ones.
 */
export interface ImplementationRow {
  /** The class UID as announced; null where the version name alone tells. */
  readonly classUid: RegExp | null;
  /** What the version name must look like; null for any, the empty one included. */
  readonly versionName: RegExp | null;
  readonly product: string;
  readonly vendor: string | null;
  /** Works the product's version out of the two; null where they do not say it. */
  readonly version: (classUid: string, versionName: string) => string | null;
  /** `low`: the arc of a whole vendor, used by many of its products. */
  readonly confidence: 'high' | 'medium' | 'low';
  readonly source: string;
  readonly example: { classUid: string; versionName: string; version: string | null };
}

export interface Implementation {
  product: string;
  vendor: string | null;
  version: string | null;
  confidence: 'high' | 'medium' | 'low';
}

const unknown = (): null => null;
const fromName =
  (pattern: RegExp) =>
  (_uid: string, name: string): string | null =>
    pattern.exec(name)?.[1] ?? null;
const fromUid =
  (pattern: RegExp) =>
  (uid: string): string | null =>
    pattern.exec(uid)?.[1] ?? null;

const DCMTK_UID = /^1\.2\.276\.0\.7230010\.3\.0\.(\d{1,2}\.\d{1,2}\.\d{1,3})$/;
const DCMTK_NAME = /^OFFIS_DCMTK_(\d)(\d)(\d+)$/;
/** `MergeCOM3_390` is 3.9.0; from 5.10 on one digit is too few for the second number: `MergeCOM3_5180`, `MergeCOM3_5_18_0`. */
const MERGE_NAME = /^MergeCOM3_(?:(\d)(\d)(0)|(\d)(\d\d)(\d)|(\d{1,2})_(\d{1,2})(?:_(\d{1,2}))?)$/i;
const PYNETDICOM_UID = /^1\.2\.826\.0\.1\.3680043\.9\.3811\.(\d{1,2}\.\d{1,2}\.\d{1,3})$/;

export const IMPLEMENTATIONS: readonly ImplementationRow[] = [
  {
    classUid: DCMTK_UID,
    versionName: null,
    product: 'OFFIS DCMTK',
    // A toolkit inside other products (Orthanc announces it as its own): no vendor follows from it.
    vendor: null,
    version: fromUid(DCMTK_UID),
    confidence: 'high',
    source: 'DCMTK dcmdata/include/dcmtk/dcmdata/dcuid.h; Orthanc sets no UID of its own',
    example: { classUid: '1.2.276.0.7230010.3.0.3.6.7', versionName: 'OFFIS_DCMTK_367', version: '3.6.7' },
  },
  {
    classUid: null,
    versionName: DCMTK_NAME,
    product: 'OFFIS DCMTK',
    vendor: null,
    version: (_uid, name) => {
      const digits = DCMTK_NAME.exec(name);
      return digits === null ? null : `${digits[1]}.${digits[2]}.${digits[3]}`;
    },
    confidence: 'medium',
    source: 'DCMTK dcmdata/include/dcmtk/dcmdata/dcuid.h (OFFIS_DTK_IMPLEMENTATION_VERSION_NAME)',
    example: { classUid: '', versionName: 'OFFIS_DCMTK_362', version: '3.6.2' },
  },
  {
    classUid: /^1\.2\.40\.0\.13\.1\.3$/,
    versionName: null,
    product: 'dcm4che',
    vendor: null,
    // PS3.7 allows 16 characters: a version that reaches the last of them may have lost digits.
    version: (_uid, name) => (name.length < 16 ? (/^dcm4che-(\d+(?:\.\d+)*)/.exec(name)?.[1] ?? null) : null),
    confidence: 'high',
    source: 'dcm4che dcm4che-core Implementation.java',
    example: { classUid: '1.2.40.0.13.1.3', versionName: 'dcm4che-5.29.2', version: '5.29.2' },
  },
  {
    classUid: /^1\.3\.6\.1\.4\.1\.30071\.8$/,
    versionName: null,
    product: 'fo-dicom',
    vendor: null,
    version: fromName(/^fo-dicom (\d+(?:\.\d+)*)/),
    confidence: 'high',
    source: 'fo-dicom DicomImplementation.cs',
    example: { classUid: '1.3.6.1.4.1.30071.8', versionName: 'fo-dicom 5.1.2', version: '5.1.2' },
  },
  {
    classUid: PYNETDICOM_UID,
    versionName: null,
    product: 'pynetdicom',
    vendor: null,
    version: fromUid(PYNETDICOM_UID),
    confidence: 'high',
    source: 'pynetdicom pynetdicom/_globals.py, _version.py',
    example: {
      classUid: '1.2.826.0.1.3680043.9.3811.2.0.2',
      versionName: 'PYNETDICOM_202',
      version: '2.0.2',
    },
  },
  {
    classUid: /^2\.25\.175220362680028036156011002668768058626$/,
    versionName: null,
    product: 'dicom-rs',
    vendor: null,
    version: fromName(/^DICOM-rs (\d+(?:\.\d+)*)/),
    confidence: 'high',
    source: 'dicom-rs object/src/lib.rs',
    example: {
      classUid: '2.25.175220362680028036156011002668768058626',
      versionName: 'DICOM-rs 0.10.0',
      version: '0.10.0',
    },
  },
  {
    classUid: /^2\.16\.840\.1\.113669\.2\.1\.1$/,
    versionName: null,
    product: 'Merge DICOM Toolkit (MergeCOM-3)',
    // OEMs build devices with it: the toolkit's maker is not the device's.
    vendor: null,
    version: (_uid, name) => mergeVersion(name),
    confidence: 'medium',
    source: 'sample data with MergeCOM3_310 to _410; many OEMs override the UID',
    example: { classUid: '2.16.840.1.113669.2.1.1', versionName: 'MergeCOM3_390', version: '3.9.0' },
  },
  {
    classUid: /^1\.2\.840\.114257\.1123456$/,
    versionName: null,
    product: 'LEADTOOLS',
    vendor: null,
    version: unknown,
    confidence: 'high',
    source: 'LEADTOOLS sample data; public tables that call it Agfa or Hologic are wrong',
    example: { classUid: '1.2.840.114257.1123456', versionName: 'LTPACSF V19', version: null },
  },
  {
    classUid: /^1\.2\.826\.0\.1\.3680043\.1\.2\.100(?:\.\d+)*$/,
    versionName: null,
    product: 'DicomObjects',
    vendor: null,
    version: unknown,
    confidence: 'high',
    source: 'Medical Connections DicomObjects sample data',
    example: {
      classUid: '1.2.826.0.1.3680043.1.2.100.8.40.120.0',
      versionName: 'DicomObjects.NET',
      version: null,
    },
  },
  {
    classUid: /^1\.2\.826\.0\.1\.3680043\.2\.135\.1066\.101$/,
    versionName: null,
    product: 'ConQuest DICOM server',
    vendor: null,
    version: fromName(/^(\d+\.\d+\.\d+)/),
    confidence: 'high',
    source: 'ConQuest dicom server source (dgate)',
    example: {
      classUid: '1.2.826.0.1.3680043.2.135.1066.101',
      versionName: '1.5.0/WIN32',
      version: '1.5.0',
    },
  },
  {
    classUid: /^1\.3\.6\.1\.4\.1\.5962\.99\.2$/,
    versionName: null,
    product: 'PixelMed',
    vendor: null,
    version: unknown,
    confidence: 'high',
    source: 'PixelMed VersionAndConstants.java',
    example: { classUid: '1.3.6.1.4.1.5962.99.2', versionName: 'PIXELMEDJAVA001', version: null },
  },
  {
    classUid: /^1\.2\.826\.0\.1\.3680043\.8\.641$/,
    versionName: null,
    product: 'ruby-dicom',
    vendor: null,
    version: fromName(/^RUBY[_-]DCM_(\d+(?:\.\d+)*)/),
    confidence: 'high',
    source: 'ruby-dicom lib/dicom/general/constants.rb; public tables that call it Orthanc are wrong',
    example: { classUid: '1.2.826.0.1.3680043.8.641', versionName: 'RUBY-DCM_0.9.8', version: '0.9.8' },
  },
  {
    classUid: /^1\.2\.826\.0\.1\.3680043\.2\.1545\.1\.2\.1\.7$/,
    versionName: null,
    product: 'DVTk',
    vendor: null,
    version: unknown,
    confidence: 'high',
    source: 'DVTk source; public tables that call it Orthanc are wrong',
    example: { classUid: '1.2.826.0.1.3680043.2.1545.1.2.1.7', versionName: '', version: null },
  },
  {
    classUid: /^1\.2\.276\.0\.7238010\.5\.0\.3\.5\.4$/,
    versionName: null,
    product: 'OsiriX',
    vendor: null,
    version: unknown,
    confidence: 'high',
    source: 'OsiriX sample data',
    example: { classUid: '1.2.276.0.7238010.5.0.3.5.4', versionName: 'OSIRIX', version: null },
  },
  {
    classUid: /^1\.2\.826\.0\.1\.3680043\.9\.7133\.1\.1$/,
    versionName: null,
    product: 'go-netdicom',
    vendor: null,
    version: (_uid, name) => /^GODICOM_(\d+_\d+)$/.exec(name)?.[1].replace('_', '.') ?? null,
    confidence: 'high',
    source: 'go-netdicom source and a public capture',
    example: { classUid: '1.2.826.0.1.3680043.9.7133.1.1', versionName: 'GODICOM_1_1', version: '1.1' },
  },
  {
    classUid: /^1\.2\.840\.113619\.6\.(?:144|286)$/,
    versionName: null,
    product: 'GE Advantage Workstation',
    vendor: 'GE Healthcare',
    version: unknown,
    confidence: 'medium',
    source: 'sample data announcing AW4_2_06_02_EXT',
    example: { classUid: '1.2.840.113619.6.144', versionName: 'AW4_2_06_02_EXT', version: null },
  },
  {
    classUid: /^1\.2\.840\.113619(?:\.\d+)+$/,
    versionName: null,
    product: 'GE Healthcare DICOM implementation',
    vendor: 'GE Healthcare',
    version: unknown,
    confidence: 'low',
    source: "GE's arc 1.2.840.113619 (ISO member body US)",
    example: { classUid: '1.2.840.113619.6.900', versionName: '', version: null },
  },
  {
    classUid: /^1\.3\.46\.670589\.30(?:\.\d+)*$/,
    versionName: null,
    product: 'Philips Eleva',
    vendor: 'Philips',
    version: unknown,
    confidence: 'low',
    source: 'one sample announcing PMS_ELEVA_*; to be verified on a device',
    example: { classUid: '1.3.46.670589.30.1.6.1', versionName: 'PMS_ELEVA_1', version: null },
  },
  {
    classUid: /^1\.3\.46\.670589(?:\.\d+)+$/,
    versionName: null,
    product: 'Philips DICOM implementation',
    vendor: 'Philips',
    version: unknown,
    confidence: 'low',
    source: "Philips' arc 1.3.46.670589",
    example: { classUid: '1.3.46.670589.11.0.0', versionName: '', version: null },
  },
  {
    classUid: /^1\.3\.12\.2\.1107(?:\.\d+)+$/,
    versionName: null,
    product: 'Siemens DICOM implementation',
    vendor: 'Siemens',
    version: unknown,
    confidence: 'low',
    source: "Siemens' arc 1.3.12.2.1107",
    example: { classUid: '1.3.12.2.1107.5.9.1', versionName: '', version: null },
  },
  {
    // After all that the UID tells: makers of devices set their own and leave the toolkit's name.
    classUid: null,
    versionName: MERGE_NAME,
    product: 'Merge DICOM Toolkit (MergeCOM-3)',
    vendor: null,
    version: (_uid, name) => mergeVersion(name),
    confidence: 'medium',
    source: 'merge.ini of a public repository with MergeCOM3_5_1_0 and another class UID',
    example: { classUid: '2.16.840.1', versionName: 'MergeCOM3_5_1_0', version: '5.1.0' },
  },
];

function mergeVersion(name: string): string | null {
  return (
    MERGE_NAME.exec(name)
      ?.slice(1)
      .filter((part) => part !== undefined)
      .join('.') ?? null
  );
}

/** What the two announced values say; null when no row knows them. */
export function identifyImplementation(classUid: string, versionName: string): Implementation | null {
  for (const row of IMPLEMENTATIONS) {
    if (row.classUid !== null && !row.classUid.test(classUid)) continue;
    if (row.versionName !== null && !row.versionName.test(versionName)) continue;
    return {
      product: row.product,
      vendor: row.vendor,
      version: row.version(classUid, versionName),
      confidence: row.confidence,
    };
  }
  return null;
}
