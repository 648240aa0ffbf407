/** A model that was opened: its bytes, and what it says of itself. Read in the page, by code small enough for a first paint. */
import {
  type ModelCard,
  type ModelFacts,
  modelFacts,
  readModelCard,
} from '@retinoscope/worker/card';

export interface OpenedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly card: ModelCard;
  /** How pictures map on its input; absent where they do not. */
  readonly facts?: ModelFacts;
  /** It is the network that the session exported. */
  readonly own: boolean;
}

/** Throws a RetinoscopeError for bytes that are no ONNX model. */
export function openModel(name: string, bytes: Uint8Array, own = false): OpenedModel {
  const card = readModelCard(bytes);
  return { name, bytes, card, facts: pictureFacts(card), own };
}

/** A model whose input is no picture can still be given arrays. */
function pictureFacts(card: ModelCard): ModelFacts | undefined {
  try {
    return modelFacts(card);
  } catch {
    return undefined;
  }
}
