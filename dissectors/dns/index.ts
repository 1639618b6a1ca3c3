export { llmnr } from './llmnr.ts';
export { mdns } from './mdns.ts';
export { nbdgm } from './nbdgm.ts';
export { nbns } from './nbns.ts';
export { dns, dnsTcp } from './unicast.ts';
