import type { DatagramDissector } from '../../src/core/dissector.ts';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { bindNames } from './answers.ts';
import { stateOf } from './state.ts';
import { receiverOf, senderOf, serviceStates } from './statements.ts';
import { NO_ERROR, OPCODE_QUERY, readMessage } from './wire.ts';

const PORT = 5355;
const SERVICE = serviceStates('llmnr');

/**
 * Link-local multicast name resolution (RFC 4795): a host answers for its own names, to the asker alone. The question
 * went to a group, so it is another flow.
 */
export const llmnr: DatagramDissector<'llmnr', never> = {
  name: 'llmnr',
  over: 'udp',
  ports: [PORT],
  datagram(bytes, direction, flow, hinted, context): boolean {
    if (!hinted) return false;
    const message = readMessage(bytes);
    // §2.1.1: one question; other operations and answers with an error are ignored.
    if (message === null || message.questions.length !== 1) return false;
    if (message.opcode !== OPCODE_QUERY || message.rcode !== NO_ERROR) return true;
    const { questions, statements } = stateOf(context);
    if (!message.response) {
      questions.asked(message, senderOf(flow, direction), null);
      return true;
    }
    if (senderOf(flow, direction).port !== PORT) return true;
    if (direction === TO_CLIENT) context.tell(SERVICE.answered);
    // C, where DNS has AA: the name is another host's too.
    if (message.authoritative) return true;
    statements.from(flow, direction);
    const asked = questions.answers(message, receiverOf(flow, direction), null);
    bindNames(bytes, message, statements, 'LLMNR', asked ? '' : ', no question seen');
    return true;
  },
};
