/**
 * Devices that a model name or device identity names beyond doubt, and programs that make what they run on a system
 * of a known kind. Devices are matched against what a device says of itself (DICOM model, HL7 OBX-18, PRT, EQU, the
 * inventory fields of other protocols), programs against what a service says it is; never against free text of others.
 */
export interface ProductRow {
  readonly kind: 'device' | 'program';
  readonly pattern: RegExp;
  readonly vendor: string;
  readonly model: string;
  /** Of the inventory's roles. */
  readonly role:
    | 'infusion-pump'
    | 'patient-monitor'
    | 'ecg'
    | 'lab-analyzer'
    | 'medication-dispensing'
    | 'pacs'
    | 'integration-engine'
    | 'ehr'
    | 'workstation';
  readonly source: string;
  readonly example: string;
}

export const PRODUCTS: readonly ProductRow[] = [
  {
    kind: 'device',
    pattern: /\bPlum\s*A\+/i,
    vendor: 'Hospira',
    model: 'Plum A+',
    role: 'infusion-pump',
    source: 'OBX-18 in the public HL7 captures of the tapirx project; CISA ICSA-15-161-01',
    example: 'Hospira Plum A+',
  },
  {
    kind: 'device',
    pattern: /\bSymbiq\b/i,
    vendor: 'Hospira',
    model: 'Symbiq',
    role: 'infusion-pump',
    source: 'CISA ICSA-15-161-01 (Hospira Plum A+ and Symbiq Infusion Systems)',
    example: 'Hospira Symbiq One-Channel',
  },
  {
    kind: 'device',
    pattern: /\bLifeCare PCA/i,
    vendor: 'Hospira',
    model: 'LifeCare PCA',
    role: 'infusion-pump',
    source: 'CISA ICSA-15-125-01 (Hospira LifeCare PCA Infusion System)',
    example: 'LifeCare PCA3',
  },
  {
    kind: 'device',
    pattern: /\bAlaris\b/i,
    vendor: 'BD',
    model: 'Alaris',
    role: 'infusion-pump',
    source: 'CISA ICSMA-23-194-01 (BD Alaris System)',
    example: 'BD Alaris PCU 8015',
  },
  {
    kind: 'device',
    pattern: /\bSpectrum IQ\b|\bSigma Spectrum\b|\b35700BAX/i,
    vendor: 'Baxter',
    model: 'Spectrum',
    role: 'infusion-pump',
    source:
      'CISA ICSMA-22-251-01 (Baxter Sigma Spectrum and Spectrum IQ, models 35700BAX, 35700BAX2, 35700BAX3)',
    example: 'Baxter Spectrum IQ 35700BAX3',
  },
  {
    kind: 'device',
    pattern: /\bInfusomat\b|\bPerfusor\b|\bSpaceCom\b/i,
    vendor: 'B. Braun',
    model: 'Space',
    role: 'infusion-pump',
    source: 'CISA ICSMA-21-294-01 (B. Braun Infusomat Space); ICSMA-20-296-02 (SpaceCom)',
    example: 'B.Braun Infusomat Space',
  },
  {
    kind: 'device',
    pattern: /\bMedfusion\b/i,
    vendor: 'Smiths Medical',
    model: 'Medfusion',
    role: 'infusion-pump',
    source: 'CISA ICSMA-17-250-02A (Smiths Medical Medfusion 4000)',
    example: 'Medfusion 4000',
  },
  {
    kind: 'device',
    pattern: /\bAgilia\b/i,
    vendor: 'Fresenius Kabi',
    model: 'Agilia',
    role: 'infusion-pump',
    source: 'CISA ICSMA-21-355-01 (Fresenius Kabi Agilia Connect Infusion System)',
    example: 'Fresenius Kabi Volumat Agilia',
  },
  {
    kind: 'device',
    pattern: /\bCARESCAPE\b/i,
    vendor: 'GE Healthcare',
    model: 'CARESCAPE',
    role: 'patient-monitor',
    source: 'CISA ICSMA-20-023-01 (GE CARESCAPE)',
    example: 'GE CARESCAPE B650',
  },
  {
    kind: 'device',
    pattern: /\bIntelliVue\b/i,
    vendor: 'Philips',
    model: 'IntelliVue',
    role: 'patient-monitor',
    source: 'Philips IntelliVue Data Export Interface Programming Guide 4535 642 59271',
    example: 'Philips IntelliVue MX800',
  },
  {
    kind: 'device',
    pattern: /\bSureSigns\b/i,
    vendor: 'Philips',
    model: 'SureSigns',
    role: 'patient-monitor',
    source: 'CISA ICSMA-20-233-01 (Philips SureSigns VS4)',
    example: 'Philips SureSigns VS4',
  },
  {
    kind: 'device',
    pattern: /\bCMS8000\b|\bMN-120\b/i,
    vendor: 'Contec',
    model: 'CMS8000',
    role: 'patient-monitor',
    source:
      'CISA ICSMA-25-030-01, CVE-2025-0626, CVE-2025-0683 (Contec CMS8000, also sold as Epsimed MN-120)',
    example: 'CONTEC CMS8000',
  },
  {
    kind: 'device',
    pattern: /\bInfinity (?:Delta|Kappa|Vista|Gamma)\b/i,
    vendor: 'Dräger',
    model: 'Infinity',
    role: 'patient-monitor',
    source: 'CISA ICSMA-19-022-01 (Dräger Infinity Delta, Delta XL, Kappa)',
    example: 'Infinity Delta XL',
  },
  {
    kind: 'device',
    pattern: /\bConnex (?:Spot|Vital|Integrated)\b/i,
    vendor: 'Welch Allyn',
    model: 'Connex',
    role: 'patient-monitor',
    source: 'CISA ICSMA-21-152-01 (Hillrom Welch Allyn medical device management)',
    example: 'Welch Allyn Connex Spot Monitor',
  },
  {
    kind: 'device',
    pattern: /\bPageWriter\b/i,
    vendor: 'Philips',
    model: 'PageWriter',
    role: 'ecg',
    source: 'CISA ICSMA-18-228-01 (Philips PageWriter TC10 to TC70)',
    example: 'PageWriter TC50',
  },
  {
    kind: 'device',
    pattern: /\bELI ?380\b/i,
    vendor: 'Welch Allyn',
    model: 'ELI 380',
    role: 'ecg',
    source: 'Welch Allyn, addendum 9515-189-51 to the ELI 380 user manual',
    example: 'ELI 380',
  },
  {
    kind: 'device',
    pattern: /\bRAPID(?:Lab|Point)\b/i,
    vendor: 'Siemens Healthineers',
    model: 'RAPIDPoint',
    role: 'lab-analyzer',
    source: 'Siemens Healthineers, RAPIDPoint 500e Blood Gas System: security white paper and MDS2 form',
    example: 'RAPIDPoint 500',
  },
  {
    kind: 'device',
    pattern: /\bAccu-?Chek Inform\b|\bCoaguChek Pro\b|\bcobas h ?232\b/i,
    vendor: 'Roche',
    model: 'point-of-care analyzer',
    role: 'lab-analyzer',
    source: 'CISA ICSMA-18-310-01 (Roche Diagnostics point of care handheld medical devices)',
    example: 'Accu-Chek Inform II',
  },
  {
    kind: 'device',
    pattern: /\bFACSLyric\b/i,
    vendor: 'BD',
    model: 'FACSLyric',
    role: 'lab-analyzer',
    source: 'CISA ICSMA-19-029-02 (BD FACSLyric)',
    example: 'BD FACSLyric',
  },
  {
    kind: 'device',
    pattern: /\b(?:NextSeq|MiSeq|iSeq|MiniSeq)(?:Dx)?\b/i,
    vendor: 'Illumina',
    model: 'sequencer',
    role: 'lab-analyzer',
    source: 'CISA ICSMA-22-153-02 (Illumina Local Run Manager: NextSeq, MiSeq, iSeq, MiniSeq)',
    example: 'Illumina MiSeqDx',
  },
  {
    kind: 'device',
    pattern: /\bPyxis\b/i,
    vendor: 'BD',
    model: 'Pyxis',
    role: 'medication-dispensing',
    source: 'CISA ICSMA-19-248-01 (BD Pyxis); ICSMA-16-089-01 (CareFusion Pyxis SupplyStation)',
    example: 'BD Pyxis MedStation ES',
  },
  {
    kind: 'program',
    pattern: /\bOrthanc\b/i,
    vendor: 'Orthanc',
    model: 'Orthanc',
    role: 'pacs',
    source: 'CISA ICSMA-25-037-02 (Orthanc server)',
    example: 'Orthanc',
  },
  {
    kind: 'program',
    pattern: /\bSante PACS\b/i,
    vendor: 'Santesoft',
    model: 'Sante PACS Server',
    role: 'pacs',
    source: 'CISA ICSMA-25-224-01 (Santesoft Sante PACS Server)',
    example: 'Sante PACS Server PG',
  },
  {
    kind: 'program',
    pattern: /\bMedDream PACS\b/i,
    vendor: 'Softneta',
    model: 'MedDream PACS',
    role: 'pacs',
    source: 'CISA ICSMA-23-248-01 (Softneta MedDream PACS)',
    example: 'MedDream PACS Premium',
  },
  {
    kind: 'program',
    pattern: /\bVue PACS\b/i,
    vendor: 'Philips',
    model: 'Vue PACS',
    role: 'pacs',
    source: 'CISA ICSMA-24-200-01 (Philips Vue PACS)',
    example: 'Philips Vue PACS',
  },
  {
    kind: 'program',
    pattern: /\bdcm4chee\b/i,
    vendor: 'dcm4che.org',
    model: 'dcm4chee',
    role: 'pacs',
    source: 'dcm4chee-arc-light, README: an archive',
    example: 'dcm4chee-arc',
  },
  {
    kind: 'program',
    pattern: /\bConquest\b.*\b(?:DICOM|PACS)\b|^Conquest$/i,
    vendor: 'ConQuest',
    model: 'ConQuest DICOM server',
    role: 'pacs',
    source: 'ConQuest DICOM software, manual: a PACS in itself',
    example: 'Conquest DICOM Server',
  },
  {
    kind: 'program',
    pattern: /\b(?:Mirth|NextGen) Connect\b/i,
    vendor: 'NextGen Healthcare',
    model: 'Mirth Connect',
    role: 'integration-engine',
    source: 'CVE-2023-43208 (NextGen Healthcare Mirth Connect)',
    example: 'Mirth Connect Administrator',
  },
  {
    kind: 'program',
    pattern: /\bOpenEMR\b/i,
    vendor: 'OpenEMR',
    model: 'OpenEMR',
    role: 'ehr',
    source: 'OpenEMR project, README: electronic health records and practice management',
    example: 'OpenEMR',
  },
  {
    kind: 'program',
    pattern: /\bOpenMRS\b/i,
    vendor: 'OpenMRS',
    model: 'OpenMRS',
    role: 'ehr',
    source: 'OpenMRS project, README: a medical record system',
    example: 'OpenMRS',
  },
  {
    kind: 'program',
    pattern: /\bOpenClinic GA\b/i,
    vendor: 'OpenClinic',
    model: 'OpenClinic GA',
    role: 'ehr',
    source: 'CISA ICSMA-20-184-01 (OpenClinic GA)',
    example: 'OpenClinic GA',
  },
  {
    kind: 'program',
    pattern: /\bMicroDicom\b/i,
    vendor: 'MicroDicom',
    model: 'MicroDicom DICOM Viewer',
    role: 'workstation',
    source: 'CISA ICSMA-25-037-01 (MicroDicom DICOM Viewer)',
    example: 'MicroDicom DICOM Viewer 2024.2',
  },
];

export function identifyProduct(text: string, kind: ProductRow['kind']): ProductRow | null {
  for (const row of PRODUCTS) if (row.kind === kind && row.pattern.test(text)) return row;
  return null;
}
