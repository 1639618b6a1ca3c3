/** POCT1-A messages, after the examples of POCT1-A2 Appendix B, for tests and traces. */

const header = (type: string, id: number): string =>
  `<HDR><HDR.message_type V="${type}" SN="POCT1" SV="1"/><HDR.control_id V="${id}"/><HDR.version_id V="POCT1"/>` +
  '<HDR.creation_dttm V="2026-03-02T08:15:00-05:00"/></HDR>';

const message = (type: string, id: number, body: string): string =>
  `<${type}>${header(type, id)}${body}</${type}>`;

export const DEVICE = `<DEV>
  <DEV.device_id V="00-00-5E-FF-FE-00-53-17"/>
  <DEV.vendor_id V="ACMEPOC"/>
  <DEV.model_id V="Gluco 5"/>
  <DEV.serial_id V="GL0600100736"/>
  <DEV.manufacturer_name V="Acme Point &amp; Care"/>
  <DEV.hw_version V="K1"/>
  <DEV.sw_version V="3.10.8"/>
  <DEV.device_name V="Meter on 4 West"/>
  <DCP><DCP.application_timeout V="120"/></DCP>
  <DSC><DSC.connection_profile_cd V="SA"/><DSC.max_message_sz V="4000"/></DSC>
</DEV>`;

export const hello = (device = DEVICE): string => message('HEL.R01', 1, device);
export const acknowledge = (id: number, code = 'AA'): string =>
  message('ACK.R01', 9000 + id, `<ACK><ACK.type_cd V="${code}"/><ACK.ack_control_id V="${id}"/></ACK>`);
export const status = (count: number): string =>
  message(
    'DST.R01',
    2,
    `<DST><DST.status_dttm V="2026-03-02T08:15:00-05:00"/><DST.new_observations_qty V="${count}"/></DST>`,
  );
export const request = (): string => message('REQ.R01', 3, '<REQ><REQ.request_cd V="ROBS"/></REQ>');
const GLUCOSE =
  '<OBS><OBS.observation_id V="2341-6" DN="Glu" SN="LN"/><OBS.value V="145" U="mg/dL"/><OBS.method_cd V="M"/></OBS>';
export const observation = (patient: string, id = 4): string =>
  message(
    'OBS.R01',
    id,
    `<SVC><SVC.role_cd V="OBS"/><SVC.observation_dttm V="2026-03-02T08:14:54-05:00"/><PT>${patient}${GLUCOSE}</PT>` +
      '<OPR><OPR.operator_id V="OP777"/><OPR.name V="ZZNURSE"/></OPR></SVC>',
  );
export const control = (): string =>
  message(
    'OBS.R02',
    5,
    `<SVC><SVC.role_cd V="LQC"/><CTC><CTC.name V="Low control"/><CTC.lot_number V="L1"/>${GLUCOSE}</CTC></SVC>`,
  );
export const terminate = (): string => message('END.R01', 6, '<TRM><TRM.reason_cd V="NRM"/></TRM>');

export const PATIENT =
  '<PT.patient_id V="ZZMRN73111"/><PT.location V="West^4"/><PT.name V="ZZTEST ALPHA"><GIV V="ALPHA"/><FAM V="ZZTEST"/>' +
  '</PT.name><PT.birth_date V="1951-02-03"/><PT.gender_cd V="M"/>';

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf8'));
