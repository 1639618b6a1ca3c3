/**
 * Data sets as DICOMweb carries them: the DICOM JSON Model and the Native DICOM Model in XML (PS3.18 Annex F, PS3.19
 * Annex A).
 */

import { latin1 } from '../../src/core/bytes.ts';
import { exposureOf, IDENTIFYING_KEYWORDS, type Values } from '../../src/core/contents/attributes.ts';
import { type Content, EXPOSURES_LIMIT, NOTHING } from '../../src/core/contents/content.ts';
import type { Exposure } from '../../src/core/contents/identifiers.ts';
import { attribute, child, childrenOf, type XmlElement } from '../../src/core/contents/xml.ts';
import { isObject, type Json, type JsonObject, listOf, textOf } from './json.ts';

/** `application/dicom+json`: an array of data sets, or one. */
export function readDicomJson(json: Json): Content {
  return contentOf(listOf(json).filter(isObject).slice(0, EXPOSURES_LIMIT).map(valuesOfJson));
}

function valuesOfJson(dataSet: JsonObject): Values {
  const values = new Map<string, string>();
  for (const tag in dataSet) {
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) continue;
    const element = dataSet[tag];
    if (!isObject(element)) continue;
    const value = listOf(element.Value)[0];
    const text = isObject(value) ? textOf(value.Alphabetic) || textOf(value.Ideographic) : textOf(value);
    if (text !== '') values.set(tag.toUpperCase(), text);
  }
  return values;
}

/** JSON of interfaces that name DICOM attributes by keyword, at any depth (the REST interface of Orthanc). */
export function readKeywords(json: Json): Content {
  const found: Values[] = [];
  const left: Json[] = [json];
  while (left.length > 0 && found.length < EXPOSURES_LIMIT) {
    const value = left.pop()!;
    if (typeof value === 'string') continue;
    if (Array.isArray(value)) {
      left.push(...value);
      continue;
    }
    let values: Map<string, string> | null = null;
    for (const key in value) {
      const inner = value[key];
      if (typeof inner !== 'string') {
        left.push(inner);
        continue;
      }
      const tag = IDENTIFYING_KEYWORDS.get(key.toLowerCase());
      if (tag === undefined || inner === '') continue;
      values ??= new Map();
      values.set(tag, inner);
    }
    if (values !== null) found.push(values);
  }
  return { ...contentOf(found), protocol: null, attributes: [], activities: [] };
}

/** `application/dicom+xml`: one `NativeDicomModel`. */
export function readDicomXml(root: XmlElement): Content {
  if (root.name !== 'NativeDicomModel') return NOTHING;
  const values = new Map<string, string>();
  for (const element of childrenOf(root, 'DicomAttribute')) {
    const tag = attribute(element, 'tag').toUpperCase();
    const name = child(element, 'PersonName', 'Alphabetic');
    const parts = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'].map(
      (part) => child(name, part)?.text ?? '',
    );
    const text =
      name === undefined ? (child(element, 'Value')?.text ?? '') : parts.join('^').replace(/\^+$/, '');
    if (text !== '') values.set(tag, text);
  }
  return contentOf([values]);
}

function contentOf(dataSets: readonly Values[]): Content {
  const exposures: Exposure[] = [];
  for (const values of dataSets) {
    const exposure = exposureOf(values);
    if (exposure !== null && !exposures.some((one) => one.key === exposure.key && one.bits === exposure.bits))
      exposures.push(exposure);
  }
  return { ...NOTHING, exposures, protocol: 'dicomweb' };
}

/**
 * The first part of a `multipart/related` body: the offsets of what follows its head. Null when there is none, or when
 * its head is cut off.
 */
export function firstPart(bytes: Uint8Array, start: number, end: number): number | null {
  const text = latin1(bytes, start, Math.min(end, start + 2048));
  const boundary = text.indexOf('--');
  if (boundary < 0) return null;
  const head = text.indexOf('\r\n\r\n', boundary);
  return head < 0 ? null : start + head + 4;
}
